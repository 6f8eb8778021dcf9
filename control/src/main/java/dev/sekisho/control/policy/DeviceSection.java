package dev.sekisho.control.policy;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.util.List;
import java.util.Optional;

/// One of the `devices` of the file. Immutable; whoever read the file closes the key.
///
/// @param id its name
/// @param user whose it is
/// @param publicKey names it in the tunnel
/// @param presharedKey optional symmetric key
/// @param addresses its addresses in the tunnel, one host each, at least one
public record DeviceSection(
        DeviceId id, UserId user, PublicKey publicKey, Optional<SecretKey> presharedKey, List<Cidr> addresses) {
    public DeviceSection {
        addresses = List.copyOf(addresses);
    }
}
