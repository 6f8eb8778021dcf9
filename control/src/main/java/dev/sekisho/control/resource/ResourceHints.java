package dev.sekisho.control.resource;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.PortSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What deserves a second look before a resource is made (product line R09). Stateless.
final class ResourceHints {
    /// Ports whose protocols a proxy speaks.
    private static final Map<Integer, String> PROXIED = new TreeMap<>(Map.of(
            22, "SSH",
            80, "HTTP",
            443, "HTTPS",
            1433, "SQL Server",
            1521, "Oracle",
            3306, "MySQL",
            3389, "RDP",
            5432, "PostgreSQL",
            5900, "VNC",
            27_017, "MongoDB"));

    /// Blocks with fewer network bits are wide.
    private static final int WIDE_V4 = 16;

    private static final int WIDE_V6 = 48;

    private ResourceHints() {}

    /// A sentence each.
    static List<String> of(Resource.Target target) {
        if (target.decoy()) {
            return List.of();
        }
        List<String> hints = new ArrayList<>();
        if (target.ports().isAll()) {
            hints.add("It opens every port, and asks for a second factor at each: list the ports that are needed.");
        } else if (target.protocol().includesTcp()) {
            PROXIED.forEach((port, protocol) -> {
                if (target.ports().contains(port)) {
                    hints.add("Port " + port + " is " + protocol
                            + ": use the proxy, which records the session and keeps passwords to itself.");
                }
            });
        }
        Cidr block = target.cidr();
        if (block.prefixLength() < (block.v4() ? WIDE_V4 : WIDE_V6)) {
            hints.add("It opens a wide block of addresses: name the networks that are needed.");
        }
        return hints;
    }

    /// Whether a destination may lie in both.
    static boolean overlap(Resource.Target one, Resource.Target other) {
        boolean sameTransport =
                (one.protocol().includesTcp() && other.protocol().includesTcp())
                        || (one.protocol().includesUdp() && other.protocol().includesUdp())
                        || (one.ports().containsPing() && other.ports().containsPing());
        return sameTransport && one.cidr().overlaps(other.cidr()) && overlap(one.ports(), other.ports());
    }

    private static boolean overlap(PortSet one, PortSet other) {
        int[] ranges = one.ranges();
        int[] others = other.ranges();
        for (int i = 0; i < ranges.length; i += 2) {
            for (int j = 0; j < others.length; j += 2) {
                if (ranges[i] <= others[j + 1] && others[j] <= ranges[i + 1]) {
                    return true;
                }
            }
        }
        return false;
    }
}
