package dev.sekisho.control.device;

import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import java.util.List;
import java.util.Optional;

/// A device as somebody wants it. Immutable.
///
/// @param user whose it is to be, by name or identity
/// @param publicKey its own; empty = the server makes the pair
/// @param addresses empty = the next free ones
/// @param presharedKey whether there is one
public record DeviceDraft(
        String user, String name, Optional<PublicKey> publicKey, List<Cidr> addresses, boolean presharedKey) {
    public DeviceDraft {
        addresses = List.copyOf(addresses);
    }

    /// One whose keys and addresses the server chooses.
    public static DeviceDraft plain(String user, String name) {
        return new DeviceDraft(user, name, Optional.empty(), List.of(), false);
    }
}
