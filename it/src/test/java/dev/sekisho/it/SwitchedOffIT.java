package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.CheckpointDevice;
import dev.sekisho.it.lab.CheckpointLab;
import dev.sekisho.it.lab.Ping;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose network module is switched off in the policy file (product line N13).
@NeedsNetns("ss")
class SwitchedOffIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String POLICY = """
        resources:
          - {name: ping, cidr: 198.18.0.2, ports: "0"}
        grants:
          - {resource: ping, to: role:staff, mfa: false}
        """;

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void onlyOurs() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no checkpoint");
        Subject.implementation();
    }

    @Test
    @DisplayName("N13: switched off, there is no listener and no interface; the next start with true has both")
    void noListenerAndNoInterface() {
        try (CheckpointLab lab = CheckpointLab.open(Subject.launcher(), Subject.counterpart(), folder)) {
            CheckpointDevice device = lab.addDevice("alice");
            lab.server().policy(lab.policy(POLICY).replace("network: {", "network: {enabled: false, "));
            lab.server().start("is switched off");

            assertThat(sockets(lab)).isEmpty();
            assertThat(lab.gateway().hasInterface(lab.server().interfaceName())).isFalse();
            assertThat(lab.gateway().hasInterface(lab.server().handOffInterface()))
                    .isFalse();
            assertThat(lab.server().command("status").run().orThrow().out()).contains("(switched off)");
            assertThat(lab.server().command("devices").run().orThrow().out()).contains(device.name());

            lab.server().reload(lab.policy(POLICY));
            assertThat(sockets(lab)).as("a reload opens nothing").isEmpty();
            assertThat(lab.server().process().output()).contains("only a restart applies it: network.enabled");

            lab.server().restart();
            lab.networkByPolicy("up");
            assertThat(sockets(lab)).isNotEmpty();
            Await.until(
                    "a ping comes through the tunnel",
                    LIMIT,
                    () -> Ping.run(device.namespace(), "198.18.0.2", 1, 0.5).received() > 0);
            lab.networkByPolicy("down");
        }
    }

    /// Everything that waits for packets on the server's host, of both families.
    private static String sockets(CheckpointLab lab) {
        return lab.gateway().run("ss", "-Hltun").out();
    }
}
