package dev.sekisho.control.network;

import dev.sekisho.policy.Cidr;

/// When connections from the tunnel get the gateway's own address on their way into an exposed subnet.
public enum Masquerade {
    /// Where the subnet would not know the way back otherwise: all IPv4 and the unique local addresses of IPv6.
    AUTO,
    /// Always.
    ALWAYS,
    /// Never: the subnet has a route back to the tunnel, and its logs show the devices' own addresses.
    NEVER;

    /// Source: RFC 4193 section 3.1.
    private static final Cidr UNIQUE_LOCAL = Cidr.parse("fc00::/7");

    /// Whether it hides this subnet of the tunnel.
    boolean hides(Cidr tunnelSubnet) {
        return switch (this) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> tunnelSubnet.v4() || UNIQUE_LOCAL.contains(tunnelSubnet.high(), tunnelSubnet.low());
        };
    }
}
