package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.CheckpointDevice;
import dev.sekisho.it.lab.CheckpointLab;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.PacketCounter;
import dev.sekisho.it.lab.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Flows to a protected host's own port leave on the hand-off device: a transparent listener takes them there, learns
/// the original destination from its socket and the rest from the control socket.
@NeedsNetns({"curl", "nft", "python3", "ss"})
class HandOffIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PORT = 5432;
    private static final String POLICY = """
        resources:
          - {name: db, cidr: 198.18.0.0/24, ports: "5432,8000", protocol: tcp}
          - {name: db6, cidr: "fd00:198:18::/64", ports: "5432", protocol: tcp}
          - {name: guarded, cidr: 198.18.0.12, ports: "5432", protocol: tcp}
        grants:
          - {resource: db, to: role:staff, mfa: false, name: staff-to-db}
          - {resource: db6, to: role:staff, mfa: false, name: staff-to-db6}
          - {resource: guarded, to: role:staff, mfa: true}
        handoff:
          - {resource: db, ports: "5432"}
          - {resource: db6, ports: "5432"}
          - {resource: guarded, ports: "5432"}
        """;

    @TempDir
    private static Path folder = Path.of("");

    private static CheckpointLab lab;
    private static CheckpointDevice dba;
    private static Child target;
    private static Child proxy;

    @BeforeAll
    static void start() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no checkpoint");
        Subject.implementation();
        lab = CheckpointLab.open(Subject.launcher(), Subject.counterpart(), folder);
        dba = lab.addDevice("dba");
        lab.addTarget(10);
        lab.addTarget(11);
        lab.addTarget(12);
        target = lab.serve("tcp:5432,8000");
        lab.start(POLICY);
        lab.networkUp(CheckpointLab.NETWORK4 + "," + CheckpointLab.NETWORK6);
        proxy = Script.PROXY.serve(lab.gateway(), folder, lab.server().handOffInterface(), Integer.toString(PORT));
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.networkDown(CheckpointLab.NETWORK4 + "," + CheckpointLab.NETWORK6);
            target.close();
            proxy.close();
            lab.close();
        }
    }

    @Test
    @DisplayName("M07: two destinations from one source port stay two connections, each with its origin; IPv6 too")
    void theProxyLearnsTheOriginalDestination() {
        PacketCounter arrived = PacketCounter.input(lab.network(), "arrived", "tcp dport " + PORT);
        List<String> destinations = List.of("198.18.0.10:5432", "198.18.0.11:5432", "[fd00:198:18::10]:5432");
        try (Child client = Script.PROBE
                .in(
                        dba.namespace(),
                        folder,
                        "tcp",
                        "40001",
                        destinations.get(0),
                        destinations.get(1),
                        destinations.get(2))
                .start()
                .awaitOutput("holding", LIMIT)) {
            for (String destination : destinations) {
                String remote = destination.startsWith("[")
                        ? "[" + dba.namespace().inner6() + "]:40001"
                        : dba.namespace().inner4() + ":40001";
                assertThat(client.output())
                        .as("what the proxy told the client of its destination")
                        .contains(destination + " " + destination);
                assertThat(proxy.output()).contains(destination + " " + remote);

                JsonObject origin = lab.server().ask("origin", "remote", remote, "local", destination);

                assertThat(origin.get("device").getAsString())
                        .as(origin.toString())
                        .isEqualTo(dba.name());
                assertThat(origin.get("user").getAsString()).isEqualTo("dba");
                assertThat(origin.get("rule").getAsString())
                        .isEqualTo(destination.startsWith("[") ? "staff-to-db6" : "staff-to-db");
                assertThat(origin.get("destination").getAsString()).isEqualTo(destination);
                assertThat(origin.get("verdict").getAsString()).isEqualTo("handed-off");
            }
            assertThat(lab.server()
                            .ask("origin", "remote", dba.namespace().inner4() + ":40002", "local", destinations.get(0))
                            .has("error"))
                    .as("a flow that isn't")
                    .isTrue();
        }
        assertThat(arrived.count()).as("packets at the protected hosts").isZero();
        assertThat(lab.awaitLogged(dba, "flow-opened", destinations.get(2))
                        .get("verdict")
                        .getAsString())
                .isEqualTo("handed-off");
    }

    @Test
    @DisplayName("M07: other ports of the resource still go to the host itself")
    void otherPortsPass() {
        assertThat(dba.curl("198.18.0.10", 8000).run().text()).contains("the page");
    }

    @Test
    @DisplayName("M07, A08: a handed-off flow that needs a second factor is held, then reaches the proxy")
    void heldThenHandedOff() {
        try (Child client = Script.PROBE
                .in(dba.namespace(), folder, "tcp", "40003", "198.18.0.12:5432")
                .start()) {
            String id = lab.awaitChallenge(dba);
            assertThat(proxy.output()).doesNotContain("198.18.0.12");

            lab.approve(dba, id);

            client.awaitOutput("198.18.0.12:5432 198.18.0.12:5432", LIMIT);
        }
    }

    @Test
    @DisplayName("M07, R04: a revoked grant cuts the connection to the proxy on both sides")
    void revoked() {
        try (Child client = Script.PROBE
                .in(dba.namespace(), folder, "tcp", "40004", "198.18.0.10:5432")
                .start()
                .awaitOutput("holding", LIMIT)) {
            lab.reload(POLICY.replace("name: staff-to-db}", "name: staff-to-db, until: 2020-01-01T00:00:00Z}"));
            lab.awaitLogged(dba, "flow-closed", ":40004");
            assertThat(lab.server()
                            .ask("origin", "remote", dba.namespace().inner4() + ":40004", "local", "198.18.0.10:5432")
                            .has("error"))
                    .as("the flow is gone; the client said " + client.output())
                    .isTrue();
        } finally {
            lab.reload(POLICY);
        }
        Await.until(
                () -> "the proxy's side is closed too: "
                        + lab.gateway().run("ss", "-tn").out(),
                LIMIT,
                () -> !lab.gateway()
                        .run("ss", "-Htn", "state", "established", "sport", "=", "5432")
                        .out()
                        .contains("40004"));
    }
}
