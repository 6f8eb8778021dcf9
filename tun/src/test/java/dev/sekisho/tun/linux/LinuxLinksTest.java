package dev.sekisho.tun.linux;

import static dev.sekisho.tun.linux.NamespaceExtension.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sekisho.tun.LinkException;
import dev.sekisho.tun.LinkListener;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Rule;
import dev.sekisho.tun.TunDevice;
import java.net.InetAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

@InNamespace
class LinuxLinksTest {
    private static final InetAddress V4 = InetAddress.ofLiteral("198.18.0.1");
    private static final InetAddress V6 = InetAddress.ofLiteral("2001:db8::1");
    private static final InetAddress ANY_V4 = InetAddress.ofLiteral("0.0.0.0");
    private static final InetAddress ANY_V6 = InetAddress.ofLiteral("::");

    private final LinuxPlatform platform = new LinuxPlatform();
    private final Links links = platform.links();

    @Test
    void findsInterfacesByNameAndIndex() {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420)) {
            assertThat(links.index("sktst0")).isEqualTo(tun.interfaceIndex());
            assertThat(links.exists("sktst0")).isTrue();
            assertThat(links.exists(tun.interfaceIndex())).isTrue();
            assertThat(links.exists("sktst1")).isFalse();
            assertThat(links.exists(tun.interfaceIndex() + 1)).isFalse();
        }
        assertThat(links.exists("sktst0")).isFalse();
    }

    @Test
    void setsMtuAndBringsUpAndDown() {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1280)) {
            int index = tun.interfaceIndex();
            assertThat(links.mtu(index)).isEqualTo(1280);
            assertThat(links.isUp(index)).isFalse();

            links.mtu(index, 1400);
            links.up(index);

            assertThat(links.mtu(index)).isEqualTo(1400);
            assertThat(links.isUp(index)).isTrue();
            links.down(index);
            assertThat(links.isUp(index)).isFalse();
        }
    }

    @Test
    void addsAndRemovesAddresses() throws Exception {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420)) {
            links.up(tun.interfaceIndex());

            links.addAddress(tun.interfaceIndex(), V4, 24);
            links.addAddress(tun.interfaceIndex(), V6, 64);

            String shown = output("ip", "address", "show", "dev", "sktst0");
            assertThat(shown).contains("inet 198.18.0.1/24 scope global", "inet6 2001:db8::1/64 scope global nodad");
            links.removeAddress(tun.interfaceIndex(), V4, 24);
            links.removeAddress(tun.interfaceIndex(), V6, 64);
            assertThat(output("ip", "address", "show", "dev", "sktst0"))
                    .doesNotContain("198.18.0.1")
                    .doesNotContain("2001:db8::1");
        }
    }

    @Test
    void addsAndDeletesRoutesInTables() throws Exception {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420)) {
            int index = tun.interfaceIndex();
            links.up(index);

            links.addRoute(InetAddress.ofLiteral("198.18.7.9"), 24, index, 0);
            links.addRoute(ANY_V4, 0, index, 51820);
            links.addRoute(InetAddress.ofLiteral("2001:db8:7::9"), 48, index, 0);
            links.addRoute(ANY_V6, 0, index, 51820);

            assertThat(output("ip", "route", "show")).contains("198.18.7.0/24 dev sktst0 scope link");
            assertThat(output("ip", "route", "show", "table", "51820")).contains("default dev sktst0");
            assertThat(output("ip", "-6", "route", "show")).contains("2001:db8:7::/48 dev sktst0");
            assertThat(output("ip", "-6", "route", "show", "table", "51820")).contains("default dev sktst0");

            links.deleteRoute(InetAddress.ofLiteral("198.18.7.0"), 24, index, 0);
            links.deleteRoute(ANY_V4, 0, index, 51820);
            links.deleteRoute(InetAddress.ofLiteral("2001:db8:7::"), 48, index, 0);
            links.deleteRoute(ANY_V6, 0, index, 51820);

            assertThat(output("ip", "route", "show", "table", "all")).doesNotContain("198.18.7.0", "51820");
            assertThat(output("ip", "-6", "route", "show", "table", "all")).doesNotContain("2001:db8:7:", "51820");
        }
    }

    @Test
    void addsAndDeletesRulesOfBothFamilies() throws Exception {
        for (boolean v4 : new boolean[] {true, false}) {
            String family = v4 ? "-4" : "-6";
            links.addRule(Rule.unmarked(v4, 0xca6c, 51820));
            links.addRule(Rule.mainWithoutDefault(v4));
            links.addRule(new Rule(v4, 7, false, 77, -1, 123, "", ""));

            assertThat(output("ip", family, "rule", "show"))
                    .contains("not from all fwmark 0xca6c lookup 51820")
                    .contains("from all lookup main suppress_prefixlength 0")
                    .contains("123:\tfrom all fwmark 0x7 lookup 77");

            links.deleteRule(Rule.unmarked(v4, 0xca6c, 51820));
            links.deleteRule(Rule.mainWithoutDefault(v4));
            links.deleteRule(new Rule(v4, 7, false, 77, -1, 123, "", ""));
            assertThat(output("ip", family, "rule", "show")).doesNotContain("51820", "suppress", "77");
        }
    }

    @Test
    void localRoutesAndRulesByInterfaceComeAndGo() throws Exception {
        int table = 0x8000_0007;
        for (boolean v4 : new boolean[] {true, false}) {
            String family = v4 ? "-4" : "-6";
            InetAddress any = v4 ? ANY_V4 : ANY_V6;
            Rule rule = Rule.incoming(v4, "sktst9", table, 518);
            links.addLocalRoute(any, 0, table);
            links.addRule(rule);
            links.addRule(Rule.outgoing(v4, "sktst9", 77, 519));

            assertThat(output("ip", family, "route", "show", "table", "2147483655"))
                    .contains("local default dev lo");
            assertThat(output("ip", family, "rule", "show"))
                    .contains("518:\tfrom all iif sktst9 [detached] lookup 2147483655")
                    .contains("519:\tfrom all oif sktst9 [detached] lookup 77");
            assertThatExceptionOfType(LinkException.class)
                    .isThrownBy(() -> links.addLocalRoute(any, 0, table))
                    .withMessageContaining("to table 2147483655: EEXIST");
            assertThatExceptionOfType(LinkException.class)
                    .isThrownBy(() -> links.deleteRule(Rule.incoming(v4, "sktst8", table, 518)))
                    .matches(e -> e.reason() == LinkException.Reason.MISSING);

            links.deleteRule(rule);
            links.deleteRule(Rule.outgoing(v4, "sktst9", 77, 519));
            links.deleteLocalRoute(any, 0, table);
            assertThat(output("ip", family, "rule", "show")).doesNotContain("sktst9");
            assertThat(output("ip", family, "route", "show", "table", "all")).doesNotContain("2147483655");
        }
    }

    @Test
    void aRouteOfAnotherKindIsNotTakenForALocalOne() throws Exception {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420)) {
            links.up(tun.interfaceIndex());
            links.addRoute(ANY_V4, 0, tun.interfaceIndex(), 77);

            assertThatExceptionOfType(LinkException.class)
                    .isThrownBy(() -> links.addLocalRoute(ANY_V4, 0, 77))
                    .matches(e -> e.reason() == LinkException.Reason.EXISTS);
            assertThatExceptionOfType(LinkException.class)
                    .isThrownBy(() -> links.deleteLocalRoute(ANY_V4, 0, 77))
                    .matches(e -> e.reason() == LinkException.Reason.MISSING);
        }
    }

    @Test
    void deletesAnInterface() {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420)) {
            links.delete(tun.interfaceIndex());

            assertThat(links.exists("sktst0")).isFalse();
            assertThat(tun.isGone()).isTrue();
        }
    }

    @Test
    void saysWhatWasAskedAndWhyItFailed() {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420)) {
            int index = tun.interfaceIndex();
            links.addAddress(index, V4, 24);
            assertThatExceptionOfType(LinkException.class)
                    .isThrownBy(() -> links.addAddress(index, V4, 24))
                    .withMessageContaining("cannot add address 198.18.0.1/24 to interface " + index + ": EEXIST")
                    .matches(e -> e.reason() == LinkException.Reason.EXISTS);
            assertThatExceptionOfType(LinkException.class)
                    .isThrownBy(() -> links.deleteRoute(ANY_V4, 0, index, 0))
                    .matches(e -> e.reason() == LinkException.Reason.MISSING);
            assertThatExceptionOfType(LinkException.class)
                    .isThrownBy(() -> links.addRoute(ANY_V4, 0, index, 0))
                    .withMessageContaining("the kernel says: ");
            assertThatExceptionOfType(LinkException.class)
                    .isThrownBy(() -> links.deleteRule(Rule.unmarked(true, 5, 5)))
                    .matches(e -> e.reason() == LinkException.Reason.MISSING);
            assertThatExceptionOfType(LinkException.class)
                    .isThrownBy(() -> links.mtu(index, 10))
                    .withMessageContaining("EINVAL");
        }
        assertThatExceptionOfType(LinkException.class)
                .isThrownBy(() -> links.index("sktst0"))
                .withMessageContaining("cannot find interface sktst0: ENODEV");
        assertThatExceptionOfType(LinkException.class).isThrownBy(() -> links.up(999_999));
        assertThatExceptionOfType(LinkException.class).isThrownBy(() -> links.monitor(999_999, new Events()));
        assertThatIllegalArgumentException().isThrownBy(() -> links.addAddress(1, V4, 33));
    }

    @Test
    void monitorTellsStateChangesAndRemoval() throws Exception {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420);
                TunDevice other = platform.openTun("sktst1", 1, 1420)) {
            int index = tun.interfaceIndex();
            Events events = new Events();
            try (Links.Monitor monitor = links.monitor(index, events)) {
                assertThat(events.told.take()).isEqualTo("down 1420");
                links.up(other.interfaceIndex());
                links.up(index);
                assertThat(events.told.take()).isEqualTo("up 1420");
                links.mtu(index, 1300);
                assertThat(events.told.take()).isEqualTo("up 1300");
                links.down(index);
                assertThat(events.told.take()).isEqualTo("down 1300");
                links.delete(index);
                assertThat(events.told.take()).isEqualTo("removed");
                assertThat(monitor).isNotNull();
            }
            assertThat(events.told).isEmpty();
        }
    }

    @Test
    void closedMonitorStaysSilent() throws Exception {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420)) {
            Events events = new Events();
            Links.Monitor monitor = links.monitor(tun.interfaceIndex(), events);
            assertThat(events.told.take()).isEqualTo("down 1420");

            monitor.close();
            monitor.close();
            links.up(tun.interfaceIndex());

            assertThat(events.told).isEmpty();
        }
    }

    private static final class Events implements LinkListener {
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Override
        public void changed(boolean up, int mtu) {
            told.add((up ? "up " : "down ") + mtu);
        }

        @Override
        public void removed() {
            told.add("removed");
        }
    }
}
