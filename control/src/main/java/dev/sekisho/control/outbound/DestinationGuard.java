package dev.sekisho.control.outbound;

import dev.sekisho.policy.Cidr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/// Which addresses the server may talk to of its own accord: those of the public internet, and networks that the host's
/// administrator allows in the server's configuration. Immutable.
///
/// @param allowed networks beyond the public internet
public record DestinationGuard(List<Cidr> allowed) {
    /// IPv4 blocks that are not the public internet: IANA's registry of special-purpose addresses, multicast, reserved.
    private static final List<Cidr> SPECIAL_V4 = List.of(
            Cidr.parse("0.0.0.0/8"),
            Cidr.parse("10.0.0.0/8"),
            Cidr.parse("100.64.0.0/10"),
            Cidr.parse("127.0.0.0/8"),
            Cidr.parse("169.254.0.0/16"),
            Cidr.parse("172.16.0.0/12"),
            Cidr.parse("192.0.0.0/24"),
            Cidr.parse("192.0.2.0/24"),
            Cidr.parse("192.88.99.0/24"),
            Cidr.parse("192.168.0.0/16"),
            Cidr.parse("198.18.0.0/15"),
            Cidr.parse("198.51.100.0/24"),
            Cidr.parse("203.0.113.0/24"),
            Cidr.parse("224.0.0.0/4"),
            Cidr.parse("240.0.0.0/4"));

    /// Everything of IPv6 that is routed on the public internet lies here.
    private static final Cidr PUBLIC_V6 = Cidr.parse("2000::/3");

    /// What of it is not: Teredo and the like, documentation, 6to4.
    private static final List<Cidr> SPECIAL_V6 = List.of(
            Cidr.parse("2001::/23"), Cidr.parse("2001:db8::/32"), Cidr.parse("2002::/16"), Cidr.parse("3fff::/20"));

    public DestinationGuard {
        allowed = List.copyOf(allowed);
    }

    /// Whether the server may talk to this address.
    public boolean admits(InetAddress address) {
        Cidr host = Cidr.of(address, 8 * address.getAddress().length);
        if (isIn(allowed, host)) {
            return true;
        }
        if (address instanceof Inet4Address) {
            return !isIn(SPECIAL_V4, host);
        }
        return PUBLIC_V6.contains(host.high(), host.low()) && !isIn(SPECIAL_V6, host);
    }

    private static boolean isIn(List<Cidr> blocks, Cidr host) {
        return blocks.stream().anyMatch(block -> block.v4() == host.v4() && block.contains(host.high(), host.low()));
    }
}
