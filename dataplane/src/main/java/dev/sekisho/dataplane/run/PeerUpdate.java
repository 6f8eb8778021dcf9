package dev.sekisho.dataplane.run;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A change of one peer.
///
/// @param publicKey whom it is about
/// @param remove whether the peer goes away
/// @param updateOnly whether an unknown peer is left unknown instead of being added
/// @param presharedKey new pre-shared key; an all-zero key removes it; empty = unchanged
/// @param endpoint new address of the peer; empty = unchanged
/// @param persistentKeepaliveSeconds 1..65535, 0 = off; empty = unchanged
/// @param replaceAllowedIps whether all present allowed IPs are removed first
/// @param addAllowedIps blocks that become this peer's, taken from another peer where one has them
/// @param removeAllowedIps blocks that are no longer this peer's
public record PeerUpdate(
        PublicKey publicKey,
        boolean remove,
        boolean updateOnly,
        Optional<SecretKey> presharedKey,
        Optional<Endpoint> endpoint,
        OptionalInt persistentKeepaliveSeconds,
        boolean replaceAllowedIps,
        List<Cidr> addAllowedIps,
        List<Cidr> removeAllowedIps) {
    /// @throws IllegalArgumentException when the keepalive interval is out of range
    public PeerUpdate {
        addAllowedIps = List.copyOf(addAllowedIps);
        removeAllowedIps = List.copyOf(removeAllowedIps);
        if (persistentKeepaliveSeconds.isPresent()
                && (persistentKeepaliveSeconds.getAsInt() < 0 || persistentKeepaliveSeconds.getAsInt() > 65_535)) {
            throw new IllegalArgumentException(
                    "persistent keepalive of " + persistentKeepaliveSeconds.getAsInt() + " s is out of range");
        }
    }
}
