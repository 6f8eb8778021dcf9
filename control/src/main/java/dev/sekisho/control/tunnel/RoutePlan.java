package dev.sekisho.control.tunnel;

import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/// Which routes lead into a tunnel, decided without touching the system.
///
/// @param routes blocks that get a route, longest prefix first
/// @param table table of all these routes, 0 = main
/// @param defaultV4 whether all IPv4 goes through the tunnel by a table of its own and rules
/// @param defaultV6 the same for IPv6
record RoutePlan(List<Cidr> routes, int table, boolean defaultV4, boolean defaultV6) {
    RoutePlan {
        routes = List.copyOf(routes);
    }

    /// The routes for these allowed IPs. A block that lies in the network of an address of the interface has its route
    /// already. Source: wg-quick(8), `add_route`.
    static RoutePlan of(Collection<Cidr> allowedIps, List<InterfaceAddress> addresses, RouteTable table) {
        List<Cidr> sorted = new ArrayList<>(new LinkedHashSet<>(allowedIps));
        sorted.sort(Comparator.comparingInt(Cidr::prefixLength).reversed());
        return switch (table) {
            case RouteTable.Off() -> new RoutePlan(List.of(), 0, false, false);
            case RouteTable.Numbered(int number) -> new RoutePlan(sorted, number, false, false);
            case RouteTable.Auto() -> {
                List<Cidr> routes = new ArrayList<>();
                boolean v4 = false;
                boolean v6 = false;
                for (Cidr block : sorted) {
                    if (block.prefixLength() == 0) {
                        v4 |= block.v4();
                        v6 |= !block.v4();
                    } else if (addresses.stream().noneMatch(address -> covers(address.network(), block))) {
                        routes.add(block);
                    }
                }
                yield new RoutePlan(routes, 0, v4, v6);
            }
        };
    }

    private static boolean covers(Cidr network, Cidr block) {
        return network.v4() == block.v4()
                && network.prefixLength() <= block.prefixLength()
                && network.contains(block.high(), block.low());
    }
}
