/// The tunnel engine: packets, commands and time in; datagrams, frames and events out. Sans-IO.
///
/// Enter through [Engine]; its outputs go to an [Egress]. State: everything belongs to the one thread that
/// calls the engine, except [DropCounters], which may be read from anywhere. No sockets, clocks, threads or
/// loggers in here. May import: `crypto`, `policy`, and `dataplane.{wire,time,noise,peer,offload}`. Never:
/// `tun`, `dataplane.run`. Source: WireGuard paper sections 5.4.6 and 6; kernel `send.c` and `receive.c` for
/// the order of steps.
@NullMarked
package dev.sekisho.dataplane.engine;

import org.jspecify.annotations.NullMarked;
