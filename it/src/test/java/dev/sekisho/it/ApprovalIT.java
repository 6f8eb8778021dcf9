package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.CheckpointDevice;
import dev.sekisho.it.lab.CheckpointLab;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How long an approval holds, and when a name service with a second factor asks. One server for all; every
/// test has a user and a device of its own, and puts its own settings in force.
@NeedsNetns({"curl", "nft", "python3"})
class ApprovalIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration INACTIVITY = Duration.ofSeconds(5);
    private static final Duration MAXIMUM_AGE = Duration.ofSeconds(6);
    private static final String POLICY = """
        mfa: {%s}
        resources:
          - {name: web, cidr: 198.18.0.2, ports: "8000", protocol: tcp}
          - {name: dns, cidr: 198.18.0.2, ports: "53"}
        grants:
          - {resource: web, to: role:staff}
          - {resource: dns, to: role:staff}
        """;

    @TempDir
    private static Path folder = Path.of("");

    private static CheckpointLab lab;
    private static CheckpointDevice idle;
    private static CheckpointDevice busy;
    private static CheckpointDevice fresh;
    private static Child target;

    @BeforeAll
    static void start() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no checkpoint");
        Subject.implementation();
        lab = CheckpointLab.open(Subject.launcher(), Subject.counterpart(), folder);
        idle = lab.addDevice("idle");
        busy = lab.addDevice("busy");
        fresh = lab.addDevice("fresh");
        target = lab.serve("tcp:8000", "udp:53");
        lab.start(POLICY.formatted("inactivity: 900s"));
        lab.networkUp(CheckpointLab.NETWORK4);
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.networkDown(CheckpointLab.NETWORK4);
            target.close();
            lab.close();
        }
    }

    @Test
    @DisplayName("A02: an approval outlives its inactivity time while it is used, and ends by inactivity: held again")
    void endsByInactivity() {
        lab.reload(POLICY.formatted("inactivity: " + INACTIVITY.toSeconds() + "s"));
        approveAPage(idle);
        long start = System.nanoTime();
        while (since(start).compareTo(INACTIVITY.multipliedBy(2)) < 0) {
            Outcome page = idle.curl("198.18.0.2", 8000).run();
            assertThat(page.text()).contains("the page");
        }
        assertThat(lab.logged(idle, "challenge-needed"))
                .as("prompts while it was used")
                .hasSize(1);

        long last = System.nanoTime();
        Await.until("it was silent", LIMIT, () -> since(last).compareTo(INACTIVITY) > 0);

        approveAPage(idle);
        assertThat(lab.logged(idle, "challenge-needed")).hasSize(2);
    }

    @Test
    @DisplayName("A02: an approval ends by its maximum age although it is used all the time: held again")
    void endsByMaximumAge() {
        lab.reload(POLICY.formatted("maximumAge: " + MAXIMUM_AGE.toSeconds() + "s"));
        approveAPage(busy);

        Await.until(
                "the next request is held",
                LIMIT,
                () -> !busy.curl("198.18.0.2", 8000, "--connect-timeout", "1")
                        .run()
                        .succeeded());

        assertThat(lab.logged(busy, "flow-opened")).as("pages until then").hasSizeGreaterThan(2);
        lab.approve(busy, lab.awaitChallenge(busy));
        assertThat(busy.curl("198.18.0.2", 8000).run().text()).contains("the page");
        List<JsonObject> asked = lab.logged(busy, "challenge-needed");
        assertThat(asked).hasSize(2);
        assertThat(Duration.between(time(lab.logged(busy, "challenge-ended").getFirst()), time(asked.getLast())))
                .as("from the approval to the next prompt, by the server's clock")
                .isGreaterThanOrEqualTo(MAXIMUM_AGE.minusMillis(10));
    }

    @Test
    @DisplayName(
            "A06: a name service with a second factor asks as soon as the tunnel is used, and answers once approved")
    void nameServiceWithPrompt() {
        assertThat(lab.logged(fresh, "challenge-needed"))
                .as("the tunnel alone asks for nothing")
                .isEmpty();
        try (Child lookUp = Script.PROBE
                .in(fresh.namespace(), folder, "udp", "198.18.0.2", "53", Long.toString(LIMIT.toSeconds()))
                .start()) {
            String id = lab.awaitChallenge(fresh);
            JsonObject asked = lab.awaitLogged(fresh, "challenge-needed", "198.18.0.2:53");
            assertThat(asked.get("resource").getAsString()).isEqualTo("dns");
            assertThat(target.output()).as("questions that came through").doesNotContain("udp 198.18.0.2 53");

            lab.approve(fresh, id);

            assertThat(lookUp.awaitEnd(LIMIT).out()).contains("answered");
        }
        assertThat(fresh.udp("198.18.0.2", 53)).isEqualTo("answered");
        assertThat(lab.logged(fresh, "challenge-needed")).hasSize(1);
    }

    private static void approveAPage(CheckpointDevice device) {
        try (Child curl = device.curl("198.18.0.2", 8000).start()) {
            lab.approve(device, lab.awaitChallenge(device));
            assertThat(curl.awaitEnd(LIMIT).text()).contains("the page");
        }
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private static Instant time(JsonObject event) {
        return Instant.parse(event.get("time").getAsString());
    }
}
