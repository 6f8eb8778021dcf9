package dev.sekisho.control.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.policy.Cidr;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoutePlanTest {
    private static final List<InterfaceAddress> ADDRESSES =
            List.of(new InterfaceAddress(Cidr.parseAddress("10.0.0.2"), 24));

    @Test
    void longestPrefixFirstAndCoveredBlocksLeftOut() {
        RoutePlan plan = plan(new RouteTable.Auto(), "192.168.0.0/16", "10.0.0.0/24", "10.0.0.7/32", "192.168.7.0/24");
        assertThat(plan.routes()).map(Cidr::toString).containsExactly("192.168.7.0/24", "192.168.0.0/16");
        assertThat(plan.defaultV4() || plan.defaultV6()).isFalse();
    }

    @Test
    void blockAroundTheOwnNetworkIsKept() {
        assertThat(plan(new RouteTable.Auto(), "10.0.0.0/8").routes()).hasSize(1);
    }

    @Test
    void defaultRoutesAreSetApart() {
        RoutePlan plan = plan(new RouteTable.Auto(), "0.0.0.0/0", "::/0", "fd00::/8");
        assertThat(plan.routes()).map(Cidr::toString).containsExactly("fd00::/8");
        assertThat(plan.defaultV4() && plan.defaultV6()).isTrue();
    }

    @Test
    void sameBlockOfTwoPeersGetsOneRoute() {
        assertThat(plan(new RouteTable.Auto(), "10.5.0.0/16", "10.5.0.0/16").routes())
                .hasSize(1);
    }

    @Test
    void numberedTableTakesEverything() {
        RoutePlan plan = plan(new RouteTable.Numbered(77), "0.0.0.0/0", "10.0.0.0/24");
        assertThat(plan.routes()).map(Cidr::toString).containsExactly("10.0.0.0/24", "0.0.0.0/0");
        assertThat(plan.table()).isEqualTo(77);
        assertThat(plan.defaultV4()).isFalse();
    }

    @Test
    void offMeansNothing() {
        RoutePlan plan = plan(new RouteTable.Off(), "0.0.0.0/0", "10.5.0.0/16");
        assertThat(plan.routes()).isEmpty();
        assertThat(plan.defaultV4()).isFalse();
    }

    private static RoutePlan plan(RouteTable table, String... blocks) {
        return RoutePlan.of(Stream.of(blocks).map(Cidr::parse).toList(), ADDRESSES, table);
    }
}
