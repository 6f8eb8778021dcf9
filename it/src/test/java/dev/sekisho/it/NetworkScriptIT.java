package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.Namespace;
import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `sekisho network` on a gateway between a device and a network.
///
/// ```
///  device                      gateway                                network
///  tun7 198.19.7.2/24  -----   tun7 198.19.7.1/24
///       fd00:198:7::2          fd00:198:7::1     v0 198.18.0.1  ----  v0 198.18.0.2, 198.18.5.1/32
///                                                   fd00:198:18::1       fd00:198:18::2
/// ```
///
/// The network knows no way to the device's addresses: what comes back has been masqueraded.
@NeedsNetns
class NetworkScriptIT {
    private static final String TUNNEL = "tun7";
    private static final String DEVICE4 = "198.19.7.2";
    private static final String UNEXPOSED = "198.18.5.1";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @BeforeAll
    static void onlyOurs() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no such command line");
    }

    @ParameterizedTest
    @CsvSource({"nft, ''", "nft, " + Namespace.CABLE, "iptables, ''", "iptables, " + Namespace.CABLE})
    void upTwiceIsOnceAndDownLeavesNothing(String tool, String networkInterface) {
        needs(tool);
        try (Netns netns = Netns.open();
                Netns other = Netns.open()) {
            Namespace gateway = netns.left();
            forgetEarlierRuns(gateway);
            Namespace device = other.left();
            build(gateway, device, netns.right());
            String before = state(gateway);
            assertThat(pings(device, netns.right().outer4())).isFalse();

            network(gateway, "up", tool, networkInterface).orThrow();
            String once = state(gateway);
            network(gateway, "up", tool, networkInterface).orThrow();

            assertThat(state(gateway)).isEqualTo(once).isNotEqualTo(before);
            assertThat(once).contains("tun7h").containsIgnoringCase("notrack").containsIgnoringCase("masquerade");
            Await.until(
                    "the network answers",
                    LIMIT,
                    () -> pings(device, netns.right().outer4()));
            Await.until("by IPv6 too", LIMIT, () -> pings(device, netns.right().outer6()));
            assertThat(pings(device, UNEXPOSED)).isFalse();

            network(gateway, "down", tool, networkInterface).orThrow();

            assertThat(state(gateway)).isEqualTo(before);
            assertThat(pings(device, netns.right().outer4())).isFalse();
            network(gateway, "down", tool, networkInterface).orThrow();
            assertThat(state(gateway)).isEqualTo(before);
            assertThat(remembered(gateway)).doesNotExist();
        }
    }

    /// Two networks behind one gateway, each on an interface of its own:
    ///
    /// ```
    ///  device ---- tun7 gateway v0 ---- first   198.18.9.2   fd00:198:9::2
    ///                           v1 ---- second  198.18.8.2   fd00:198:8::2
    /// ```
    ///
    /// Neither knows a way to the device or to the other's cable, so it answers only who has the gateway's
    /// address on its own. An address of each subnet is also at the other host, where a route of the gateway
    /// leads: nothing goes that way, unless no interfaces are given.
    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void eachSubnetIsReachedByItsOwnInterfaceOnly(String tool) {
        needs(tool);
        try (Netns netns = Netns.open();
                Netns other = Netns.open()) {
            Namespace gateway = netns.left();
            forgetEarlierRuns(gateway);
            Namespace device = other.left();
            Namespace first = netns.right();
            Namespace second = netns.addHost();
            build(gateway, device, first);
            behind(first, device, "198.18.9.", "fd00:198:9::");
            behind(second, device, "198.18.8.", "fd00:198:8::");
            astray(gateway, first, Namespace.CABLE, "198.18.8.7");
            astray(gateway, second, "v1", "198.18.9.7");
            String before = state(gateway);

            twoSubnets(gateway, "up", tool, "--network-interfaces", "v0,v0,v1,v1")
                    .orThrow();
            String up = state(gateway);
            assertThat(up).contains("198.18.9.0/24 dev v0", "198.18.8.0/24 dev v1");
            assertThat(up).contains("fd00:198:9::/64 dev v0", "fd00:198:8::/64 dev v1");
            for (String target : List.of("198.18.9.2", "198.18.8.2", "fd00:198:9::2", "fd00:198:8::2")) {
                Await.until(target + " answers", LIMIT, () -> pings(device, target));
            }
            assertThat(pings(device, "198.18.8.7"))
                    .as("by the first's interface")
                    .isFalse();
            assertThat(pings(device, "198.18.9.7"))
                    .as("by the second's interface")
                    .isFalse();
            twoSubnets(gateway, "up", tool, "--network-interfaces", "v0,v0,v1,v1")
                    .orThrow();
            assertThat(state(gateway)).as("twice is once").isEqualTo(up);
            twoSubnets(gateway, "down", tool).orThrow();
            assertThat(state(gateway)).isEqualTo(before);
            assertThat(pings(device, "198.18.9.2") || pings(device, "198.18.8.2"))
                    .isFalse();

            twoSubnets(gateway, "up", tool).orThrow();
            Await.until("any interface will do", LIMIT, () -> pings(device, "198.18.8.7"));
            assertThat(pings(device, "198.18.9.7")).isTrue();
            twoSubnets(gateway, "down", tool).orThrow();
            assertThat(state(gateway)).isEqualTo(before);
        }
    }

    private static Outcome twoSubnets(Namespace gateway, String verb, String tool, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "--interface",
                TUNNEL,
                "--addresses",
                "198.19.7.1/24,fd00:198:7::1/64",
                "--subnets",
                "198.18.9.0/24,fd00:198:9::/64,198.18.8.0/24,fd00:198:8::/64"));
        words.addAll(List.of(more));
        return sekisho(gateway, verb, tool, words.toArray(String[]::new));
    }

    /// The host has number 2 in further networks, into which the device goes by the gateway.
    private static void behind(Namespace host, Namespace device, String network4, String network6) {
        host.addCableAddress(network4 + "2/32");
        host.addCableAddress(network6 + "2/128");
        device.ip("-6", "route", "add", network6 + "/64", "via", "fd00:198:7::1")
                .orThrow();
    }

    /// Puts an address on a host, with a way there that is not that of its subnet.
    private static void astray(Namespace gateway, Namespace host, String networkInterface, String address) {
        host.addCableAddress(address + "/32");
        gateway.ip("route", "add", address + "/32", "dev", networkInterface).orThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void whatIsNotOursStaysAndTheLastGatewayRestores(String tool) {
        needs(tool);
        try (Netns netns = Netns.open()) {
            Namespace gateway = netns.left();
            forgetEarlierRuns(gateway);
            gateway.run("iptables", "-A", "FORWARD", "-s", "192.0.2.1", "-j", "DROP");
            String before = state(gateway);
            network(gateway, "up", tool, "").orThrow();
            Outcome second = sekisho(gateway, "up", tool, "--interface", "tun8", "--addresses", "198.19.8.1/24");
            second.orThrow();

            network(gateway, "down", tool, "").orThrow();
            assertThat(forwards(gateway)).isTrue();
            assertThat(state(gateway)).contains("192.0.2.1", "tun8").doesNotContain("tun7");

            sekisho(gateway, "down", tool, "--interface", "tun8", "--addresses", "198.19.8.1/24")
                    .orThrow();
            assertThat(forwards(gateway)).isFalse();
            assertThat(state(gateway)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void nobodyOnTheNetworkSpeaksForADevice(String tool) {
        needs(tool);
        try (Netns netns = Netns.open();
                Netns other = Netns.open()) {
            Namespace gateway = netns.left();
            Namespace device = other.left();
            forgetEarlierRuns(gateway);
            build(gateway, device, netns.right());
            netns.right().addCableAddress(DEVICE4 + "/32");
            // The forger would hear the answer, and the kernel itself would let the packet in.
            gateway.ip("route", "add", DEVICE4 + "/32", "dev", Namespace.CABLE).orThrow();
            assertThat(pingsFrom(netns.right(), DEVICE4, gateway.outer4())).isTrue();

            network(gateway, "up", tool, "").orThrow();
            assertThat(pingsFrom(netns.right(), DEVICE4, gateway.outer4())).isFalse();
            assertThat(pings(netns.right(), gateway.outer4()))
                    .as("in its own name")
                    .isTrue();
            gateway.ip("route", "del", DEVICE4 + "/32", "dev", Namespace.CABLE).orThrow();
            Await.until(
                    "the device itself is served",
                    LIMIT,
                    () -> pings(device, netns.right().outer4()));

            network(gateway, "down", tool, "").orThrow();
        }
    }

    private static boolean pingsFrom(Namespace from, String source, String address) {
        return from.command("ping", "-c", "1", "-W", "1", "-I", source, address)
                .run()
                .succeeded();
    }

    @Test
    void aMissingInterfaceOrProgramIsOneSentenceAndChangesNothing() {
        try (Netns netns = Netns.open()) {
            String before = state(netns.left());

            Outcome refused = network(netns.left(), "up", "nft", "nosuch0");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("sekisho: there is no network interface nosuch0 here\n");
            String script =
                    Command.of(words("script", "nft", "")).run().orThrow().out();
            Outcome without = netns.left()
                    .command("/bin/sh", "-c", script)
                    .withEnvironment("PATH", "/nowhere")
                    .run();
            assertThat(without.exitCode()).isNotZero();
            assertThat(state(netns.left())).isEqualTo(before);
        }
    }

    private static void needs(String tool) {
        assumeTrue(Command.of("sh", "-c", "command -v " + tool).run().succeeded(), tool + " is not installed");
    }

    private static void build(Namespace gateway, Namespace device, Namespace network) {
        // The device has only its tunnel; its own cable carries the addresses of the network.
        device.ip("link", "set", Namespace.CABLE, "down").orThrow();
        gateway.ip("link", "add", TUNNEL, "type", "veth", "peer", "name", TUNNEL, "netns", device.name())
                .orThrow();
        gateway.addAddress(TUNNEL, "198.19.7.1/24");
        gateway.addAddress(TUNNEL, "fd00:198:7::1/64");
        device.addAddress(TUNNEL, DEVICE4 + "/24");
        device.addAddress(TUNNEL, "fd00:198:7::2/64");
        gateway.ip("link", "set", TUNNEL, "up").orThrow();
        device.ip("link", "set", TUNNEL, "up").orThrow();
        device.ip("route", "add", "198.18.0.0/16", "via", "198.19.7.1").orThrow();
        device.ip("-6", "route", "add", "fd00:198:18::/64", "via", "fd00:198:7::1")
                .orThrow();
        network.addCableAddress(UNEXPOSED + "/32");
        gateway.ip("route", "add", UNEXPOSED + "/32", "dev", Namespace.CABLE).orThrow();
        // The one that is not exposed could answer without a masquerade.
        network.ip("rule", "add", "from", UNEXPOSED, "lookup", "77").orThrow();
        network.ip("route", "add", "198.19.7.0/24", "via", gateway.outer4(), "table", "77")
                .orThrow();
    }

    private static Outcome network(Namespace gateway, String verb, String tool, String networkInterface) {
        return gateway.command(words(verb, tool, networkInterface)).run();
    }

    private static List<String> words(String verb, String tool, String networkInterface) {
        List<String> more = new ArrayList<>(List.of(
                "--interface",
                TUNNEL,
                "--addresses",
                "198.19.7.1/24,fd00:198:7::1/64",
                "--subnets",
                "198.18.0.0/24,fd00:198:18::/64"));
        if (!networkInterface.isEmpty()) {
            more.addAll(List.of("--network-interfaces", networkInterface + "," + networkInterface));
        }
        return line(verb, tool, more);
    }

    private static Outcome sekisho(Namespace gateway, String verb, String tool, String... more) {
        return gateway.command(line(verb, tool, List.of(more))).run();
    }

    private static List<String> line(String verb, String tool, List<String> more) {
        List<String> words = new ArrayList<>(List.of(Subject.launcher(), "network", verb));
        words.addAll(more);
        if (tool.equals("iptables")) {
            words.add("--iptables");
        }
        return words;
    }

    private static boolean pings(Namespace from, String address) {
        return from.command("ping", "-c", "1", "-W", "1", address).run().succeeded();
    }

    private static boolean forwards(Namespace gateway) {
        return gateway.run("cat", "/proc/sys/net/ipv4/ip_forward").out().strip().equals("1");
    }

    /// Everything that a script may change, without counters. What `iptables` makes, `nft` shows; tables and built-in
    /// chains that `iptables` makes by looking count as nothing.
    private static String state(Namespace gateway) {
        String rules = gateway.run("iptables-save").out()
                + gateway.run("ip6tables-save").out();
        String ours = rules.lines()
                .filter(line -> line.startsWith("-A") || line.startsWith(":SEKISHO"))
                .map(line -> line.replaceAll("\\[\\d+:\\d+\\]", ""))
                .reduce("", (all, line) -> all + line + "\n");
        String tables = gateway.run("nft", "list", "tables").out();
        String table = tables.lines()
                .filter(line -> line.contains("sekisho"))
                .map(line -> gateway.run("nft", "list", "table", "inet", line.split(" ", -1)[2])
                        .out()
                        .replaceAll("packets \\d+ bytes \\d+", ""))
                .reduce("", String::concat);
        return ours
                + table
                + gateway.ip("route", "show", "table", "main").out()
                + gateway.ip("-6", "route", "show", "table", "main").out()
                + gateway.run("sysctl", "-a", "-r", "ip_forward$|conf.*(forwarding|accept_ra)$")
                        .out();
    }

    /// The namespace's folder of remembered settings.
    private static Path remembered(Namespace gateway) {
        String number = gateway.run("readlink", "/proc/self/ns/net").out().replaceAll("\\D", "");
        return Path.of("/run/sekisho/network", number);
    }

    /// The kernel uses a namespace's number again; a test that failed may have left a folder under it.
    private static void forgetEarlierRuns(Namespace gateway) {
        gateway.run("rm", "-rf", remembered(gateway).toString());
    }
}
