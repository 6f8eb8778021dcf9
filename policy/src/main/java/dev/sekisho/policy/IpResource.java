package dev.sekisho.policy;

import java.util.Objects;

/// A named target: addresses, ports and transport protocols (product line R01). Immutable.
///
/// @param id its name
/// @param block its addresses
/// @param ports its ports; with port 0 or `*` also ICMP echo, whatever the transport
/// @param transport the protocols of these ports
/// @param decoy whether a touch locks the device that touches it (product line I06)
public record IpResource(ResourceId id, Cidr block, PortSet ports, Transport transport, boolean decoy) {
    public IpResource {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(block, "block");
        Objects.requireNonNull(ports, "ports");
        Objects.requireNonNull(transport, "transport");
    }
}
