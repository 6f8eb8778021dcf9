/// What the packet path knows of one peer: where its packets go, which keys are in use, what is due when.
///
/// Enter through [Peer] and [AllowedIps]. State: a `Peer` and its parts belong to one engine's thread; a few
/// figures of it may be read from anywhere. `AllowedIps` is an immutable snapshot. May import: `dataplane`,
/// `dataplane.wire`, `dataplane.time`, `dataplane.noise`. Never: sockets, clocks, threads. Source: WireGuard
/// paper sections 2, 5 and 6; the kernel's `timers.c` for the names of events.
@NullMarked
package dev.sekisho.dataplane.peer;

import org.jspecify.annotations.NullMarked;
