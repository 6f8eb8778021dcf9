package dev.sekisho.control.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sekisho.policy.Cidr;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What stands in the scripts; what they do is shown end to end, in namespaces.
class UpScriptTest {
    private static final List<String> INNER = List.of("10.66.0.0/24", "fd00:66::/64");

    @Test
    void rulesOfASplitTunnel() {
        String script = UpScript.up(
                plan(INNER, List.of("10.0.1.0/24", "2001:db8:1::/64"), List.of("eth1", "eth2")), FirewallTool.NFTABLES);
        assertThat(chain(script, "from_tunnel"))
                .containsExactly(
                        "ip saddr 10.66.0.0/24 ip daddr 10.0.1.0/24 oifname \"eth1\" accept",
                        "ip6 saddr fd00:66::/64 ip6 daddr 2001:db8:1::/64 oifname \"eth2\" accept",
                        "counter drop");
        assertThat(chain(script, "to_tunnel"))
                .containsExactly(
                        "ct state established,related accept",
                        "ip daddr 10.66.0.0/24 ip saddr 10.0.1.0/24 iifname \"eth1\" accept",
                        "ip6 daddr fd00:66::/64 ip6 saddr 2001:db8:1::/64 iifname \"eth2\" accept",
                        "counter drop");
        assertThat(chain(script, "postrouting"))
                .containsExactly(
                        "type nat hook postrouting priority srcnat; policy accept;",
                        "ip saddr 10.66.0.0/24 ip daddr 10.0.1.0/24 oifname \"eth1\" masquerade",
                        "ip6 saddr fd00:66::/64 ip6 daddr 2001:db8:1::/64 oifname \"eth2\" masquerade");
        assertThat(script)
                .contains("\nroute -4 10.0.1.0/24 eth1\n", "\nroute -6 2001:db8:1::/64 eth2\n")
                .contains("iifname \"sk0h\" notrack", "oifname \"sk0h\" notrack");
    }

    @Test
    void aFullTunnelLeadsEverywhereButToOtherDevicesAndLinkLocalServices() {
        String script = UpScript.up(
                plan(INNER, List.of("0.0.0.0/0", "10.66.0.7/32", "fd00:66::7/128"), List.of()), FirewallTool.NFTABLES);
        assertThat(chain(script, "from_tunnel"))
                .containsExactly(
                        "ip saddr 10.66.0.0/24 ip daddr 10.66.0.7/32 oifname \"sk0\" accept",
                        "ip6 saddr fd00:66::/64 ip6 daddr fd00:66::7/128 oifname \"sk0\" accept",
                        "# Everything is exposed, but not the other devices and no link-local service (cloud metadata).",
                        "oifname \"sk0\" drop",
                        "ip daddr 169.254.0.0/16 drop",
                        "ip6 daddr fe80::/10 drop",
                        "ip saddr 10.66.0.0/24 accept",
                        "counter drop");
        assertThat(chain(script, "postrouting"))
                .containsExactly(
                        "type nat hook postrouting priority srcnat; policy accept;",
                        "ip saddr 10.66.0.0/24 oifname != \"sk0\" masquerade");
        assertThat(script).doesNotContain("ip route add").contains("10.66.0.7/32");
    }

    @Test
    void onlyWhatKnowsNoWayBackIsMasqueraded() {
        List<Cidr> inner = Stream.of("10.66.0.0/24", "fd00:66::/64", "2001:db8:66::/64")
                .map(Cidr::parse)
                .toList();
        assertThat(inner.stream().map(Masquerade.AUTO::hides)).containsExactly(true, true, false);
        assertThat(inner.stream().map(Masquerade.ALWAYS::hides)).containsOnly(true);
        assertThat(inner.stream().map(Masquerade.NEVER::hides)).containsOnly(false);
    }

    @Test
    void withNothingExposedNothingIsForwarded() {
        String script = UpScript.up(plan(INNER, List.of(), List.of()), FirewallTool.NFTABLES);
        assertThat(chain(script, "from_tunnel")).containsExactly("counter drop");
        assertThat(UpScript.up(plan(INNER, List.of(), List.of()), FirewallTool.IPTABLES))
                .contains("-A SEKISHO-FWD-sk0 -i sk0 -j DROP")
                .doesNotContain("-i sk0 -s");
    }

    @Test
    void iptablesGetsTheSameRules() {
        String script = UpScript.up(
                plan(List.of("10.66.0.0/24"), List.of("10.0.1.0/24"), List.of("eth1")), FirewallTool.IPTABLES);
        assertThat(script.lines().filter(line -> line.startsWith("-A SEKISHO-FWD-sk0")))
                .startsWith(
                        "-A SEKISHO-FWD-sk0 -i sk0h -j DROP",
                        "-A SEKISHO-FWD-sk0 -o sk0h -j DROP",
                        "-A SEKISHO-FWD-sk0 -i sk0 -s 10.66.0.0/24 -d 10.0.1.0/24 -o eth1 -j ACCEPT",
                        "-A SEKISHO-FWD-sk0 -i sk0 -j DROP",
                        "-A SEKISHO-FWD-sk0 -o sk0 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
                        "-A SEKISHO-FWD-sk0 -o sk0 -d 10.66.0.0/24 -s 10.0.1.0/24 -i eth1 -j ACCEPT",
                        "-A SEKISHO-FWD-sk0 -o sk0 -j DROP");
        assertThat(script)
                .contains("-A SEKISHO-NAT-sk0 -s 10.66.0.0/24 -d 10.0.1.0/24 -o eth1 -j MASQUERADE")
                .contains("-A SEKISHO-IN-sk0 -p udp --dport 51871 -j ACCEPT")
                .contains("jump ip6tables filter FORWARD SEKISHO-FWD-sk0");
    }

    @Test
    void nobodyOutsideTheTunnelSpeaksForADevice() {
        NetworkPlan plan = plan(INNER, List.of("10.0.1.0/24", "2001:db8:1::/64"), List.of("eth1", "eth2"));
        assertThat(chain(UpScript.up(plan, FirewallTool.NFTABLES), "anti_spoofing"))
                .containsExactly(
                        "type filter hook prerouting priority raw; policy accept;",
                        "iifname != { \"sk0\", \"sk0h\", \"lo\" } ip saddr 10.66.0.0/24 counter drop",
                        "iifname != { \"sk0\", \"sk0h\", \"lo\" } ip6 saddr fd00:66::/64 counter drop");
        assertThat(UpScript.up(plan, FirewallTool.IPTABLES)
                        .lines()
                        .filter(line -> line.startsWith("-A SEKISHO-PRE-sk0")))
                .containsExactly(
                        "-A SEKISHO-PRE-sk0 -i sk0 -j RETURN",
                        "-A SEKISHO-PRE-sk0 -i lo -j RETURN",
                        "-A SEKISHO-PRE-sk0 ! -i sk0h -s 10.66.0.0/24 -j DROP",
                        "-A SEKISHO-PRE-sk0 -i sk0h -j CT --notrack",
                        "-A SEKISHO-PRE-sk0 -i sk0 -j RETURN",
                        "-A SEKISHO-PRE-sk0 -i lo -j RETURN",
                        "-A SEKISHO-PRE-sk0 ! -i sk0h -s fd00:66::/64 -j DROP",
                        "-A SEKISHO-PRE-sk0 -i sk0h -j CT --notrack");
    }

    static Stream<Arguments> scripts() {
        return Stream.of(
                        plan(INNER, List.of("10.0.1.0/24", "2001:db8:1::/64"), List.of("eth1", "br-lan.100")),
                        plan(INNER, List.of("0.0.0.0/0", "::/0"), List.of()),
                        plan(List.of("fd00::/64"), List.of(), List.of()))
                .flatMap(plan -> Stream.of(FirewallTool.values())
                        .flatMap(tool -> Stream.of(
                                Arguments.of(UpScript.up(plan, tool)), Arguments.of(UpScript.down(plan, tool)))));
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void everyScriptIsShell(String script) throws Exception {
        Process shell =
                new ProcessBuilder("/bin/sh", "-n").redirectErrorStream(true).start();
        try (var stdin = shell.getOutputStream()) {
            stdin.write(script.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(said).isZero();
        assertThat(script).startsWith("#!/bin/sh\n").contains("\nset -eu\n").doesNotContain("%s", "%d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "sk0;reboot",
                "$(reboot)",
                "`reboot`",
                "sk0\nreboot",
                "sk'0",
                "sk\"0",
                "-sk0",
                "sk+",
                "sk*",
                "eth0:1",
                "../sk0",
                ".",
                "..",
                "sixteen-letters-",
                "ſk0"
            })
    void namesThatMeanSomethingElseAreRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkPlan.requireInterfaceName(name))
                .withMessageContaining("can't be an interface here")
                .withMessageNotContaining("\n");
        assertThatIllegalArgumentException().isThrownBy(() -> plan(INNER, List.of("10.0.1.0/24"), List.of(name)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NetworkPlan(name, "sk0h", 51871, List.of(), List.of(), Masquerade.AUTO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NetworkPlan("sk0", name, 51871, List.of(), List.of(), Masquerade.AUTO));
    }

    @Test
    void plansThatContradictThemselvesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(INNER, List.of("10.0.1.0/24", "10.0.2.0/24"), List.of("eth1")))
                .withMessageContaining("2 subnets, but 1 network interfaces");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(INNER, List.of("10.0.1.0/24", "10.0.1.0/24"), List.of()))
                .withMessageContaining("exposed twice");
        assertThatIllegalArgumentException().isThrownBy(() -> plan(INNER, List.of("10.0.1.0/24"), List.of("sk0")));
        assertThatIllegalArgumentException().isThrownBy(() -> plan(INNER, List.of("10.0.1.0/24"), List.of("sk0h")));
        assertThatIllegalArgumentException().isThrownBy(() -> plan(List.of(), List.of(), List.of()));
        List<Cidr> inner = List.of(Cidr.parse("10.66.0.0/24"));
        for (int port : new int[] {0, -1, 65536}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new NetworkPlan("sk0", "sk0h", port, inner, List.of(), Masquerade.AUTO));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NetworkPlan("sk0", "sk0", 1, inner, List.of(), Masquerade.AUTO));
    }

    @Test
    void noTwoInterfacesShareATable() {
        assertThat(NftRules.table("sk0")).isEqualTo("sekisho_sk0");
        assertThat(Stream.of("sk.0", "sk-0", "sk_0", "sk_2e0").map(NftRules::table))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[A-Za-z0-9_]+"));
    }

    private static NetworkPlan plan(List<String> inner, List<String> subnets, List<String> networkInterfaces) {
        return new NetworkPlan(
                "sk0",
                "sk0h",
                51871,
                inner.stream().map(Cidr::parse).toList(),
                NetworkPlan.exposed(subnets.stream().map(Cidr::parse).toList(), networkInterfaces),
                Masquerade.AUTO);
    }

    private static List<String> chain(String script, String name) {
        String from = script.substring(script.indexOf("  chain " + name + " {\n"));
        return from.lines()
                .skip(1)
                .takeWhile(line -> !line.equals("  }"))
                .map(String::strip)
                .toList();
    }
}
