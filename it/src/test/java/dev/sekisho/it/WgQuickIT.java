package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.Keys;
import dev.sekisho.it.lab.Namespace;
import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.WireguardPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Debian's `wg-quick` starts us in the place of wireguard-go, in the background, and takes us down again.
@NeedsNetns
class WgQuickIT {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest(name = "AllowedIPs = {0}")
    @CsvSource({"198.19.0.0/24", "0.0.0.0/0"})
    void upConnectsAndDownLeavesNothing(String allowedIps) throws IOException {
        try (Netns netns = Netns.open();
                WireguardPeer right = WireguardPeer.start(netns.right(), Subject.counterpart())) {
            Keys keys = Keys.generate();
            right.identify().up(Pair.USUAL_MTU);
            right.wg(
                    "set", "peer", keys.publicKey(), "allowed-ips", netns.left().inner4() + "/32");
            Path file = folder.resolve(netns.left().name() + ".conf");
            Files.writeString(file, """
                    [Interface]
                    PrivateKey = %s
                    Address = %s/24
                    [Peer]
                    PublicKey = %s
                    Endpoint = %s
                    AllowedIPs = %s
                    """.formatted(
                    keys.privateKey(), netns.left().inner4(), right.keys().publicKey(), right.endpoint4(), allowedIps));

            wgQuick(netns.left(), "up", file).run().orThrow();

            Pair.awaitPing(netns.left(), netns.right().inner4());

            wgQuick(netns.left(), "down", file).run().orThrow();

            assertThat(netns.left().hasInterface(netns.left().name())).isFalse();
            Await.until(
                    "the process in the background ends",
                    Duration.ofSeconds(10),
                    () -> Command.of("ip", "netns", "pids", netns.left().name())
                            .run()
                            .out()
                            .isBlank());
            assertThat(Path.of("/var/run/wireguard/" + netns.left().name() + ".sock"))
                    .doesNotExist();
            assertThat(netns.left().ip("rule", "list").out()).doesNotContain("fwmark");
        }
    }

    private static Command wgQuick(Namespace namespace, String verb, Path file) {
        return namespace
                .command("wg-quick", verb, file.toString())
                .withEnvironment("WG_QUICK_USERSPACE_IMPLEMENTATION", Subject.dropIn());
    }
}
