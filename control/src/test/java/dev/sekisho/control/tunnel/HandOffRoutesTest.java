package dev.sekisho.control.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sekisho.tun.LinkException;
import dev.sekisho.tun.Rule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandOffRoutesTest {
    private static final String NAME = "sktest7h";
    private static final int TABLE = HandOffRoutes.incomingTable(NAME);

    private final MemoryLinks links = new MemoryLinks();
    private final MemoryHost host = new MemoryHost();

    @BeforeEach
    void deviceIsThere() {
        links.present(NAME);
    }

    @Test
    void everythingThatComesInIsLocalUntilClosed() {
        try (HandOffRoutes routes = HandOffRoutes.open(links, host, NAME, true)) {
            assertThat(routes).isNotNull();
            assertThat(links.log).first().isEqualTo("address 192.0.0.8/32");
            assertThat(links.state)
                    .containsExactly(
                            "local route 0.0.0.0/0 table " + TABLE, rule(true),
                            "route 0.0.0.0/0 table " + (TABLE + 1), outgoing(true),
                            "local route ::/0 table " + TABLE, rule(false),
                            "route ::/0 table " + (TABLE + 1), outgoing(false));
            assertThat(host.log).containsExactly("asymmetric " + NAME);
        }
        assertThat(links.state).isEmpty();
        assertThat(links.log).last().isEqualTo("remove address");
    }

    @Test
    void withoutIpv6NothingOfItIsTouched() {
        try (HandOffRoutes routes = HandOffRoutes.open(links, host, NAME, false)) {
            assertThat(routes).isNotNull();
            assertThat(links.state).hasSize(4).noneMatch(what -> what.contains("::") || what.contains("v6"));
        }
    }

    @Test
    void whatAKilledProcessLeftIsReplaced() {
        links.state.add("local route 0.0.0.0/0 table " + TABLE);
        links.state.add(rule(true));
        links.state.add(rule(true));
        links.state.add(outgoing(true));
        HandOffRoutes.open(links, host, NAME, true).close();
        assertThat(links.state).isEmpty();
    }

    @Test
    void aTableOfSomebodyElseIsRefusedAndLeftAlone() {
        links.state.add("route ::/0 table " + TABLE);
        assertThatExceptionOfType(LinkException.class)
                .isThrownBy(() -> HandOffRoutes.open(links, host, NAME, true))
                .matches(e -> e.reason() == LinkException.Reason.EXISTS);
        assertThat(links.state).containsExactly("route ::/0 table " + TABLE);
    }

    @Test
    void aDeviceThatIsGoneIsNoTroubleAtTheEnd() {
        HandOffRoutes routes = HandOffRoutes.open(links, host, NAME, true);
        links.gone(NAME);
        routes.close();
        routes.close();
        assertThat(links.state).isEmpty();
    }

    @Test
    void tablesLieInTheUpperHalfAndDifferByName() {
        assertThat(TABLE).isNegative().isEqualTo(HandOffRoutes.incomingTable(NAME));
        assertThat(HandOffRoutes.incomingTable("skAah")).isNotEqualTo(HandOffRoutes.incomingTable("skBBh"));
    }

    private static String outgoing(boolean v4) {
        return MemoryLinks.describe(Rule.outgoing(v4, NAME, TABLE + 1, HandOffRoutes.PRIORITY));
    }

    private static String rule(boolean v4) {
        return MemoryLinks.describe(Rule.incoming(v4, NAME, TABLE, HandOffRoutes.PRIORITY));
    }
}
