package dev.sekisho.dataplane.run;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.util.List;
import java.util.Optional;

/// A peer at one moment.
///
/// @param publicKey its name
/// @param presharedKey its pre-shared key, where it has one
/// @param endpoint where packets to it go, where that is known
/// @param lastHandshakeEpochNanos wall-clock time of the last finished handshake, 0 = never
/// @param receivedBytes bytes received in authenticated datagrams
/// @param sentBytes bytes sent in datagrams
/// @param persistentKeepaliveSeconds 0 = off
/// @param allowedIps its blocks
public record PeerStatus(
        PublicKey publicKey,
        Optional<SecretKey> presharedKey,
        Optional<Endpoint> endpoint,
        long lastHandshakeEpochNanos,
        long receivedBytes,
        long sentBytes,
        int persistentKeepaliveSeconds,
        List<Cidr> allowedIps) {
    /// Copies the list.
    public PeerStatus {
        allowedIps = List.copyOf(allowedIps);
    }
}
