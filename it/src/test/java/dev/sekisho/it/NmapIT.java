package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.CheckpointDevice;
import dev.sekisho.it.lab.CheckpointLab;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.PacketCounter;
import dev.sekisho.it.lab.Ping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every way of nmap to look around (threat T27), at networks of which nothing was granted: not one packet
/// arrives, and the device is locked by the 26th target. One server and two devices for all; what was
/// locked is unlocked for the next.
@NeedsNetns({"nft", "nmap"})
class NmapIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SLOW_LIMIT = Duration.ofSeconds(90);
    private static final int THRESHOLD = 25;
    private static final String HOST = "198.18.0.2";
    private static final String HOST6 = "fd00:198:18::2";
    private static final String HOSTS = "198.18.0.64/26";
    private static final String HOSTS6 = "fd00:198:18::40/122";
    /// The only thing that is granted, to see that a device is not locked.
    private static final String GRANTED = "198.18.0.10";

    private static final String POLICY = """
        scan: {threshold: 25, window: 10m}
        resources:
          - {name: ping, cidr: 198.18.0.10, ports: "0"}
        grants:
          - {resource: ping, to: role:staff, mfa: false}
        """;

    @TempDir
    private static Path folder = Path.of("");

    private static CheckpointLab lab;
    private static CheckpointDevice scanner;
    private static CheckpointDevice patient;
    private static PacketCounter arrived4;
    private static PacketCounter arrived6;
    private static Child slow;

    @BeforeAll
    static void start() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no checkpoint");
        Subject.implementation();
        lab = CheckpointLab.open(Subject.launcher(), Subject.counterpart(), folder);
        scanner = lab.addDevice("scanner");
        patient = lab.addDevice("patient");
        lab.addTarget(10);
        lab.start(POLICY);
        lab.networkUp(CheckpointLab.NETWORK4 + "," + CheckpointLab.NETWORK6);
        arrived4 = PacketCounter.input(lab.network(), "arrived4", "ip daddr != " + GRANTED);
        arrived6 = PacketCounter.input(
                lab.network(),
                "arrived6",
                "ip6 daddr fd00:198:18::/64 icmpv6 type != { nd-neighbor-solicit, nd-neighbor-advert }");
        awaitPing(patient);
        slow = nmap(
                        patient,
                        "-sS -Pn -p 1-60 --max-parallelism 1 --scan-delay 1s --max-scan-delay 1s --max-retries 0 "
                                + HOST)
                .start();
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            slow.close();
            lab.networkDown(CheckpointLab.NETWORK4 + "," + CheckpointLab.NETWORK6);
            lab.close();
        }
    }

    @ParameterizedTest(name = "I01, I05, T27: nmap {0} locks the device, and nothing arrives")
    @ValueSource(
            strings = {
                "-sS -Pn -p 1-100 " + HOST,
                "-sT -Pn -p 1-100 " + HOST,
                "-sA -Pn -p 1-100 " + HOST,
                "-sN -Pn -p 1-100 " + HOST,
                "-sF -Pn -p 1-100 " + HOST,
                "-sX -Pn -p 1-100 " + HOST,
                "-sS --scanflags SYNFIN -Pn -p 1-100 " + HOST,
                "-sU -Pn -p 1-100 " + HOST,
                "-sO -Pn -p 6,17,47,50,132 " + HOSTS,
                "-sY -Pn -p 1-100 " + HOSTS,
                "-sn -PE " + HOSTS,
                "-sn -PS22,80 " + HOSTS,
                "-sn -PU53 " + HOSTS,
                "-sV -Pn -p 1-100 " + HOST,
                "-O -Pn -p 1-100 " + HOST,
                "-sS -f -Pn -p 1-100 " + HOST,
                "-sU -f --data-length 64 -Pn -p 1-100 " + HOST,
                "-sS -D 198.19.0.200,198.19.0.201,ME -Pn -p 1-100 " + HOST,
                "-sS --badsum -Pn -p 1-100 " + HOST,
                "-sS -p 80 -Pn --randomize-hosts " + HOSTS,
                "-6 -sS -Pn -p 1-100 " + HOST6,
                "-6 -sU -Pn -p 1-100 " + HOST6,
                "-6 -sn -PE " + HOSTS6
            })
    void locks(String form) {
        awaitPing(scanner);
        long before = arrived();
        int locks = lab.logged(scanner, "device-locked").size();
        try (Child nmap = nmap(scanner, "-T5 " + form).start()) {
            awaitLock(scanner, nmap, locks, LIMIT);
        }
        assertLockedForAScan(scanner, before);
        unlock(scanner);
    }

    /// The other forms, which take two minutes more: other flags, headers and ways to ask for the same.
    @ParameterizedTest(name = "I01, I05, T27: nmap {0} locks the device, and nothing arrives")
    @ValueSource(
            strings = {
                "-sW -Pn -p 1-100 " + HOST,
                "-sM -Pn -p 1-100 " + HOST,
                "-sS --scanflags URGPSH -Pn -p 1-100 " + HOST,
                "-sS --scanflags SYNECECWR -Pn -p 1-100 " + HOST,
                "-sZ -Pn -p 1-100 " + HOSTS,
                "-sn -PP " + HOSTS,
                "-sn -PM " + HOSTS,
                "-sn -PA22,80 " + HOSTS,
                "-sn -PY80 " + HOSTS,
                "-sn -PO1,6,17 " + HOSTS,
                "-sS --traceroute -Pn -p 1-100 " + HOST,
                "-sS -ff -Pn -p 1-100 " + HOST,
                "-sS --mtu 24 -Pn -p 1-100 " + HOST,
                "-sS -g 53 -Pn -p 1-100 " + HOST,
                "-sU -g 53 -Pn -p 1-100 " + HOST,
                "-sS --data-length 100 -Pn -p 1-100 " + HOST,
                "-sS --ttl 3 -Pn -p 1-100 " + HOST,
                "-sS --ip-options R -Pn -p 1-100 " + HOST,
                "-sS -r -p 80 -Pn " + HOSTS,
                "-6 -sT -Pn -p 1-100 " + HOST6,
                "-6 -sA -Pn -p 1-100 " + HOST6,
                "-6 -sF -Pn -p 1-100 " + HOST6,
                "-6 -sX -Pn -p 1-100 " + HOST6,
                "-6 -sN -Pn -p 1-100 " + HOST6,
                "-6 -sn -PS80 " + HOSTS6,
                "-6 -sn -PU53 " + HOSTS6,
                "-6 -sS -g 53 -Pn -p 1-100 " + HOST6
            })
    @EnabledIfSystemProperty(
            named = "it.soak",
            matches = "true",
            disabledReason = "takes two minutes: run with -Dit.soak=true")
    void otherFormsLockToo(String form) {
        locks(form);
    }

    /// What tells nothing about any target is no scan: nothing arrives, nothing comes back, nmap learns nothing.
    /// Answers out of the blue (SYN with ACK, RST) are not counted: devices that were asleep send them too.
    @ParameterizedTest(name = "T27: nmap {0} learns nothing, for nothing arrives")
    @ValueSource(
            strings = {
                "-sL " + HOSTS,
                "-sO -Pn -p 6,17,47,50,132 --max-retries 0 " + HOST,
                "-sY -Pn -p 1-30 --max-retries 0 " + HOST,
                "-sS --scanflags SYNACK -Pn -p 1-30 --max-retries 0 " + HOST,
                "-sS --scanflags RST -Pn -p 1-30 --max-retries 0 " + HOST,
                "-sI 198.18.0.10 -Pn -p 1 --max-retries 0 --host-timeout 3s " + HOST
            })
    void learnsNothing(String form) {
        awaitPing(scanner);
        long before = arrived();
        try (Child nmap = nmap(scanner, "-T5 " + form).start()) {
            assertThat(nmap.awaitEnd(SLOW_LIMIT).out()).doesNotContain("/tcp open ", "/tcp closed ", "/sctp open ");
        }
        assertThat(arrived()).isEqualTo(before);
    }

    @Test
    @DisplayName("I05, T27: one target a second is found out all the same")
    void slowScanLocks() {
        long before = arrived();
        awaitLock(patient, slow, 0, SLOW_LIMIT);
        assertLockedForAScan(patient, before);
    }

    private static void assertLockedForAScan(CheckpointDevice device, long arrivedBefore) {
        JsonObject locked = lab.logged(device, "device-locked").getLast();
        assertThat(locked.get("reason").getAsString()).isEqualTo("scan");
        assertThat(locked.getAsJsonArray("targets")).as("targets").hasSizeBetween(THRESHOLD, THRESHOLD + 1);
        assertThat(arrived()).as("packets at the network").isEqualTo(arrivedBefore);
        assertThat(Ping.run(device.namespace(), GRANTED, 1, 1, "-W", "0.4").received())
                .as("answers to what was granted")
                .isZero();
    }

    private static long arrived() {
        return arrived4.count() + arrived6.count();
    }

    private static void awaitLock(CheckpointDevice device, Child nmap, int before, Duration limit) {
        Await.until(
                () -> device.name() + " is locked; " + lab.state(device) + "; the log ends with "
                        + lab.lastEvents(device) + "; nmap said " + nmap.output(),
                limit,
                () -> lab.isLocked(device) || !nmap.isAlive());
        assertThat(lab.isLocked(device))
                .as("locked; the log ends with " + lab.lastEvents(device) + "; nmap said " + nmap.output())
                .isTrue();
        Await.until(
                "the log tells of it",
                LIMIT,
                () -> lab.logged(device, "device-locked").size() > before);
    }

    private static void unlock(CheckpointDevice device) {
        assertThat(lab.server().ask("unlock", "device", device.name()).has("error"))
                .isFalse();
    }

    private static void awaitPing(CheckpointDevice device) {
        Await.until(
                () -> device.name() + " gets an answer to a ping; " + lab.state(device),
                LIMIT,
                () -> Ping.answers(device.namespace(), GRANTED));
    }

    private static Command nmap(CheckpointDevice device, String words) {
        var line = new ArrayList<>(List.of("nmap", "-n", "--disable-arp-ping"));
        line.addAll(List.of(words.split(" ", -1)));
        return device.namespace().command(line).withLimit(Duration.ofMinutes(2));
    }
}
