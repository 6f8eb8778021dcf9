package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static dev.sekisho.dataplane.flow.CheckpointLab.BOB;
import static dev.sekisho.dataplane.flow.CheckpointLab.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.IpPacket;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.policy.Transport;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Resources, grants, their validity, and how a change of policy meets live flows.
class CheckpointGrantsTest {
    private static final String WEB = "10.0.1.5:443";

    private final CheckpointLab lab = new CheckpointLab();

    @Tag("R01")
    @ParameterizedTest(name = "R01: 10.0.1.0/24 & 22,80,443,5600-5609 by tcp: {0} to {1} is {2}")
    @CsvSource({
        "tcp, 10.0.1.5:22, PASS",
        "tcp, 10.0.1.255:5600, PASS",
        "tcp, 10.0.1.0:5609, PASS",
        "tcp, 10.0.1.5:5610, STOP",
        "tcp, 10.0.1.5:5599, STOP",
        "tcp, 10.0.2.5:22, STOP",
        "tcp, 10.0.0.255:22, STOP",
        "udp, 10.0.1.5:443, STOP",
    })
    void aResourceIsItsAddressesPortsAndProtocols(String protocol, String to, Passage expected) {
        lab.policy
                .resource("it", "10.0.1.0/24", "22,80,443,5600-5609", Transport.TCP)
                .allow("all", "it", "alice");
        lab.enforce();
        IpPacket packet = protocol.equals("tcp") ? IpPacket.syn(ALICE, to) : IpPacket.udp(ALICE, to);
        assertThat(lab.send(lab.alice, packet)).isEqualTo(expected);
    }

    @Tag("R02")
    @ParameterizedTest(name = "R02: ping with ports {0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {"0 | PASS", "* | PASS", "22,0 | PASS", "1-65535 | STOP", "443 | STOP"})
    void pingNeedsPortZero(String ports, Passage expected) {
        lab.policy.resource("it", "10.0.1.0/24", ports, Transport.TCP).allow("all", "it", "alice");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.ping("10.66.0.2:7", "10.0.1.5")))
                .isEqualTo(expected);
        assertThat(lab.deliver(lab.alice, IpPacket.pong("10.0.1.5:7", "10.66.0.2")))
                .isEqualTo(expected == Passage.PASS);
    }

    @Test
    @Tag("R03")
    @DisplayName("R03: a grant to a role reaches its members and those of roles that belong to it")
    void rolesNest() {
        lab.policy
                .resource("web", "10.0.1.0/24", "443")
                .resource("build", "10.0.3.0/24", "80")
                .allow("staff-web", "web", "role:staff")
                .allow("own", "build", "bob");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, WEB)))
                .as("alice is dev, dev is staff")
                .isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.bob, IpPacket.syn(BOB, WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.bob, IpPacket.syn(BOB, "10.0.3.1:80"))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.3.1:80"))).isEqualTo(Passage.STOP);
    }

    @Tag("R04")
    @ParameterizedTest(name = "R04: from ''{0}'' until ''{1}'' weekly ''{2}'' at noon of Monday: {3}")
    @CsvSource({
        "'', '', '', PASS",
        "2026-03-02T12:00:00Z, '', '', PASS",
        "2026-03-02T12:00:01Z, '', '', STOP",
        "'', 2026-03-02T12:00:00Z, '', STOP",
        "'', 2026-03-02T12:00:01Z, '', PASS",
        "2026-03-02T11:00:00Z, 2026-03-02T13:00:00Z, '', PASS",
        "'', '', Mon-Fri 08:00-18:00 UTC, PASS",
        "'', '', Mon-Fri 08:00-12:00 UTC, STOP",
        "'', '', Mon-Fri 08:00-13:00 Europe/Berlin, STOP",
        "'', '', Sat+Sun 00:00-24:00 UTC, STOP",
    })
    void validityIsObeyed(String from, String until, String weekly, Passage expected) {
        lab.policy.resource("web", "10.0.1.0/24", "443").allowWhile("some", "web", "alice", from, until, weekly);
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, WEB))).isEqualTo(expected);
        assertThat(lab.denials(Denial.NOT_NOW)).isEqualTo(expected == Passage.STOP ? 1 : 0);
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: the next packet after the end of validity ends its flow, without a new policy")
    void theEndOfValidityBitesOnTheNextPacket() {
        lab.policy.resource("web", "10.0.1.0/24", "443");
        lab.policy.allowWhile("some", "web", "alice", "", NOON.plusSeconds(60).toString(), "");
        lab.enforce();
        lab.connect(lab.alice, ALICE, WEB);
        lab.nowNanos += Duration.ofMillis(59_999).toNanos();
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.PASS);
        lab.nowNanos += Duration.ofMillis(1).toNanos();
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.VALIDITY_ENDED);
        assertThat(lab.last(CheckpointEvent.FlowDenied.class).reason()).isEqualTo(Denial.NOT_NOW);
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: the end of validity stops the target's packets too")
    void theEndOfValidityBitesOnTheTarget() {
        lab.policy.resource("web", "10.0.1.0/24", "443");
        lab.policy.allowWhile("some", "web", "alice", "", NOON.plusSeconds(60).toString(), "");
        lab.enforce();
        lab.connect(lab.alice, ALICE, WEB);
        lab.nowNanos += Duration.ofSeconds(60).toNanos();
        assertThat(lab.deliver(lab.alice, CheckpointLab.answer(WEB, ALICE))).isFalse();
        assertThat(lab.flows()).isEmpty();
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: a silent flow ends within a second of its validity, however many others there are")
    void aSilentFlowEndsWithItsValidity() {
        CheckpointLab crowd = new CheckpointLab(16_384);
        crowd.policy.resource("web", "10.0.1.0/24", "443").resource("dns", "10.0.2.0/24", "53");
        crowd.policy.allow("dns", "dns", "alice");
        crowd.policy.allowWhile("some", "web", "alice", "", NOON.plusSeconds(10).toString(), "");
        crowd.enforce();
        for (int port = 1024; port < 9216; port++) {
            crowd.send(crowd.alice, IpPacket.udp("10.66.0.2:" + port, "10.0.2.1:53"));
        }
        crowd.connect(crowd.alice, ALICE, WEB);
        crowd.advance(Duration.ofSeconds(10));
        assertThat(crowd.events(CheckpointEvent.FlowClosed.class)).isEmpty();
        crowd.advance(Duration.ofSeconds(1));
        assertThat(crowd.events(CheckpointEvent.FlowClosed.class)).hasSize(1);
        assertThat(crowd.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.VALIDITY_ENDED);
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: a revoked grant ends a live flow on its next packet, with a reset to both ends")
    void revocationBitesOnTheNextPacket() {
        lab.policy.resource("web", "10.0.1.0/24", "443").allow("some", "web", "alice");
        lab.enforce();
        lab.connect(lab.alice, ALICE, WEB);
        lab.policy.revoke("some");
        lab.enforce();
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.REVOKED);
        assertBothReset();
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: a revoked grant ends a silent flow at the next deadline, which is now")
    void revocationEndsSilentFlows() {
        lab.policy.resource("web", "10.0.1.0/24", "443").allow("some", "web", "alice");
        lab.enforce();
        lab.connect(lab.alice, ALICE, WEB);
        lab.policy.revoke("some");
        lab.enforce();
        assertThat(lab.checkpoint.nextDeadlineNanos()).isLessThanOrEqualTo(lab.nowNanos);
        lab.checkpoint.onTimeout(lab.nowNanos);
        assertThat(lab.flows()).isEmpty();
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.REVOKED);
        assertBothReset();
    }

    /// What each end expects next is the sequence number of its reset: another would only be challenged.
    private void assertBothReset() {
        assertThat(lab.replies).hasSize(1);
        assertThat(lab.toTarget).hasSize(1);
        assertReset(lab.replies.getFirst().packet(), 443, 40_000, 5001);
        assertReset(lab.toTarget.getFirst().packet(), 40_000, 443, 1001);
    }

    private static void assertReset(MemorySegment packet, int fromPort, int toPort, int sequence) {
        Packet read = CheckpointLab.read(packet);
        assertThat(read.tcpFlags() & TcpView.RST).isNotZero();
        assertThat(read.sourcePort()).isEqualTo(fromPort);
        assertThat(read.destinationPort()).isEqualTo(toPort);
        assertThat(read.tcpSequence()).isEqualTo(sequence);
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: a policy that still allows a flow leaves it alone, under the grant that now decides")
    void aWiderGrantKeepsFlows() {
        lab.policy.resource("web", "10.0.1.5/32", "443").allow("some", "web", "alice");
        lab.enforce();
        lab.connect(lab.alice, ALICE, WEB);
        lab.policy
                .resource("all", "10.0.0.0/16", "*")
                .allow("more", "all", "alice")
                .revoke("some");
        lab.enforce();
        lab.advance(Duration.ofSeconds(3));
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.PASS);
        assertThat(lab.flows())
                .singleElement()
                .satisfies(flow -> assertThat(flow.grant()).hasToString("more"));
        assertThat(lab.events(CheckpointEvent.FlowClosed.class)).isEmpty();
    }

    @Test
    @Tag("R05")
    @DisplayName("R05: with the second factor on the first packet waits, with it off it passes")
    void theSecondFactorIsByGrant() {
        lab.policy
                .resource("web", "10.0.1.0/24", "443")
                .resource("dns", "10.0.2.0/24", "53")
                .ask("some", "web", "alice")
                .allow("names", "dns", "alice");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.udp(ALICE, "10.0.2.1:53"))).isEqualTo(Passage.PASS);
        assertThat(lab.challenges()).isEmpty();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.challenges()).hasSize(1);
    }

    @Test
    @Tag("R07")
    @DisplayName("R07: a deny grant to a role beats an allow grant to the user, also for live flows")
    void denyWins() {
        lab.policy.resource("web", "10.0.1.0/24", "443").resource("host", "10.0.1.5", "443");
        lab.policy.allow("some", "host", "alice");
        lab.enforce();
        lab.connect(lab.alice, ALICE, WEB);
        lab.policy.deny("not-staff", "web", "role:staff");
        lab.enforce();
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, IpPacket.syn("10.66.0.2:40001", WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.denials(Denial.DENY_GRANT)).isEqualTo(2);
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: a clock set back does not prolong a grant, one set forward ends it")
    void noClockProlongsAGrant() {
        lab.policy.resource("web", "10.0.1.0/24", "443");
        lab.policy.allowWhile("some", "web", "alice", "", NOON.plusSeconds(60).toString(), "");
        lab.enforce();
        lab.connect(lab.alice, ALICE, WEB);
        lab.nowNanos += Duration.ofSeconds(30).toNanos();
        lab.clock(NOON.minusSeconds(3600));
        lab.nowNanos += Duration.ofSeconds(29).toNanos();
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.PASS);
        lab.nowNanos += Duration.ofSeconds(1).toNanos();
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.STOP);

        CheckpointLab other = new CheckpointLab();
        other.policy.resource("web", "10.0.1.0/24", "443");
        other.policy.allowWhile("some", "web", "alice", "", NOON.plusSeconds(60).toString(), "");
        other.enforce();
        other.connect(other.alice, ALICE, WEB);
        other.clock(NOON.plusSeconds(3600));
        assertThat(other.send(other.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.STOP);
    }
}
