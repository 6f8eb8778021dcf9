/// A deterministic world for tunnels: clock, network and nodes that share one seed, and a naive model of what
/// must happen.
///
/// `Sim` is about tunnels: real engines, handshakes and ciphers on a faulty network. `CheckpointSim` is about the
/// checkpoint, which it drives directly, a packet at a time, beside a `Reference` that decides everything anew; both
/// are
/// compared after every step, event by event. What is sealed or lost on the way is not its business.
///
/// Enter through `SimTest` and `CheckpointSimTest`. A failing run prints its seed, its options and its log;
/// `-Dsim.seed=` runs that
/// seed alone.
@NullMarked
package dev.sekisho.dataplane.sim;

import org.jspecify.annotations.NullMarked;
