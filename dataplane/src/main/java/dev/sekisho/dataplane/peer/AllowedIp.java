package dev.sekisho.dataplane.peer;

import dev.sekisho.policy.Cidr;
import java.util.Objects;

/// One row of the cryptokey routing table: inner addresses and the peer that owns them.
///
/// @param block the inner addresses
/// @param peer who may send from them and receives what goes to them
public record AllowedIp(Cidr block, Peer peer) {
    public AllowedIp {
        Objects.requireNonNull(block, "block");
        Objects.requireNonNull(peer, "peer");
    }
}
