package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE6;
import static dev.sekisho.dataplane.flow.CheckpointLab.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.testkit.IpPacket;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Who scans is locked, by whatever means, and who does not is not.
class ScanLockTest {
    private static final String WEB = "10.0.1.5:443";

    private final CheckpointLab lab = new CheckpointLab();

    @BeforeEach
    void openTheWeb() {
        lab.policy.resource("web", "10.0.1.0/24", "443").allow("some", "web", "role:staff");
        lab.policy.resource("web6", "2001:db8:1::/64", "443").allow("some6", "web6", "role:staff");
        lab.enforce();
    }

    /// One kind of scan: the packet to the n-th destination.
    static Stream<Arguments> scans() {
        return Stream.of(
                scan("TCP ports", n -> IpPacket.syn(ALICE, "10.0.9.9:" + n).build()),
                scan(
                        "TCP hosts",
                        n -> IpPacket.syn(ALICE, "10.0.9." + n + ":22").build()),
                scan("UDP", n -> IpPacket.udp(ALICE, "10.0.9.9:" + n).build()),
                scan("ping sweep", n -> IpPacket.ping(ALICE, "10.0.9." + n).build()),
                scan(
                        "IPv6",
                        n -> IpPacket.syn(ALICE6, "[2001:db8:9::%x]:22".formatted(n))
                                .build()),
                scan(
                        "IPv6 ping",
                        n -> IpPacket.ping(ALICE6, "2001:db8:9::%x".formatted(n))
                                .build()),
                scan("protocols", n -> IpPacket.other(47, ALICE, "10.0.9." + n).build()),
                scan(
                        "FIN",
                        n -> IpPacket.tcp(ALICE, "10.0.9." + n + ":22", IpPacket.FIN)
                                .build()),
                scan("NULL", n -> IpPacket.tcp(ALICE, "10.0.9." + n + ":22", 0).build()),
                scan("Xmas", n -> IpPacket.tcp(ALICE, "10.0.9." + n + ":22", 41).build()),
                scan(
                        "Maimon",
                        n -> IpPacket.tcp(ALICE, "10.0.9." + n + ":22", 17).build()),
                scan("ACK", n -> IpPacket.tcp(ALICE, "10.0.9." + n + ":22", 16).build()),
                scan(
                        "SYN of eight bytes",
                        n -> IpPacket.syn(ALICE, "10.0.9." + n + ":22").piece(n, 0, 8, true)),
                scan(
                        "first fragments",
                        n -> IpPacket.udp(ALICE, "10.0.9." + n + ":53")
                                .payload(40)
                                .piece(n, 0, 24, true)),
                scan(
                        "later fragments",
                        n -> IpPacket.udp(ALICE, "10.0.9." + n + ":53")
                                .payload(40)
                                .piece(n, 24, 24, false)),
                scan(
                        "wrong checksums",
                        n -> IpPacket.syn(ALICE, "10.0.9." + n + ":22")
                                .brokenChecksum()
                                .build()),
                scan(
                        "source routes",
                        n -> IpPacket.syn(ALICE, "10.0.9." + n + ":22")
                                .options(131, 7, 4, 10, 0, 9, 1, 0)
                                .build()));
    }

    private static Arguments scan(String name, IntFunction<byte[]> packet) {
        return Arguments.of(name, packet);
    }

    @Tag("I01")
    @Tag("I05")
    @ParameterizedTest(name = "I01, I05: {0}: 25 in vain pass the detector, the 26th locks")
    @MethodSource("scans")
    void theTwentySixthLocks(String name, IntFunction<byte[]> packet) {
        for (int n = 1; n <= 25; n++) {
            assertThat(lab.send(lab.alice, packet.apply(n))).isEqualTo(Passage.STOP);
            lab.send(lab.alice, packet.apply(n)); // the same again is no other destination
        }
        assertThat(lab.isLocked(lab.alice)).isFalse();
        lab.send(lab.alice, packet.apply(26));
        assertThat(lab.isLocked(lab.alice)).isTrue();
        var event = lab.last(CheckpointEvent.DeviceLocked.class);
        assertThat(event.reason()).isEqualTo(LockReason.SCAN);
        assertThat(event.targets()).hasSize(26).doesNotHaveDuplicates();
        assertThat(lab.isLocked(lab.bob)).isFalse();
    }

    @Test
    @Tag("I01")
    @DisplayName("I01: what counted leaves the window after ten minutes; threshold and window are settable")
    void theWindowSlides() {
        scanPorts(1, 25);
        lab.nowNanos += Duration.ofMinutes(10).toNanos() + 1_000_000_000L;
        scanPorts(26, 50);
        assertThat(lab.isLocked(lab.alice)).isFalse();
    }

    @Test
    @Tag("I01")
    @DisplayName("I01: threshold and window are settable")
    void thresholdAndWindowAreSettable() {
        lab.scan = ScanRules.of(3, Duration.ofMinutes(1).toNanos());
        lab.enforce();
        scanPorts(101, 103);
        lab.nowNanos += Duration.ofMinutes(2).toNanos();
        scanPorts(104, 106);
        assertThat(lab.isLocked(lab.alice)).isFalse();
        scanPorts(107, 107);
        assertThat(lab.isLocked(lab.alice)).isTrue();
    }

    @Test
    @Tag("I05")
    @DisplayName("I05: a slow scan, one destination every ten minutes, is locked at the 101st")
    void slowScansCount() {
        for (int n = 1; n <= 100; n++) {
            scanPorts(n, n);
            lab.nowNanos += Duration.ofMinutes(10).toNanos();
        }
        assertThat(lab.isLocked(lab.alice)).isFalse();
        scanPorts(101, 101);
        assertThat(lab.isLocked(lab.alice)).isTrue();
    }

    @Test
    @Tag("I01")
    @DisplayName("I01: granted destinations that refuse count, and the 26th refusal is not passed on")
    void refusalsCount() {
        lab.policy.resource("all", "10.0.2.0/24", "1-65535").allow("all", "all", "alice");
        lab.enforce();
        for (int port = 1; port <= 26; port++) {
            String to = "10.0.2.2:" + port;
            assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, to))).isEqualTo(Passage.PASS);
            IpPacket refusal =
                    IpPacket.tcp(to, ALICE, IpPacket.RST | IpPacket.ACK).sequence(0, 1001);
            assertThat(lab.deliver(lab.alice, refusal)).isEqualTo(port <= 25);
        }
        assertThat(lab.isLocked(lab.alice)).isTrue();
        assertThat(lab.flows()).isEmpty();
    }

    @Test
    @Tag("I01")
    @DisplayName("I01: granted destinations whose port is unreachable count")
    void unreachablePortsCount() {
        lab.policy.resource("all", "10.0.2.0/24", "1-65535").allow("all", "all", "alice");
        lab.enforce();
        for (int port = 1; port <= 26; port++) {
            byte[] probe = IpPacket.udp(ALICE, "10.0.2.2:" + port).build();
            assertThat(lab.send(lab.alice, probe)).isEqualTo(Passage.PASS);
            assertThat(lab.deliver(lab.alice, IpPacket.error("10.0.2.2", probe, 3, 3, 0)))
                    .isEqualTo(port <= 25);
        }
        assertThat(lab.isLocked(lab.alice)).isTrue();
    }

    @Test
    @Tag("I01")
    @DisplayName("I01: granted destinations that never answer count, once each, whatever is sent again")
    void silenceCounts() {
        lab.policy
                .resource("all", "10.0.2.0/24", "*")
                .allow("all", "all", "alice")
                .allow("bobs", "all", "bob");
        lab.enforce();
        for (int host = 1; host <= 25; host++) {
            lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.2." + host + ":22"));
        }
        for (int i = 0; i < 5; i++) {
            lab.advance(Duration.ofSeconds(4));
            lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.2.1:22"));
        }
        assertThat(lab.isLocked(lab.alice)).isFalse();
        lab.send(lab.alice, IpPacket.ping("10.66.0.2:9", "10.0.2.99"));
        lab.advance(Duration.ofSeconds(5));
        assertThat(lab.isLocked(lab.alice)).isTrue();
    }

    @Test
    @Tag("I01")
    @Tag("T28")
    @DisplayName("I01: while several devices wait and nobody at all is answered, the network is out and locks nobody")
    void anOutageLocksNobody() {
        silenceForTwo();
        lab.advance(Duration.ofSeconds(20));
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.isLocked(lab.bob)).isFalse();
    }

    @Test
    @Tag("I01")
    @DisplayName("I01: one answer to anybody says that the network works, and silence counts")
    void oneAnswerEndsTheExcuse() {
        silenceForTwo();
        lab.connect(lab.bob, BOB, "10.0.2.200:443");
        lab.advance(Duration.ofSeconds(20));
        assertThat(lab.isLocked(lab.alice)).isTrue();
    }

    private void silenceForTwo() {
        lab.policy
                .resource("all", "10.0.2.0/24", "*")
                .allow("all", "all", "alice")
                .allow("bobs", "all", "bob");
        lab.enforce();
        for (int host = 1; host <= 60; host++) {
            lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.2." + host + ":443"));
            lab.send(lab.bob, IpPacket.syn(BOB, "10.0.2." + host + ":443"));
        }
    }

    @Test
    @Tag("I05")
    @DisplayName("I05: spoofed sources count against their sender, not against who is named")
    void spoofedSourcesCountAgainstTheSender() {
        for (int n = 1; n <= 26; n++) {
            lab.sendSpoofed(lab.alice, IpPacket.syn(BOB, "10.0.1.5:443"));
            lab.sendSpoofed(lab.alice, IpPacket.syn("10.66.0.3:1", "10.0.1." + n + ":443"));
        }
        assertThat(lab.isLocked(lab.alice)).isTrue();
        assertThat(lab.isLocked(lab.bob)).isFalse();
        assertThat(lab.denials(Denial.SPOOFED_SOURCE)).isPositive();
    }

    @Test
    @Tag("I02")
    @DisplayName("I02: a locked device passes nothing in either direction; its flows end; unlocked it starts clean")
    void aLockedDevicePassesNothing() {
        lab.policy.resource("laptop", "10.66.0.2", "22").allow("admin", "laptop", "net:10.0.1.0/24");
        lab.enforce();
        lab.connect(lab.alice, ALICE, WEB);
        scanPorts(1, 26);
        assertThat(lab.flows()).isEmpty();
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.DEVICE_LOCKED);
        assertThat(lab.toTarget).as("the target is told").hasSize(1);
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, IpPacket.syn("10.66.0.2:40001", WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.deliver(lab.alice, CheckpointLab.answer(WEB, ALICE))).isFalse();
        assertThat(lab.deliver(lab.alice, IpPacket.syn(WEB, "10.66.0.2:22")))
                .as("no grant of a network opens it")
                .isFalse();
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.syn("10.66.0.2:40001", WEB)))
                .as("no policy unlocks")
                .isEqualTo(Passage.STOP);

        assertThat(lab.checkpoint.unlock(lab.nowNanos, CheckpointLab.id("alice-laptop")))
                .isTrue();
        assertThat(lab.last(CheckpointEvent.DeviceUnlocked.class).device()).isEqualTo(CheckpointLab.id("alice-laptop"));
        assertThat(lab.send(lab.alice, IpPacket.syn("10.66.0.2:40001", WEB))).isEqualTo(Passage.PASS);
        scanPorts(101, 125);
        assertThat(lab.isLocked(lab.alice)).isFalse();
    }

    @Test
    @Tag("I02")
    @DisplayName("I02: a device that the start finds locked is locked, also one that is on its way")
    void locksOutliveARestart() {
        lab.connect(lab.alice, ALICE, WEB);
        lab.locked.put(CheckpointLab.id("alice-laptop"), LockReason.SCAN);
        lab.enforce();
        assertThat(lab.report(lab.alice).lock()).isEqualTo(LockReason.SCAN);
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.flows()).isEmpty();
    }

    @Test
    @Tag("I02")
    @DisplayName("I02: what waits for a second factor is forgotten when its device is locked")
    void lockingForgetsWhatWaits() {
        lab.policy.resource("db", "10.0.3.0/24", "5432").ask("dba", "db", "alice");
        lab.enforce();
        lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.3.1:5432"));
        long id = lab.challenges().getFirst().id();
        scanPorts(1, 26);
        assertThat(lab.last(CheckpointEvent.ChallengeEnded.class).outcome()).isEqualTo(ChallengeOutcome.CANCELLED);
        assertThat(lab.checkpoint.settle(lab.nowNanos, id, true)).isFalse();
        assertThat(lab.released).isEmpty();
    }

    @Test
    @Tag("I04")
    @DisplayName("I04: IP SCAN exempts from the detector and from decoys, and grants nothing")
    void ipScanExempts() {
        lab.policy.scanner("mallory").decoy("honey", "10.0.1.66", "*");
        Peer scanner = lab.device("scanner", "mallory", "10.66.0.4");
        lab.enforce();
        for (int port = 1; port <= 100; port++) {
            assertThat(lab.send(scanner, IpPacket.syn("10.66.0.4:1", "10.0.9.9:" + port)))
                    .isEqualTo(Passage.STOP);
        }
        assertThat(lab.send(scanner, IpPacket.syn("10.66.0.4:1", "10.0.1.66:22")))
                .isEqualTo(Passage.STOP);
        assertThat(lab.isLocked(scanner)).isFalse();
    }

    @Test
    @Tag("I06")
    @DisplayName("I06: a decoy locks at one touch, even where a grant covers it")
    void aDecoyLocksAtOneTouch() {
        lab.policy.decoy("honey", "10.0.1.66", "443");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.1.66:443"))).isEqualTo(Passage.STOP);
        var event = lab.last(CheckpointEvent.DeviceLocked.class);
        assertThat(event.reason()).isEqualTo(LockReason.DECOY);
        assertThat(event.targets())
                .singleElement()
                .satisfies(target -> assertThat(target.port()).isEqualTo(443));
        assertThat(lab.isLocked(lab.alice)).isTrue();
    }

    private void scanPorts(int first, int last) {
        for (int port = first; port <= last; port++) {
            lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.9.9:" + port));
        }
    }
}
