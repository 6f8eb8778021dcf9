/// Throw-away networks for end-to-end work: namespaces joined by a cable, WireGuard processes in them, and the commands
/// that
/// look at both. Used by the integration tests and by the benchmark harness.
///
/// Everything here belongs to the one thread that made it. Nothing leaves the namespaces: their addresses lie in
/// 198.18.0.0/15 (RFC 2544) and fd00::/8 (RFC 4193), and they have no route anywhere else. Processes end by their id
/// only.
@NullMarked
package dev.sekisho.it.lab;

import org.jspecify.annotations.NullMarked;
