package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.Keys;
import dev.sekisho.it.lab.Namespace;
import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.Traffic;
import dev.sekisho.it.lab.WireguardPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./sekisho` itself: keys, a tunnel or a client from a file, and `show`.
@NeedsNetns
class CommandLineIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void onlyOurs() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no such command line");
    }

    @Test
    void makesTheKeysThatWgMakes() {
        String secret = sekisho("genkey").run().orThrow().out();

        assertThat(sekisho("pubkey").withInput(secret).run().orThrow().out())
                .isEqualTo(Command.of("wg", "pubkey")
                        .withInput(secret)
                        .run()
                        .orThrow()
                        .out());
        assertThat(sekisho("genpsk").run().orThrow().out().strip()).matches("[A-Za-z0-9+/]{43}=");
        assertThat(sekisho("pubkey").withInput("not a key\n").run().exitCode()).isNotZero();
    }

    @Test
    void aTunnelFromAFileTalksAndShowsItselfAsWgWould() throws IOException {
        try (Netns netns = Netns.open();
                WireguardPeer right = WireguardPeer.start(netns.right(), Subject.counterpart())) {
            Keys keys = acquaint(right);
            Path file = file(
                    netns, keys, right, "ListenPort = 51820\n", netns.right().inner4() + "/32");
            try (Child tunnel = start(netns.left(), "tunnel", file)) {
                Pair.awaitPing(netns.right(), netns.left().inner4());

                Await.until(
                        "sekisho show prints what wg show prints",
                        LIMIT,
                        () -> show(netns.left(), Subject.launcher()).equals(show(netns.left(), "wg")));
                assertThat(show(netns.left(), "wg")).contains("latest handshake");

                assertEndsWithoutATrace(tunnel, netns.left());
            }
        }
    }

    @Test
    void aClientAddsItsRouteAndTakesItAway() throws IOException {
        try (Netns netns = Netns.open();
                WireguardPeer right = WireguardPeer.start(netns.right(), Subject.counterpart())) {
            Keys keys = acquaint(right);
            netns.right().addAddress(right.name(), "198.19.9.1/32");
            String before = routing(netns.left());
            Path file = file(netns, keys, right, "", "198.19.0.2/32, 198.19.9.0/24");
            try (Child client = start(netns.left(), "client", file)) {
                Pair.awaitPing(netns.left(), "198.19.9.1");

                assertThat(netns.left().ip("route", "list").out())
                        .contains("198.19.9.0/24 dev " + netns.left().name());
                assertEndsWithoutATrace(client, netns.left());
            }
            assertThat(routing(netns.left())).isEqualTo(before);
        }
    }

    @Test
    void aFullTunnelTakesEverythingButItsOwnPacketsAndTakesItsRulesAway() throws IOException {
        try (Netns netns = Netns.open();
                WireguardPeer right = WireguardPeer.start(netns.right(), Subject.counterpart())) {
            Keys keys = acquaint(right);
            netns.right().addAddress(right.name(), "198.19.200.1/32");
            String before = routing(netns.left());
            Path file = file(netns, keys, right, "", "0.0.0.0/0, ::/0");
            try (Child client = start(netns.left(), "client", file)) {
                Pair.awaitPing(netns.left(), "198.19.200.1");

                assertThat(netns.left().ip("rule", "list").out()).contains("fwmark", "suppress_prefixlength 0");
                assertEndsWithoutATrace(client, netns.left());
            }
            assertThat(routing(netns.left())).isEqualTo(before);
        }
    }

    @Test
    void aBusyPortIsNamed() throws IOException {
        try (Netns netns = Netns.open();
                Child _ = Traffic.serve(netns.left(), "udp-serve", "0.0.0.0", "51820")) {
            Path file = folder.resolve(netns.left().name() + ".conf");
            Files.writeString(
                    file, "[Interface]\nPrivateKey = " + Keys.generate().privateKey() + "\nListenPort = 51820\n");

            Outcome refused = netns.left()
                    .command(Subject.launcher(), "tunnel", file.toString())
                    .withLimit(LIMIT)
                    .run();

            assertThat(refused.succeeded()).isFalse();
            assertThat(refused.text()).contains("51820");
            assertThat(refused.text()).doesNotContainPattern("(?m)^\\s+at [a-z.]+");
            assertThat(netns.left().hasInterface(netns.left().name())).isFalse();
        }
    }

    /// A user namespace without a mapping: nobody outside, no capability inside.
    @Test
    void withoutPrivilegeEachCommandSaysWhatIsMissing() throws IOException {
        Path file = folder.resolve("skitnobody.conf");
        Files.writeString(file, "[Interface]\nPrivateKey = " + Keys.generate().privateKey() + "\n");
        for (String verb : List.of("tunnel", "client", "demo")) {
            var words = new ArrayList<>(List.of("unshare", "--user", Subject.launcher(), verb));
            if (!verb.equals("demo")) {
                words.add(file.toString());
            }

            Outcome refused = Command.of(words).withLimit(LIMIT).run();

            assertThat(refused.succeeded()).as(verb).isFalse();
            assertThat(refused.text()).as(verb).containsPattern("(?i)root|CAP_NET_ADMIN|privilege|not permitted");
            assertThat(refused.text()).as(verb).doesNotContainPattern("(?m)^\\s+at [a-z.]+");
        }
    }

    @Test
    void aWrongFileIsRefusedWithItsLine() throws IOException {
        Path file = folder.resolve("skitwrong.conf");
        Files.writeString(file, "[Interface]\nPrivateKey = " + Keys.generate().privateKey() + "\nColour = blue\n");

        Outcome refused = sekisho("tunnel", file.toString()).withLimit(LIMIT).run();

        assertThat(refused.succeeded()).isFalse();
        assertThat(refused.text()).contains("Colour").containsPattern("line 3|:3");
    }

    /// Readies the far side for a near side with these keys.
    private static Keys acquaint(WireguardPeer right) {
        Keys keys = Keys.generate();
        right.identify().up(Pair.USUAL_MTU);
        right.wg("set", "peer", keys.publicKey(), "allowed-ips", "198.19.0.1/32", "endpoint", "198.18.0.1:51820");
        return keys;
    }

    private Path file(Netns netns, Keys keys, WireguardPeer right, String more, String allowedIps) throws IOException {
        String text = "[Interface]\nPrivateKey = " + keys.privateKey() + "\nAddress = "
                + netns.left().inner4() + "/24\n" + more + "[Peer]\nPublicKey = "
                + right.keys().publicKey() + "\nEndpoint = " + right.endpoint4() + "\nAllowedIPs = " + allowedIps
                + "\n";
        return Files.writeString(folder.resolve(netns.left().name() + ".conf"), text);
    }

    private static Child start(Namespace namespace, String verb, Path file) {
        return namespace.command(Subject.launcher(), verb, file.toString()).start();
    }

    private static Command sekisho(String... words) {
        var line = new ArrayList<>(List.of(Subject.launcher()));
        line.addAll(List.of(words));
        return Command.of(line);
    }

    /// `show` without what changes by itself: the age of the handshake, and colours.
    private static String show(Namespace namespace, String program) {
        return namespace
                .run(program, "show", namespace.name())
                .out()
                .replaceAll("\u001B\\[[0-9;]*m", "")
                .replaceAll("(?m)latest handshake: .*", "latest handshake: some time ago");
    }

    /// All rules and routes but those of link-local addresses, which the kernel adds in its own time.
    private static String routing(Namespace namespace) {
        String all = namespace.ip("rule", "list").out()
                + namespace.ip("-6", "rule", "list").out()
                + namespace.ip("route", "list", "table", "all").out();
        return all.lines().filter(line -> !line.contains("fe80:")).collect(Collectors.joining("\n"));
    }

    private static void assertEndsWithoutATrace(Child process, Namespace namespace) {
        process.terminate();
        assertThat(namespace.hasInterface(namespace.name())).isFalse();
        assertThat(Path.of("/var/run/wireguard/" + namespace.name() + ".sock")).doesNotExist();
    }
}
