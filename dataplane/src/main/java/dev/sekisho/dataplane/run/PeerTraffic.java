package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.wire.Endpoint;
import java.util.Optional;

/// What was counted of a peer, at one moment: the part of [PeerStatus] that can be asked for every second.
///
/// @param publicKey its name
/// @param endpoint where packets to it go, where that is known
/// @param lastHandshakeEpochNanos wall-clock time of the last finished handshake, 0 = never
/// @param receivedBytes bytes received in authenticated datagrams
/// @param sentBytes bytes sent in datagrams
public record PeerTraffic(
        PublicKey publicKey,
        Optional<Endpoint> endpoint,
        long lastHandshakeEpochNanos,
        long receivedBytes,
        long sentBytes) {}
