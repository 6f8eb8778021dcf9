package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.CheckpointDevice;
import dev.sekisho.it.lab.CheckpointLab;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Ping;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a change of the policy file does to connections in flight, and what a wrong one does not; `explain`; what
/// is left when the process is killed.
@NeedsNetns({"iperf3", "nft"})
class PolicyReloadIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /// Within which a cut has to show at the client. The promise is one second; the machine may be busy.
    private static final Duration CUT_LIMIT = Duration.ofSeconds(5);

    private static final String RESOURCES = """
        resources:
          - {name: speed, cidr: 198.18.0.2, ports: "5201", protocol: tcp}
          - {name: ping, cidr: 198.18.0.2, ports: "0"}
        grants:
          - {resource: ping, to: role:staff, mfa: false}
        """;
    private static final String GRANTED = RESOURCES + "  - {resource: speed, to: role:staff, mfa: false, name: fast}\n";

    @TempDir
    private static Path folder = Path.of("");

    private static CheckpointLab lab;
    private static CheckpointDevice device;
    private static Child speedServer;

    @BeforeAll
    static void start() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no checkpoint");
        Subject.implementation();
        lab = CheckpointLab.open(Subject.launcher(), Subject.counterpart(), folder);
        device = lab.addDevice("alice");
        speedServer = lab.network()
                .command("iperf3", "--server", "--forceflush")
                .start()
                .awaitOutput("Server listening", LIMIT);
        lab.start(GRANTED);
        lab.networkUp(CheckpointLab.NETWORK4 + "," + CheckpointLab.NETWORK6);
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.networkDown(CheckpointLab.NETWORK4 + "," + CheckpointLab.NETWORK6);
            speedServer.close();
            lab.close();
        }
    }

    @Test
    @DisplayName("R04, T11: a grant taken out of the policy file cuts an iperf3 in flight")
    void revoked() {
        try (Child iperf = startTransfer()) {
            long before = System.nanoTime();
            lab.server().policy(lab.policy(RESOURCES));

            assertCut(iperf, before, "revoked");
        } finally {
            lab.reload(GRANTED);
        }
    }

    @Test
    @DisplayName("R04: the end of a grant's validity cuts an iperf3 in flight, without a change of the file")
    void validityEnds() {
        Instant until = Instant.now().plusSeconds(6).truncatedTo(ChronoUnit.SECONDS);
        lab.reload(RESOURCES + "  - {resource: speed, to: role:staff, mfa: false, until: " + until + "}\n");
        try (Child iperf = startTransfer()) {
            Await.until("the last second begins", LIMIT, () -> !Instant.now().isBefore(until.minusSeconds(1)));
            assertThat(iperf.isAlive()).as(iperf.output()).isTrue();
            Await.until("the grant's time is up", LIMIT, () -> !Instant.now().isBefore(until));

            assertCut(iperf, System.nanoTime(), "validity-ended");
        } finally {
            lab.reload(GRANTED);
        }
    }

    @Test
    @DisplayName("R07: a deny grant that is added cuts what an allow grant let in")
    void denied() {
        try (Child iperf = startTransfer()) {
            long before = System.nanoTime();
            lab.server().policy(lab.policy(GRANTED + "  - {resource: speed, to: alice, deny: true}\n"));

            assertCut(iperf, before, "revoked");
        } finally {
            lab.reload(GRANTED);
        }
    }

    @Test
    @DisplayName("R04: a policy file with errors changes nothing; the log and the status name line and key")
    void wrongFileKeepsThePolicy() {
        String wrong = lab.policy(GRANTED + "  - {resource: nowhere, to: role:staff, weekly: \"Mon-Fri 25:00\"}\n");
        int line = (int) wrong.lines().count();
        lab.server().policy(wrong);
        try {
            Await.until(
                    () -> "the error is told; " + lab.server().ask("status"),
                    LIMIT,
                    () -> lab.server().ask("status").has("lastError"));
            String error = lab.server().ask("status").get("lastError").getAsString();
            assertThat(error).contains("policy.yaml:" + line + ": grants[2]", "nowhere");
            lab.server().process().awaitOutput("policy.yaml:" + line + ": grants[2]", LIMIT);
            try (Child iperf = startTransfer()) {
                assertThat(iperf.isAlive()).isTrue();
            }
        } finally {
            lab.reload(GRANTED);
        }
        Await.until(
                () -> "the error is forgotten; " + lab.server().ask("status"),
                LIMIT,
                () -> !lab.server().ask("status").has("lastError"));
    }

    @Test
    @DisplayName("R08: sekisho explain names the rule for a user and for a device, and why there is none")
    void explained() {
        String byUser = explain("alice", "198.18.0.2:5201");
        assertThat(byUser).contains(": allowed").contains("grant fast to alice").contains("decides");
        assertThat(explain(device.name(), "198.18.0.2:5201")).isEqualTo(byUser);
        assertThat(explain("alice", "198.18.0.2:5202"))
                .contains(": refused: no grant opens it")
                .doesNotContain("decides");
        Outcome nobody =
                lab.server().command("explain", "nobody", "198.18.0.2:5201").run();
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.err())
                .contains("there is no user and no device 'nobody'")
                .doesNotContain("\tat ");
    }

    @Test
    @DisplayName("T30, N18: killed, nothing passes in either direction; the next start passes again")
    void killed() {
        Await.until("the ping passes", LIMIT, () -> Ping.answers(device.namespace(), "198.18.0.2"));
        lab.network()
                .ip("route", "add", "198.19.0.0/24", "via", lab.gateway().outer4())
                .orThrow();

        lab.server().process().kill();

        assertThat(lab.gateway().hasInterface(lab.server().interfaceName())).isFalse();
        assertThat(lab.gateway().hasInterface(lab.server().handOffInterface())).isFalse();
        assertThat(Ping.answers(device.namespace(), "198.18.0.2")).isFalse();
        assertThat(Ping.answers(lab.network(), device.namespace().inner4())).isFalse();

        lab.server().start();

        lab.reconnect(device);
        Await.until("the ping passes again", LIMIT, () -> Ping.answers(device.namespace(), "198.18.0.2"));
        assertThat(Ping.answers(lab.network(), device.namespace().inner4()))
                .as("T29: a target opens nothing towards a device")
                .isFalse();
        assertThat(lab.awaitLogged(device, "flow-denied", "\"from\":\"network\"")
                        .get("reason")
                        .getAsString())
                .isEqualTo("no-grant");
    }

    /// An `iperf3` whose flow the server counts bytes of.
    private static Child startTransfer() {
        Child iperf = device.namespace()
                .command("iperf3", "--client", "198.18.0.2", "--time", "60", "--connect-timeout", "5000")
                .start();
        Await.until(
                () -> "data flows; iperf3 said " + iperf.output() + "; live are "
                        + lab.server().list("flows", "flows"),
                LIMIT,
                () -> lab.server().list("flows", "flows").stream()
                        .anyMatch(flow -> flow.get("bytes").getAsLong() > 1_000_000));
        return iperf;
    }

    private static void assertCut(Child iperf, long sinceNanos, String reason) {
        Outcome end = iperf.awaitEnd(LIMIT);
        Duration taken = Duration.ofNanos(System.nanoTime() - sinceNanos);
        System.out.println("cut (" + reason + ") after " + taken.toMillis() + " ms");
        assertThat(end.succeeded()).as(end.text()).isFalse();
        assertThat(taken).as(end.text()).isLessThan(CUT_LIMIT);
        JsonObject closed = lab.awaitLogged(device, "flow-closed", "\"reason\":\"" + reason + "\"");
        assertThat(closed.get("destination").getAsString()).isEqualTo("198.18.0.2:5201");
        Outcome again = device.namespace()
                .command("iperf3", "--client", "198.18.0.2", "--time", "1", "--connect-timeout", "1000")
                .run();
        assertThat(again.succeeded()).as(again.text()).isFalse();
    }

    private static String explain(String who, String destination) {
        return lab.server()
                .command("explain", who, destination, "--at", "2026-01-01T00:00:00Z")
                .run()
                .orThrow()
                .out();
    }
}
