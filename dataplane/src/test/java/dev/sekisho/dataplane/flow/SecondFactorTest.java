package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.testkit.IpPacket;
import dev.sekisho.dataplane.wire.IcmpView;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.policy.GrantId;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The second factor on access: asked for, waited for, given and refused.
class SecondFactorTest {
    private static final String WEB = "10.0.1.5:443";
    private static final long SECOND = 1_000_000_000L;

    private final CheckpointLab lab = new CheckpointLab();

    @BeforeEach
    void askForTheWeb() {
        lab.policy.resource("web", "10.0.1.0/24", "80,443,0").ask("some", "web", "alice");
        lab.enforce();
    }

    @Test
    @Tag("A01")
    @DisplayName("A01: nothing is asked until something is touched")
    void nothingIsAskedBeforeSomethingIsTouched() {
        lab.advance(Duration.ofMinutes(1));
        assertThat(lab.challenges()).isEmpty();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, WEB))).isEqualTo(Passage.STOP);
        var asked = lab.challenges().getFirst();
        assertThat(asked.device()).isEqualTo(CheckpointLab.id("alice-laptop"));
        assertThat(asked.grant()).isEqualTo(new GrantId("some"));
        assertThat(asked.port()).isEqualTo(443);
        assertThat(asked.perPort()).isFalse();
        assertThat(asked.deadlineEpochMillis() - asked.epochMillis()).isEqualTo(180_000);
        assertThat(lab.checkpoint.challenges(lab.nowNanos)).containsExactly(asked);
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: a held packet is released when the challenge is approved, and the connection goes on")
    void approvalReleasesWhatWaits() {
        byte[] syn = IpPacket.syn(ALICE, WEB).build();
        assertThat(lab.send(lab.alice, syn)).isEqualTo(Passage.STOP);
        assertThat(lab.released).isEmpty();
        assertThat(lab.flows()).isEmpty();
        lab.answer(true);
        assertThat(lab.released).hasSize(1);
        assertThat(lab.released.getFirst().passage()).isEqualTo(Passage.PASS);
        assertThat(lab.released.getFirst().packet().mismatch(MemorySegment.ofArray(syn)))
                .isEqualTo(-1);
        assertThat(lab.last(CheckpointEvent.ChallengeEnded.class).outcome()).isEqualTo(ChallengeOutcome.APPROVED);
        assertThat(lab.deliver(
                        lab.alice,
                        IpPacket.tcp(WEB, ALICE, IpPacket.SYN | IpPacket.ACK).sequence(5000, 1001)))
                .isTrue();
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.PASS);
        assertThat(lab.checkpoint.settle(
                        lab.nowNanos, lab.challenges().getFirst().id(), true))
                .as("an answer counts once")
                .isFalse();
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: packets are released in the order of their arrival; a SYN sent again waits once")
    void releaseKeepsTheOrder() {
        for (int port : new int[] {40_001, 40_002, 40_001, 40_003, 40_002}) {
            lab.send(lab.alice, IpPacket.syn("10.66.0.2:" + port, WEB));
        }
        lab.answer(true);
        assertThat(lab.released)
                .extracting(packet -> CheckpointLab.read(packet.packet()).sourcePort())
                .containsExactly(40_001, 40_002, 40_003);
        assertThat(lab.flows()).hasSize(3);
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: denied, TCP gets a reset that its client believes")
    void denialResets() {
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB).sequence(777, 0));
        lab.answer(false);
        Packet reset = CheckpointLab.read(lab.replies.getFirst().packet());
        assertThat(reset.tcpFlags()).isEqualTo(TcpView.RST | TcpView.ACK);
        assertThat(reset.tcpSequence()).isZero();
        assertThat(reset.tcpAcknowledgment()).isEqualTo(778);
        assertThat(reset.sourcePort()).isEqualTo(443);
        assertThat(reset.destinationPort()).isEqualTo(40_000);
        assertThat(lab.replies.getFirst().peer()).isSameAs(lab.alice);
        assertThat(lab.released).isEmpty();
        assertThat(lab.last(CheckpointEvent.ChallengeEnded.class).outcome()).isEqualTo(ChallengeOutcome.DENIED);
        assertThat(lab.last(CheckpointEvent.FlowDenied.class).reason()).isEqualTo(Denial.CHALLENGE_DENIED);
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: nobody answers for 180 s: UDP gets an ICMP error, administratively prohibited")
    void timeOutProhibits() {
        byte[] datagram = IpPacket.udp(ALICE, "10.0.1.5:80").build();
        lab.send(lab.alice, datagram);
        lab.advance(Duration.ofSeconds(179));
        assertThat(lab.replies).isEmpty();
        lab.advance(Duration.ofSeconds(1));
        Packet error = CheckpointLab.read(lab.replies.getFirst().packet());
        assertThat(error.kind()).isEqualTo(Packet.Kind.ICMP_ERROR);
        assertThat(error.icmpType()).isEqualTo(IcmpView.UNREACHABLE_V4);
        assertThat(error.icmpCode()).isEqualTo(IcmpView.PROHIBITED_V4);
        assertThat(error.quotedDestinationPort()).isEqualTo(80);
        assertThat(lab.last(CheckpointEvent.ChallengeEnded.class).outcome()).isEqualTo(ChallengeOutcome.EXPIRED);
        assertThat(lab.checkpoint.settle(
                        lab.nowNanos, lab.challenges().getFirst().id(), true))
                .as("too late")
                .isFalse();
        assertThat(lab.released).isEmpty();
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: what waits is bounded per device; others still wait their turn")
    void whatWaitsIsBounded() {
        for (int port = 1; port <= 200; port++) {
            lab.send(lab.alice, IpPacket.udp("10.66.0.2:" + port, WEB));
        }
        assertThat(lab.denials(Denial.HOLD_FULL)).isEqualTo(200 - 64);
        lab.answer(true);
        assertThat(lab.released).hasSize(64);
    }

    @Test
    @Tag("A09")
    @DisplayName("A09: many flows to one challenge key share one prompt, and all of them its answer")
    void flowsShareOnePrompt() {
        for (int port = 40_000; port < 40_030; port++) {
            lab.send(lab.alice, IpPacket.syn("10.66.0.2:" + port, WEB));
            lab.send(lab.alice, IpPacket.syn("10.66.0.2:" + port, "10.0.1.5:80"));
        }
        assertThat(lab.challenges()).hasSize(1);
        lab.answer(true);
        assertThat(lab.released).hasSize(60);
        lab.send(lab.alice, IpPacket.syn("10.66.0.2:50000", WEB));
        assertThat(lab.challenges()).hasSize(1);
    }

    @Test
    @Tag("A04")
    @DisplayName("A04: listed ports ask once per address, and an approval of one address opens no other")
    void listedPortsAskOncePerAddress() {
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        lab.answer(true);
        assertThat(lab.send(lab.alice, IpPacket.udp(ALICE, "10.0.1.5:80"))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, IpPacket.ping("10.66.0.2:1", "10.0.1.5")))
                .isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.1.6:443"))).isEqualTo(Passage.STOP);
        assertThat(lab.challenges()).hasSize(2);
    }

    @Test
    @Tag("A03")
    @DisplayName("A03: ports * ask for every address and port anew")
    void allPortsAskPerPort() {
        lab.policy.resource("any", "10.0.7.0/24", "*").ask("any", "any", "alice");
        lab.enforce();
        lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.7.1:22"));
        assertThat(lab.challenges().getLast().perPort()).isTrue();
        lab.answer(true);
        assertThat(lab.send(lab.alice, IpPacket.syn("10.66.0.2:40001", "10.0.7.1:22")))
                .isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.7.1:23"))).isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.7.2:22"))).isEqualTo(Passage.STOP);
        assertThat(lab.challenges()).hasSize(3);
    }

    @Test
    @Tag("A05")
    @DisplayName("A05: DNS with the factor off passes unasked, A06: with it on it asks first")
    void dnsAsksWhenItIsTold() {
        lab.policy.resource("dns", "10.0.2.53", "53").allow("names", "dns", "role:staff");
        lab.enforce();
        String dns = "10.0.2.53:53";
        assertThat(lab.send(lab.alice, IpPacket.udp("10.66.0.2:1053", dns))).isEqualTo(Passage.PASS);
        assertThat(lab.challenges()).isEmpty();
        lab.policy.ask("names", "dns", "role:staff");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.udp("10.66.0.2:1054", dns))).isEqualTo(Passage.STOP);
        assertThat(lab.challenges()).hasSize(1);
    }

    @Test
    @Tag("A06")
    @DisplayName("A06: a grant that comes to ask holds the next packet of its live flows")
    void aLiveFlowIsHeldWhenItsGrantComesToAsk() {
        String dns = "10.0.2.53:53";
        lab.policy.resource("dns", "10.0.2.53", "53").allow("names", "dns", "role:staff");
        lab.enforce();
        lab.connect(lab.alice, ALICE, dns);
        lab.policy.ask("names", "dns", "role:staff");
        lab.enforce();
        assertThat(lab.deliver(lab.alice, CheckpointLab.answer(dns, ALICE))).isFalse();
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, dns))).isEqualTo(Passage.STOP);
        assertThat(lab.challenges()).hasSize(1);
        lab.answer(true);
        assertThat(lab.released).hasSize(1);
        assertThat(lab.deliver(lab.alice, CheckpointLab.answer(dns, ALICE))).isTrue();
        assertThat(lab.events(CheckpointEvent.FlowClosed.class)).isEmpty();
    }

    @Test
    @Tag("A07")
    @DisplayName("A07: 80,137,138,139,445,443 on a file server give one prompt")
    void aFileServerAsksOnce() {
        lab.policy.resource("files", "10.0.3.9", "80,137,138,139,445,443").ask("files", "files", "alice");
        lab.enforce();
        for (int port : new int[] {445, 139, 80, 443}) {
            lab.send(lab.alice, IpPacket.syn("10.66.0.2:4" + port, "10.0.3.9:" + port));
        }
        lab.send(lab.alice, IpPacket.udp(ALICE, "10.0.3.9:137"));
        lab.send(lab.alice, IpPacket.udp(ALICE, "10.0.3.9:138"));
        assertThat(lab.challenges()).hasSize(1);
        lab.answer(true);
        assertThat(lab.released).hasSize(6);
    }

    @Test
    @Tag("A02")
    @DisplayName("A02: it holds as long as the device is active, and ends 900 s after")
    void inactivityEndsIt() {
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        lab.answer(true);
        lab.deliver(
                lab.alice, IpPacket.tcp(WEB, ALICE, IpPacket.SYN | IpPacket.ACK).sequence(5000, 1001));
        for (int i = 0; i < 5; i++) {
            assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.PASS);
            lab.nowNanos += 899 * SECOND;
        }
        assertThat(lab.deliver(lab.alice, CheckpointLab.answer(WEB, ALICE))).isTrue();
        lab.nowNanos += SECOND;
        assertThat(lab.deliver(lab.alice, CheckpointLab.answer(WEB, ALICE)))
                .as("what the target sends is no activity")
                .isFalse();
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.challenges()).hasSize(2);
    }

    @Test
    @Tag("A02")
    @DisplayName("A02: a maximum age ends it whatever the activity")
    void ageEndsIt() {
        lab.mfa = new MfaRules(900 * SECOND, 3600 * SECOND, 180 * SECOND);
        lab.enforce();
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        lab.answer(true);
        lab.deliver(
                lab.alice, IpPacket.tcp(WEB, ALICE, IpPacket.SYN | IpPacket.ACK).sequence(5000, 1001));
        for (int i = 0; i < 36; i++) {
            assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.PASS);
            lab.nowNanos += 100 * SECOND;
        }
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.STOP);
    }

    @Test
    @Tag("A02")
    @DisplayName("A02: a new approval revives all flows of its scope, also those whose target speaks first")
    void aNewApprovalServesAllFlows() {
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        lab.answer(true);
        lab.connect(lab.alice, "10.66.0.2:40001", WEB);
        lab.nowNanos += 901 * SECOND;
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.deliver(lab.alice, CheckpointLab.answer(WEB, "10.66.0.2:40001")))
                .isFalse();
        lab.answer(true);
        assertThat(lab.deliver(lab.alice, CheckpointLab.answer(WEB, "10.66.0.2:40001")))
                .isTrue();
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: denied in the middle of a connection, it ends at both ends and is recorded so")
    void denialEndsALiveFlow() {
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        lab.answer(true);
        lab.deliver(
                lab.alice, IpPacket.tcp(WEB, ALICE, IpPacket.SYN | IpPacket.ACK).sequence(5000, 1001));
        lab.send(lab.alice, CheckpointLab.data(ALICE, WEB));
        lab.nowNanos += 901 * SECOND;
        lab.send(lab.alice, CheckpointLab.data(ALICE, WEB));
        lab.answer(false);
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.MFA_ENDED);
        assertThat(lab.replies).hasSize(1);
        assertThat(lab.toTarget).hasSize(1);
        assertThat(CheckpointLab.read(lab.toTarget.getFirst().packet()).tcpSequence())
                .isEqualTo(1001);
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: a grant that is gone while its packet waits refuses it; one that no longer asks lets it go")
    void aChangedPolicySettlesWhatWaits() {
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        lab.policy.allow("some", "web", "alice");
        lab.enforce();
        assertThat(lab.released).hasSize(1);
        assertThat(lab.last(CheckpointEvent.ChallengeEnded.class).outcome()).isEqualTo(ChallengeOutcome.CANCELLED);
        lab.policy.ask("some", "web", "alice");
        lab.enforce();
        lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.1.9:443"));
        lab.policy.revoke("some");
        lab.enforce();
        assertThat(lab.released).hasSize(1);
        assertThat(lab.last(CheckpointEvent.FlowDenied.class).reason()).isEqualTo(Denial.NO_GRANT);
    }

    @Test
    @Tag("A09")
    @DisplayName("A09: a denied scope backs off, and three refusals in ten minutes silence the device for fifteen")
    void refusalsSilence() {
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        lab.answer(false);
        lab.nowNanos += 9 * SECOND;
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        assertThat(lab.denials(Denial.CHALLENGE_BACKING_OFF)).isEqualTo(1);
        assertThat(lab.replies).as("it fails at once").hasSize(2);
        lab.nowNanos += SECOND;
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        assertThat(lab.challenges()).hasSize(2);
        lab.answer(false);
        lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.1.6:443"));
        lab.answer(false);
        assertThat(lab.events(CheckpointEvent.ChallengesSilenced.class)).hasSize(1);
        lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.1.7:443"));
        assertThat(lab.denials(Denial.CHALLENGES_SILENCED)).isEqualTo(1);
        lab.nowNanos += 900 * SECOND;
        lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.1.7:443"));
        assertThat(lab.challenges()).hasSize(4);
    }

    @Test
    @Tag("A09")
    @DisplayName("A09: a person with two devices is asked for a scope on one, and silenced on both")
    void devicesOfOnePersonAreOne() {
        Peer phone = lab.device("alice-phone", "alice", "10.66.0.9");
        lab.enforce();
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        lab.send(phone, IpPacket.syn("10.66.0.9:40000", WEB));
        assertThat(lab.challenges()).hasSize(1);
        assertThat(lab.denials(Denial.CHALLENGE_OPEN_ELSEWHERE)).isEqualTo(1);
        lab.answer(false);
        lab.send(phone, IpPacket.syn("10.66.0.9:40000", WEB));
        assertThat(lab.denials(Denial.CHALLENGE_BACKING_OFF)).isEqualTo(1);
        lab.send(phone, IpPacket.syn("10.66.0.9:40000", "10.0.1.6:443"));
        lab.answer(false);
        lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.1.7:443"));
        lab.answer(false);
        assertThat(lab.events(CheckpointEvent.ChallengesSilenced.class)).hasSize(1);
        lab.send(phone, IpPacket.syn("10.66.0.9:40000", "10.0.1.8:443"));
        assertThat(lab.denials(Denial.CHALLENGES_SILENCED)).isEqualTo(1);
    }
}
