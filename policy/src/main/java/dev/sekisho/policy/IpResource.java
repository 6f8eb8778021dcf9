package dev.sekisho.policy;

import java.util.Objects;

/// A named target: addresses, ports and transport protocols (product line R01). Immutable and thread-safe.
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

    /// Reads the short form of a target that is no decoy: `10.10.0.0/24:443/tcp`, `10.10.0.1:22,80` (both
    /// protocols), `[2001:db8::/32]:53/udp`.
    ///
    /// @throws IllegalArgumentException with a sentence that names what is wrong
    public static IpResource parse(ResourceId id, String shortForm) {
        boolean bracketed = shortForm.startsWith("[");
        int blockEnd = bracketed ? shortForm.indexOf(']') : shortForm.indexOf(':');
        int colon = bracketed ? blockEnd + 1 : blockEnd;
        if (blockEnd < 0 || colon >= shortForm.length() || shortForm.charAt(colon) != ':') {
            throw new IllegalArgumentException("'" + shortForm + "' is no target: write addresses and ports such as"
                    + " 10.10.0.0/24:443/tcp or [2001:db8::/32]:22,80");
        }
        if (!bracketed && shortForm.indexOf(':', colon + 1) >= 0) {
            throw new IllegalArgumentException("'" + shortForm + "' needs its IPv6 addresses in brackets");
        }
        Cidr block = Cidr.parseExact(shortForm.substring(bracketed ? 1 : 0, blockEnd));
        if (block.v4() == bracketed) {
            throw new IllegalArgumentException("'" + shortForm + "' has brackets, which are for IPv6 addresses");
        }
        int slash = shortForm.indexOf('/', colon);
        String ports = shortForm.substring(colon + 1, slash < 0 ? shortForm.length() : slash);
        Transport transport = slash < 0 ? Transport.BOTH : Transport.parse(shortForm.substring(slash + 1));
        return new IpResource(id, block, PortSet.parse(ports), transport, false);
    }

    /// The target in the canonical form of [#parse]; whether it is a decoy isn't in it.
    public String shortForm() {
        return (block.v4() ? block.toString() : "[" + block + "]")
                + ":"
                + ports
                + (transport == Transport.BOTH ? "" : "/" + transport);
    }
}
