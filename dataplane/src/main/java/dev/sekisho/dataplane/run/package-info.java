/// The threads that drive the engine, and the door of the data plane.
///
/// Enter through [DataPlane]. Here live clocks, sockets, threads and entropy; everything below is sans-IO. A [Worker]
/// owns its
/// [dev.sekisho.dataplane.engine.Engine]; handshake threads share the peers' handshake state; the configuration has one
/// lock in [DataPlane].
/// May import: everything of `dataplane`, `tun`, `crypto`, `policy`.
@NullMarked
package dev.sekisho.dataplane.run;

import org.jspecify.annotations.NullMarked;
