/// Who may talk to whom, now: what an inner packet is and what is decided about it.
///
/// State belongs to one engine's thread; time is an argument. May import: `policy`, `dataplane`,
/// `dataplane.wire`, `dataplane.time`, `dataplane.peer`. Never: sockets, clocks, threads.
@NullMarked
package dev.sekisho.dataplane.flow;

import org.jspecify.annotations.NullMarked;
