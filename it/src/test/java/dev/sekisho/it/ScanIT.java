package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.CheckpointDevice;
import dev.sekisho.it.lab.CheckpointLab;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.PacketCounter;
import dev.sekisho.it.lab.Ping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A real scanner at the checkpoint. One server for all; every scan has a device of its own.
@NeedsNetns({"curl", "nft", "python3", "nmap"})
class ScanIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int THRESHOLD = 25;
    private static final String PING_TARGET = "198.18.0.2";
    private static final String CLOSED_PORTS = "198.18.0.10";
    private static final String POLICY = """
        scan: {threshold: 25, window: 10m}
        resources:
          - {name: ping, cidr: 198.18.0.2, ports: "0"}
          - {name: ping6, cidr: "fd00:198:18::2", ports: "0"}
          - {name: open, cidr: 198.18.0.10, ports: "1-2000", protocol: tcp}
          - {name: trap, cidr: 198.18.0.11, ports: "22", protocol: tcp, decoy: true}
        grants:
          - {resource: ping, to: role:staff, mfa: false}
          - {resource: ping6, to: role:staff, mfa: false}
          - {resource: open, to: role:staff, mfa: false}
        """;

    @TempDir
    private static Path folder = Path.of("");

    private static CheckpointLab lab;
    private static Child target;
    private static final Map<String, CheckpointDevice> devices = new HashMap<>();

    @BeforeAll
    static void start() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no checkpoint");
        Subject.implementation();
        lab = CheckpointLab.open(Subject.launcher(), Subject.counterpart(), folder);
        for (String user : List.of("syn", "connect", "udp", "sweep", "six", "refused", "curious", "kept")) {
            devices.put(user, lab.addDevice(user));
        }
        devices.put("tester", lab.addDevice("tester", "IP SCAN"));
        lab.addTarget(10);
        lab.addTarget(11);
        target = lab.serve("tcp:22,80");
        lab.start(POLICY);
        lab.networkUp(CheckpointLab.NETWORK4 + "," + CheckpointLab.NETWORK6);
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.networkDown(CheckpointLab.NETWORK4 + "," + CheckpointLab.NETWORK6);
            target.close();
            lab.close();
        }
    }

    /// What is granted counts when it refuses, so some more are under way when the device is locked.
    @ParameterizedTest(name = "I01, I05: nmap {1} of {2} is locked after 25 targets")
    @CsvSource({
        "syn,     -sS -p 1-100,  198.18.0.2",
        "connect, -sT -p 1-100,  198.18.0.2",
        "udp,     -sU -p 1-100,  198.18.0.2",
        "sweep,   -sn,           198.18.0.64/26",
        "six,     -6 -sS -p 1-100, fd00:198:18::2",
        "refused, -sS -p 1000-1100, " + CLOSED_PORTS
    })
    void scansAreLocked(String user, String scan, String range) {
        CheckpointDevice device = device(user);
        awaitPing(device);
        PacketCounter arrived = PacketCounter.input(lab.network(), "of_" + user, "meta l4proto { tcp, udp }");

        try (Child nmap = nmap(device, scan, range).start()) {
            JsonObject locked = lab.awaitLogged(device, "device-locked", "");
            assertThat(locked.get("reason").getAsString()).isEqualTo("scan");
            assertThat(locked.get("user").getAsString()).isEqualTo(user);
            assertThat(locked.getAsJsonArray("targets"))
                    .as("targets; nmap said " + nmap.output())
                    .hasSizeBetween(THRESHOLD, THRESHOLD + 1);
            assertThat(locked.getAsJsonArray("targets").toString())
                    .contains(range.contains(":") ? "fd00:198:18::2" : "198.18.0.");
        }
        assertThat(arrived.count())
                .as("packets that came through")
                .isLessThanOrEqualTo(user.equals("refused") ? 2 * THRESHOLD : 0);
        assertThat(isLocked(device)).as(lab.state(device).toString()).isTrue();
        assertPassesNothing(device);
    }

    @Test
    @DisplayName("I04: nmap of a user with IP SCAN finds the open ports and is not locked")
    void permittedScan() {
        CheckpointDevice tester = device("tester");
        awaitPing(tester);

        Outcome found = nmap(tester, "-sS -p 1-200", CLOSED_PORTS).run().orThrow();

        assertThat(found.out()).contains("22/tcp open", "80/tcp open").doesNotContain("21/tcp open");
        assertThat(isLocked(tester)).as(lab.state(tester).toString()).isFalse();
        assertThat(lab.logged(tester, "device-locked")).isEmpty();
        assertThat(Ping.answers(tester.namespace(), PING_TARGET)).isTrue();
    }

    @Test
    @DisplayName("I06: one touch of a decoy locks, and never reaches it")
    void decoy() {
        CheckpointDevice curious = device("curious");
        awaitPing(curious);
        PacketCounter arrived =
                PacketCounter.input(lab.network(), "decoy", "ip daddr 198.18.0.11 " + PacketCounter.SYN);

        Outcome curl = curious.curl("198.18.0.11", 22, "--connect-timeout", "1").run();

        assertThat(curl.succeeded()).as(curl.text()).isFalse();
        JsonObject locked = lab.awaitLogged(curious, "device-locked", "198.18.0.11:22");
        assertThat(locked.get("reason").getAsString()).isEqualTo("decoy");
        assertThat(isLocked(curious)).isTrue();
        assertThat(arrived.count()).as("SYNs at the decoy").isZero();
        assertPassesNothing(curious);
    }

    @Test
    @DisplayName("I02: a lock outlives the process; sekisho unlock ends it; sekisho lock begins one")
    void locksOutliveRestarts() {
        CheckpointDevice kept = device("kept");
        awaitPing(kept);
        lab.server()
                .command("lock", kept.name(), "--reason", "lost on a train")
                .run()
                .orThrow();
        assertThat(isLocked(kept)).isTrue();

        lab.server().restart();

        JsonObject state = lab.state(kept);
        assertThat(state.get("locked").getAsBoolean()).as(state.toString()).isTrue();
        assertThat(state.toString()).contains("lost on a train");
        lab.reconnect(kept);
        assertPassesNothing(kept);
        assertThat(lab.state(kept).has("handshake"))
                .as("it was the checkpoint, not the tunnel: " + lab.state(kept))
                .isTrue();
        lab.server().command("unlock", kept.name()).run().orThrow();

        awaitPing(kept);
        assertThat(isLocked(kept)).isFalse();
    }

    private static CheckpointDevice device(String user) {
        return Objects.requireNonNull(devices.get(user), user);
    }

    private static boolean isLocked(CheckpointDevice device) {
        return lab.state(device).get("locked").getAsBoolean();
    }

    /// What a locked device was granted before does not even arrive.
    private static void assertPassesNothing(CheckpointDevice device) {
        PacketCounter arrived =
                PacketCounter.input(lab.network(), "pings_of_" + device.user(), "icmp type echo-request");
        assertThat(Ping.answers(device.namespace(), PING_TARGET)).isFalse();
        assertThat(arrived.count()).as("pings at the target").isZero();
    }

    private static void awaitPing(CheckpointDevice device) {
        Await.until(
                () -> device.name() + " gets an answer to a ping; " + lab.state(device),
                LIMIT,
                () -> Ping.answers(device.namespace(), PING_TARGET));
    }

    private static Command nmap(CheckpointDevice device, String options, String range) {
        var line = new ArrayList<>(List.of("nmap", "-n", "-T5", "--disable-arp-ping"));
        line.addAll(List.of(options.split(" ", -1)));
        if (!options.contains("-sn")) {
            line.add("-Pn");
        }
        line.add(range);
        return device.namespace().command(line).withLimit(Duration.ofMinutes(1));
    }
}
