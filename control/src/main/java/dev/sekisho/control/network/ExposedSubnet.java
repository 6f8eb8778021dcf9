package dev.sekisho.control.network;

import dev.sekisho.policy.Cidr;
import java.util.Optional;

/// A network behind the gateway that the tunnel leads to.
///
/// @param block its addresses; a prefix length of 0 means everything, as a full tunnel wants it
/// @param networkInterface the interface of the gateway that leads there; empty = whatever the routes say
public record ExposedSubnet(Cidr block, Optional<String> networkInterface) {
    /// @throws IllegalArgumentException when the interface has no possible name
    public ExposedSubnet {
        networkInterface.ifPresent(NetworkPlan::requireInterfaceName);
    }

    /// Whether it holds every address of its family.
    boolean isEverything() {
        return block.prefixLength() == 0;
    }
}
