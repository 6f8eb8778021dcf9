package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.testkit.IpPacket;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Normal uses that look a little like scans and must not lock anybody (threat T28).
@Tag("T28")
class FalseAlarmTest {
    private final CheckpointLab lab = new CheckpointLab();

    @BeforeEach
    void openTheWeb() {
        lab.policy.resource("web", "10.0.0.0/8", "80,443,0").allow("all", "web", "alice");
        lab.enforce();
    }

    @Test
    @DisplayName("T28: a browser with two hundred connections that are answered")
    void aBrowser() {
        for (int i = 0; i < 200; i++) {
            lab.connect(lab.alice, "10.66.0.2:" + (1024 + i), "10.1.1." + (i + 1) + ":443");
        }
        lab.advance(Duration.ofSeconds(30));
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.flows()).hasSize(200);
    }

    @Test
    @DisplayName("T28: a client that tries one dead server again and again")
    void oneDeadServer() {
        for (int i = 0; i < 100; i++) {
            lab.send(lab.alice, IpPacket.syn("10.66.0.2:" + (1024 + i), "10.1.1.1:443"));
            lab.advance(Duration.ofSeconds(5));
        }
        assertThat(lab.isLocked(lab.alice)).isFalse();
    }

    @Test
    @DisplayName("T28: discovery by multicast and broadcast")
    void discovery() {
        for (int i = 1; i < 60; i++) {
            lab.send(lab.alice, IpPacket.udp(ALICE, "224.0.0." + i + ":5353"));
            lab.send(lab.alice, IpPacket.udp(ALICE, "239.255.255." + i + ":1900"));
        }
        lab.send(lab.alice, IpPacket.udp(ALICE, "255.255.255.255:67"));
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.denials(Denial.UNROUTABLE)).isPositive();
    }

    @Test
    @DisplayName("T28: just after a start, connections that the server before us knew are told to start anew")
    void afterARestart() {
        middlesOfConnections(100);
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.replies).as("each is reset").hasSize(100);
    }

    @Test
    @Tag("I05")
    @DisplayName("I05: long after a start, packets from the middle of nowhere are a scan")
    void longAfterAStart() {
        lab.send(lab.alice, IpPacket.ping(ALICE, "10.1.1.1"));
        lab.nowNanos += Duration.ofMinutes(5).toNanos();
        middlesOfConnections(25);
        assertThat(lab.isLocked(lab.alice)).isFalse();
        middlesOfConnections(26);
        assertThat(lab.isLocked(lab.alice)).isTrue();
    }

    private void middlesOfConnections(int count) {
        for (int i = 1; i <= count; i++) {
            IpPacket middle = CheckpointLab.data(ALICE, "10.1.1." + i + ":443");
            assertThat(lab.send(lab.alice, middle)).isEqualTo(Passage.STOP);
        }
    }

    @Test
    @DisplayName("T28: resets that come behind the end of their connections")
    void lateResets() {
        lab.send(lab.alice, IpPacket.ping(ALICE, "10.1.1.1"));
        lab.nowNanos += Duration.ofMinutes(5).toNanos();
        for (int i = 1; i <= 60; i++) {
            String to = "10.1.1." + i + ":443";
            lab.connect(lab.alice, ALICE, to);
            IpPacket reset = IpPacket.tcp(ALICE, to, IpPacket.RST).sequence(1001, 0);
            assertThat(lab.send(lab.alice, reset)).isEqualTo(Passage.PASS);
            assertThat(lab.send(lab.alice, reset)).isEqualTo(Passage.STOP);
        }
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.denials(Denial.OUT_OF_STATE)).isEqualTo(60);
    }

    @Test
    @DisplayName("T28: a laptop that slept overnight goes on with its old connections")
    void aLaptopWakesUp() {
        for (int i = 1; i <= 60; i++) {
            lab.connect(lab.alice, ALICE, "10.1.1." + i + ":443");
        }
        lab.advance(Duration.ofHours(9));
        assertThat(lab.flows()).isEmpty();
        middlesOfConnections(60);
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.replies).as("each is told to start anew").hasSize(60);
    }

    @Test
    @DisplayName("T28: one malformed host after another does not add up with the ports of other packets")
    void malformedPacketsHaveNoPortsOfOthers() {
        for (int port = 1; port <= 60; port++) {
            lab.send(lab.alice, IpPacket.udp("10.66.0.2:" + port, "10.1.1.1:443"));
            lab.send(
                    lab.alice,
                    IpPacket.syn("10.66.0.2:" + port, "10.1.1.1:" + (80 + port % 2))
                            .brokenChecksum());
        }
        assertThat(lab.isLocked(lab.alice)).isFalse();
    }

    @Test
    @DisplayName("T28: nobody gets another device locked by errors about what it never sent")
    void forgedErrorsLockNobody() {
        lab.policy.resource("all", "10.0.0.0/8", "*").allow("all", "all", "alice");
        lab.enforce();
        for (int port = 1; port <= 60; port++) {
            lab.send(lab.alice, IpPacket.syn(ALICE, "10.1.1.1:" + port));
            byte[] forged = IpPacket.syn(ALICE, "10.1.1.1:" + port)
                    .sequence(0x7000_0000, 0)
                    .build();
            assertThat(lab.deliver(lab.alice, IpPacket.error("10.1.1.1", forged, 3, 3, 0)))
                    .isFalse();
        }
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.denials(Denial.UNRELATED_ERROR)).isEqualTo(60);
    }

    @Test
    @DisplayName("T28: segments sent again from a former address, and noise to groups from one, are no scan")
    void formerAddresses() {
        for (int n = 1; n <= 60; n++) {
            lab.sendSpoofed(lab.alice, CheckpointLab.data("192.168.1.7:40000", "10.1.1." + n + ":443"));
            lab.sendSpoofed(lab.alice, IpPacket.udp("192.168.1.7:5353", "224.0.0." + n + ":5353"));
            lab.sendSpoofed(lab.alice, IpPacket.udp("[fe80::7]:5353", "[ff02::%x]:5353".formatted(n)));
        }
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.denials(Denial.SPOOFED_SOURCE)).isEqualTo(60);
        for (int n = 1; n <= 26; n++) {
            assertThat(lab.isLocked(lab.alice)).isFalse();
            lab.sendSpoofed(lab.alice, IpPacket.syn("192.168.1.7:40000", "10.1.1." + n + ":443"));
        }
        assertThat(lab.isLocked(lab.alice)).as("but new connections are").isTrue();
    }

    @ParameterizedTest(name = "T28: ICMP type {0}, code {1} says that the network has a fault: {2}")
    @CsvSource({"3, 0, true", "3, 1, true", "11, 0, true", "3, 3, false", "3, 13, false", "3, 10, false"})
    void faultsOfTheNetworkAreNoRefusals(int type, int code, boolean isFault) {
        for (int n = 1; n <= 26; n++) {
            assertThat(lab.isLocked(lab.alice)).isFalse();
            byte[] syn = IpPacket.syn(ALICE, "10.1.1." + n + ":443").build();
            assertThat(lab.send(lab.alice, syn)).isEqualTo(Passage.PASS);
            assertThat(lab.deliver(lab.alice, IpPacket.error("10.0.0.254", syn, type, code, 0)))
                    .isEqualTo(isFault || n <= 25);
        }
        assertThat(lab.isLocked(lab.alice)).isEqualTo(!isFault);
    }

    @Test
    @DisplayName("T28: a device that may ask for no more second factors is refused, not locked, and nothing leaves")
    void tooManyChallenges() {
        askForDatabases();
        assertThat(lab.denials(Denial.TOO_MANY_CHALLENGES)).isEqualTo(60 - Limits.OPEN_CHALLENGES_PER_DEVICE);
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.replies).as("each is reset").hasSize(60 - Limits.OPEN_CHALLENGES_PER_DEVICE);
        nothingLeft();
    }

    @Test
    @DisplayName("T28: a device whose challenges are silenced is refused, not locked, and nothing leaves")
    void silencedChallenges() {
        askForDatabases();
        for (int n = 0; n < Limits.CHALLENGE_FAILURES; n++) {
            long id = lab.challenges().get(n).id();
            assertThat(lab.checkpoint.settle(lab.nowNanos, id, false)).isTrue();
        }
        askForDatabases();
        assertThat(lab.denials(Denial.CHALLENGES_SILENCED)).isPositive();
        assertThat(lab.isLocked(lab.alice)).isFalse();
        nothingLeft();
    }

    private void askForDatabases() {
        lab.policy.resource("db", "10.2.0.0/16", "5432").ask("dba", "db", "alice");
        lab.enforce();
        for (int n = 1; n <= 60; n++) {
            assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.2.0." + n + ":5432")))
                    .isEqualTo(Passage.STOP);
        }
    }

    private void nothingLeft() {
        assertThat(lab.released).isEmpty();
        assertThat(lab.toTarget).isEmpty();
        assertThat(lab.flows()).isEmpty();
    }
}
