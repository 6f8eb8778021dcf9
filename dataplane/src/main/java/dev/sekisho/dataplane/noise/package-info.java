/// Keys, the Noise IK handshake of WireGuard, its defence against floods, and the window against replays.
///
/// Enter through the handshaker: messages in, messages and key pairs out. State: a [Handshaker] belongs to
/// one thread; the registries that handshake threads share ([HandshakePeers], [IndexTable], [CookieChecker],
/// [RateLimiter]) are thread-safe and say how. May import: `crypto`, `dataplane`, `dataplane.wire`. Never:
/// sockets, clocks, loggers; time and entropy are arguments. Source: WireGuard paper section 5; Noise
/// revision 34; RFC 6479 (window); names from the paper.
@NullMarked
package dev.sekisho.dataplane.noise;

import org.jspecify.annotations.NullMarked;
