/// In-memory twins of the operating system for tests and demos: several nodes joined by a little switch, each
/// with TUN devices, UDP sockets, links and pollers. No native access, no privileges, no ports of the real
/// machine.
///
/// Enter through `MemoryNetwork`. All state of a network is guarded by its one lock, so everything here is
/// thread-safe and a single-threaded test is deterministic: the switch draws its faults from a seed. Nothing
/// here is made for speed.
@NullMarked
package dev.sekisho.tun.memory;

import org.jspecify.annotations.NullMarked;
