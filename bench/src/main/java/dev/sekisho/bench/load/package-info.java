/// Load generators for the network benchmark, each a process of its own inside a namespace, started by
/// [dev.sekisho.bench.load.LoadMain]: UDP at rates that Java's own channels don't reach, and WireGuard handshakes.
@NullMarked
package dev.sekisho.bench.load;

import org.jspecify.annotations.NullMarked;
