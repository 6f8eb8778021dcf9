package dev.sekisho.control.tunnel;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One `[Peer]` part of a file.
///
/// @param publicKey names the peer
/// @param presharedKey optional symmetric key
/// @param allowedIps what may come from and goes to the peer
/// @param endpoint where it is reached, name not yet resolved
/// @param persistentKeepaliveSeconds 0..65535, 0 = off
public record PeerSection(
        PublicKey publicKey,
        Optional<SecretKey> presharedKey,
        List<Cidr> allowedIps,
        Optional<HostPort> endpoint,
        OptionalInt persistentKeepaliveSeconds) {
    public PeerSection {
        allowedIps = List.copyOf(allowedIps);
    }
}
