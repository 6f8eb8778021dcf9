/// Keys, the Noise IK handshake of WireGuard, its defence against floods, and the window against replays.
///
/// Enter through [Handshaker]: messages in, messages and [Keypair]s out by a [HandshakeSink].
///
/// State: a handshaker belongs to one thread; what handshake threads share ([HandshakePeers], [IndexTable],
/// [CookieChecker], [RateLimiter]) is thread-safe and says how; the counters of a key pair belong to the
/// thread that owns the tunnel.
///
/// May import: `crypto`, `dataplane`, `dataplane.wire`. Never: sockets, clocks, loggers; time and entropy
/// are arguments.
///
/// Source: WireGuard paper section 5; Noise revision 34; RFC 6479 (window); names from the paper.
@NullMarked
package dev.sekisho.dataplane.noise;

import org.jspecify.annotations.NullMarked;
