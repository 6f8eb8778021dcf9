package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static dev.sekisho.dataplane.flow.CheckpointLab.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.testkit.IpPacket;
import dev.sekisho.policy.DeviceId;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whom a lock meets and how long it lasts, and what locks besides the plain scan.
class LockScopeTest {
    private static final String DECOY = "10.0.1.66:443";
    private static final DeviceId LAPTOP = CheckpointLab.id("alice-laptop");

    private final CheckpointLab lab = new CheckpointLab();

    @BeforeEach
    void openTheWeb() {
        lab.policy
                .resource("web", "10.0.0.0/16", "443")
                .allow("web", "web", "role:staff")
                .decoy("honey", "10.0.1.66", "443");
        lab.enforce();
    }

    @Test
    @Tag("I05")
    @DisplayName("I05: to ask silent hosts and to withdraw at once counts like waiting for them")
    void askingAndWithdrawingCounts() {
        for (int n = 1; n <= 26; n++) {
            String to = "10.0.2." + n + ":443";
            assertThat(lab.isLocked(lab.alice)).isFalse();
            assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, to))).isEqualTo(Passage.PASS);
            lab.send(lab.alice, IpPacket.tcp(ALICE, to, IpPacket.RST).sequence(1001, 0));
        }
        assertThat(lab.isLocked(lab.alice)).isTrue();
        assertThat(lab.last(CheckpointEvent.DeviceLocked.class).reason()).isEqualTo(LockReason.SCAN);
    }

    @ParameterizedTest(name = "I06: a decoy locks at one touch by {0}")
    @ValueSource(
            strings = {"Xmas", "NULL", "a wrong header length", "a torn SYN", "a foreign source", "a foreign Xmas"})
    @Tag("I06")
    void aDecoyLocksWhateverTouchesIt(String how) {
        switch (how) {
            case "Xmas" -> lab.send(lab.alice, IpPacket.tcp(ALICE, DECOY, 41));
            case "NULL" -> lab.send(lab.alice, IpPacket.tcp(ALICE, DECOY, 0));
            case "a wrong header length" ->
                lab.send(lab.alice, withoutHeader(IpPacket.syn(ALICE, DECOY).build()));
            case "a torn SYN" -> lab.send(lab.alice, IpPacket.syn(ALICE, DECOY).piece(1, 0, 8, true));
            case "a foreign source" -> lab.sendSpoofed(lab.alice, IpPacket.syn(BOB, DECOY));
            default -> lab.sendSpoofed(lab.alice, IpPacket.tcp(BOB, DECOY, 41));
        }
        assertThat(lab.isLocked(lab.alice)).isTrue();
        assertThat(lab.isLocked(lab.bob)).isFalse();
        var event = lab.last(CheckpointEvent.DeviceLocked.class);
        assertThat(event.reason()).isEqualTo(LockReason.DECOY);
        assertThat(event.device()).isEqualTo(LAPTOP);
        assertThat(lab.denials(Denial.DECOY)).isEqualTo(1);
    }

    /// A TCP segment whose header claims to be shorter than one can be.
    private static byte[] withoutHeader(byte[] segment) {
        segment[32] = 0x10;
        return segment;
    }

    @Test
    @Tag("I02")
    @DisplayName("I02: a peer that is nobody's is refused everything and never locked: it has no name to unlock it by")
    void nobodysPeerIsNeverLocked() {
        Peer stranger = lab.peer("10.66.0.9");
        lab.unbind(lab.alice);
        lab.enforce();
        for (int n = 1; n <= 60; n++) {
            lab.send(stranger, IpPacket.syn("10.66.0.9:1", "10.0.9.9:" + n));
            lab.send(stranger, IpPacket.syn("10.66.0.9:1", "10.0.8." + n + ":1").brokenChecksum());
            lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.9.9:" + n));
        }
        lab.send(stranger, IpPacket.syn("10.66.0.9:1", DECOY));
        lab.sendSpoofed(stranger, IpPacket.syn(BOB, DECOY));
        lab.send(lab.alice, IpPacket.syn(ALICE, DECOY));
        assertThat(lab.isLocked(stranger)).isFalse();
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.events(CheckpointEvent.DeviceLocked.class)).isEmpty();
        assertThat(lab.flows()).isEmpty();
    }

    @ParameterizedTest(name = "I02: locked, taken from the policy, unlocked, put back (the peer goes too: {0}): free")
    @ValueSource(booleans = {false, true})
    @Tag("I02")
    void unlockedWhileItIsAway(boolean peerGoes) {
        assertThat(lab.checkpoint.lock(lab.nowNanos, LAPTOP)).isTrue();
        lab.unbind(lab.alice);
        if (peerGoes) {
            lab.checkpoint.remove(lab.nowNanos, lab.alice);
        }
        lab.enforce();
        lab.checkpoint.unlock(lab.nowNanos, LAPTOP);
        lab.checkpoint.add(lab.alice);
        lab.bind(lab.alice, "alice-laptop", "alice");
        lab.enforce();
        assertThat(lab.isLocked(lab.alice)).isFalse();
        lab.connect(lab.alice, ALICE, "10.0.2.1:443");
    }

    @ParameterizedTest(name = "I02: locked, taken from the policy, put back (the peer goes too: {0}): still locked")
    @ValueSource(booleans = {false, true})
    @Tag("I02")
    void goingAwayUnlocksNothing(boolean peerGoes) {
        lab.checkpoint.lock(lab.nowNanos, LAPTOP);
        lab.unbind(lab.alice);
        if (peerGoes) {
            lab.checkpoint.remove(lab.nowNanos, lab.alice);
        }
        lab.enforce();
        lab.checkpoint.add(lab.alice);
        lab.bind(lab.alice, "alice-laptop", "alice");
        lab.enforce();
        assertThat(lab.isLocked(lab.alice)).isTrue();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.2.1:443"))).isEqualTo(Passage.STOP);
    }

    @Test
    @Tag("I02")
    @DisplayName("I02: two peers of one device are locked together and unlocked together")
    void allPeersOfADevice() {
        Peer second = lab.device("alice-laptop", "alice", "10.66.0.5");
        lab.enforce();
        assertThat(lab.checkpoint.lock(lab.nowNanos, LAPTOP)).isTrue();
        assertThat(lab.isLocked(lab.alice)).isTrue();
        assertThat(lab.isLocked(second)).isTrue();
        assertThat(lab.checkpoint.unlock(lab.nowNanos, LAPTOP)).isTrue();
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.isLocked(second)).isFalse();
    }

    @Test
    @Tag("I02")
    @DisplayName("I02: a scan by one peer of a device locks its other peer as well")
    void aScanLocksTheDeviceNotThePeer() {
        Peer second = lab.device("alice-laptop", "alice", "10.66.0.5");
        lab.enforce();
        lab.connect(second, "10.66.0.5:1", "10.0.2.1:443");
        lab.send(lab.alice, IpPacket.syn(ALICE, DECOY));
        assertThat(lab.isLocked(lab.alice)).isTrue();
        assertThat(lab.isLocked(second)).isTrue();
        assertThat(lab.flows()).isEmpty();
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: of challenges that expire together, the one that locks its device loses none of the others")
    void manyChallengesExpireAtOnce() {
        lab.policy
                .resource("db", "10.1.0.0/16", "5432")
                .ask("dba", "db", "alice")
                .ask("dbb", "db", "bob");
        lab.scan = ScanRules.of(2, Duration.ofMinutes(10).toNanos());
        lab.enforce();
        for (int n = 1; n <= 5; n++) {
            lab.send(lab.alice, IpPacket.syn(ALICE, "10.1.0." + n + ":5432"));
        }
        lab.send(lab.bob, IpPacket.syn(BOB, "10.1.0.1:5432"));
        lab.send(lab.bob, IpPacket.syn(BOB, "10.1.0.2:5432"));
        assertThat(lab.challenges()).hasSize(7);
        lab.advance(Duration.ofSeconds(181));
        assertThat(lab.isLocked(lab.alice)).isTrue();
        assertThat(lab.isLocked(lab.bob)).isFalse();
        assertThat(lab.checkpoint.challenges(lab.nowNanos)).isEmpty();
        assertThat(lab.events(CheckpointEvent.ChallengeEnded.class))
                .hasSize(7)
                .doesNotHaveDuplicates()
                .extracting(CheckpointEvent.ChallengeEnded::id)
                .doesNotHaveDuplicates();
        assertThat(lab.replies.stream().filter(sent -> sent.peer().equals(lab.bob)))
                .as("both SYNs are refused")
                .hasSize(2);
        assertThat(lab.released).isEmpty();
        lab.replies.clear();
        lab.advance(Duration.ofMinutes(10));
        assertThat(lab.replies).isEmpty();
    }
}
