package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.testkit.IpPacket;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Nobody gets another's device locked by ending what it still answers: an ended connection keeps its place for a
/// while.
///
/// Alice may reach Bob's port 443 until ten past twelve. Bob's laptop has been here for six minutes: what it sends out
/// of the blue counts.
@Tag("T28")
class LateAnswerTest {
    private static final String BOBS_SERVER = "10.66.0.3:443";
    private static final int FLOWS = 30;

    private final CheckpointLab lab = new CheckpointLab();

    @BeforeEach
    void openBobsServer() {
        lab.policy
                .resource("server", "10.66.0.3", "443")
                .allowWhile("calls", "server", "alice", "", "", "Mon 12:00-12:10 UTC");
        lab.enforce();
        lab.send(lab.bob, IpPacket.ping("10.66.0.3:1", "10.0.0.1"));
        lab.send(lab.alice, IpPacket.ping("10.66.0.2:1", "10.0.0.1"));
        lab.advance(Duration.ofMinutes(6));
    }

    @Test
    @DisplayName("T28: a peer that opens and resets at once gets no device locked that answers it")
    void answersToWhoHasHungUpAreNoScan() {
        for (int n = 0; n < FLOWS; n++) {
            hangUp(caller(n));
            assertThat(lab.send(lab.bob, synAck(caller(n)))).isEqualTo(Passage.STOP);
            assertThat(lab.send(lab.bob, dataOfBob(caller(n)))).isEqualTo(Passage.STOP);
        }
        assertThat(lab.isLocked(lab.bob)).isFalse();
        assertThat(lab.denials(Denial.OUT_OF_STATE)).isEqualTo(2 * FLOWS);
        assertThat(lab.report(lab.bob).refusedPackets()).as("but for the ping").isEqualTo(1);
    }

    static Stream<Arguments> protocols() {
        return Stream.of(
                packets("TCP", CheckpointLab::answer, CheckpointLab::data),
                packets("UDP", IpPacket::udp, IpPacket::udp));
    }

    private static Arguments packets(
            String name, BiFunction<String, String, IpPacket> ofBob, BiFunction<String, String, IpPacket> ofAlice) {
        return Arguments.of(name, ofBob, ofAlice);
    }

    @ParameterizedTest(name = "T28: {0}: what a device still sends in flows whose grant has ended is no scan of its")
    @MethodSource("protocols")
    void theEndOfAGrantLocksNobody(
            String name, BiFunction<String, String, IpPacket> ofBob, BiFunction<String, String, IpPacket> ofAlice) {
        for (int n = 0; n < FLOWS; n++) {
            if (name.equals("TCP")) {
                connect(caller(n));
            } else {
                assertThat(lab.relay(lab.alice, lab.bob, IpPacket.udp(caller(n), BOBS_SERVER)))
                        .isTrue();
                assertThat(lab.relay(lab.bob, lab.alice, IpPacket.udp(BOBS_SERVER, caller(n))))
                        .isTrue();
            }
        }
        assertThat(lab.flows()).hasSize(2 * FLOWS);
        for (int i = 0; i < 24; i++) { // until the end of the grant
            lab.advance(Duration.ofSeconds(10));
            keepAlive(ofAlice, ofBob);
        }
        lab.advance(Duration.ofSeconds(2));
        assertThat(lab.flows()).isEmpty();
        assertThat(lab.events(CheckpointEvent.FlowClosed.class))
                .hasSize(2 * FLOWS)
                .allMatch(closed -> closed.reason() == CloseReason.VALIDITY_ENDED);
        for (int n = 0; n < FLOWS; n++) {
            assertThat(lab.send(lab.bob, ofBob.apply(BOBS_SERVER, caller(n)))).isEqualTo(Passage.STOP);
            assertThat(lab.deliver(lab.alice, ofBob.apply(BOBS_SERVER, caller(n))))
                    .isFalse();
            assertThat(lab.send(lab.alice, ofAlice.apply(caller(n), BOBS_SERVER)))
                    .isEqualTo(Passage.STOP);
            assertThat(lab.deliver(lab.bob, ofAlice.apply(caller(n), BOBS_SERVER)))
                    .isFalse();
        }
        assertThat(lab.isLocked(lab.bob)).isFalse();
        assertThat(lab.isLocked(lab.alice)).isFalse();
        assertThat(lab.events(CheckpointEvent.FlowClosed.class)).hasSize(2 * FLOWS);
    }

    private void keepAlive(BiFunction<String, String, IpPacket> ofAlice, BiFunction<String, String, IpPacket> ofBob) {
        for (int n = 0; n < FLOWS && lab.flows().size() == 2 * FLOWS; n++) {
            lab.relay(lab.alice, lab.bob, ofAlice.apply(caller(n), BOBS_SERVER));
            lab.relay(lab.bob, lab.alice, ofBob.apply(BOBS_SERVER, caller(n)));
        }
    }

    @Test
    @DisplayName(
            "T28: datagrams that a device still sends when its grant has ended count half a minute later, not before")
    void datagramsBehindTheEndOfAGrant() {
        lab.policy.resource("voice", "10.0.4.0/24", "443").allow("voice", "voice", "alice");
        lab.enforce();
        for (int n = 1; n <= FLOWS; n++) {
            assertThat(lab.send(lab.alice, call(n))).isEqualTo(Passage.PASS);
            assertThat(lab.deliver(lab.alice, IpPacket.udp("10.0.4." + n + ":443", ALICE)))
                    .isTrue();
        }
        lab.policy.revoke("voice");
        lab.enforce();
        lab.advance(Duration.ofSeconds(1));
        for (int second = 1; second < 29; second++) {
            lab.advance(Duration.ofSeconds(1));
            callAll();
        }
        assertThat(lab.isLocked(lab.alice)).isFalse();
        lab.advance(Duration.ofSeconds(3));
        callAll();
        assertThat(lab.isLocked(lab.alice)).isTrue();
    }

    private void callAll() {
        for (int n = 1; n <= FLOWS; n++) {
            assertThat(lab.send(lab.alice, call(n))).isEqualTo(Passage.STOP);
        }
    }

    private static IpPacket call(int host) {
        return IpPacket.udp(ALICE, "10.0.4." + host + ":443");
    }

    @Test
    @DisplayName("T28: whoever opened a connection that has ended may begin anew on the same ports, the other side not")
    void theOpenerMayBeginAnew() {
        hangUp(ALICE);
        assertThat(lab.deliver(lab.alice, IpPacket.syn(BOBS_SERVER, ALICE))).isFalse();
        assertThat(lab.send(lab.bob, IpPacket.syn(BOBS_SERVER, ALICE))).isEqualTo(Passage.STOP);
        assertThat(lab.flows()).isEmpty();
        connect(ALICE);
        assertThat(lab.flows()).hasSize(2);
        assertThat(lab.events(CheckpointEvent.FlowOpened.class)).hasSize(4);
        assertThat(lab.events(CheckpointEvent.FlowClosed.class)).hasSize(2);
    }

    @Test
    @DisplayName("T28: an ended connection is no flow: not listed, not counted, recorded once, and soon forgotten")
    void whatHasEndedIsNoFlow() {
        hangUp(ALICE);
        assertThat(lab.flows()).isEmpty();
        assertThat(lab.checkpoint.flowCount()).isZero();
        assertThat(lab.report(lab.alice).flows()).isZero();
        assertThat(lab.report(lab.bob).flows()).isZero();
        lab.advance(Duration.ofNanos(Limits.TCP_OVER_NANOS).minusSeconds(1));
        lab.send(lab.bob, dataOfBob(ALICE));
        assertThat(lab.denials(Denial.NO_GRANT)).as("the pings").isEqualTo(2);
        lab.advance(Duration.ofSeconds(3));
        lab.send(lab.bob, dataOfBob(ALICE));
        assertThat(lab.denials(Denial.NO_GRANT))
                .as("nobody talks on in a place")
                .isEqualTo(3);
        lab.checkpoint.close(lab.nowNanos);
        assertThat(lab.events(CheckpointEvent.FlowClosed.class)).hasSize(2);
        assertThat(lab.checkpoint.nextDeadlineNanos())
                .as("there is nothing to watch")
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @Tag("N17")
    @DisplayName("N17: the stop of the data plane records what has ended no second time")
    void theStopRecordsWhatHasEndedNoSecondTime() {
        hangUp(ALICE);
        lab.checkpoint.close(lab.nowNanos);
        assertThat(lab.events(CheckpointEvent.FlowClosed.class)).hasSize(2);
    }

    private static String caller(int number) {
        return "10.66.0.2:" + (50_000 + number);
    }

    /// A connection that its opener resets before the answer is there.
    private void hangUp(String from) {
        assertThat(lab.relay(lab.alice, lab.bob, IpPacket.syn(from, BOBS_SERVER)))
                .isTrue();
        IpPacket reset = IpPacket.tcp(from, BOBS_SERVER, IpPacket.RST).sequence(1001, 0);
        assertThat(lab.relay(lab.alice, lab.bob, reset)).isTrue();
    }

    private void connect(String from) {
        assertThat(lab.relay(lab.alice, lab.bob, IpPacket.syn(from, BOBS_SERVER)))
                .isTrue();
        assertThat(lab.relay(lab.bob, lab.alice, synAck(from))).isTrue();
        assertThat(lab.relay(lab.alice, lab.bob, CheckpointLab.data(from, BOBS_SERVER)))
                .isTrue();
    }

    private static IpPacket synAck(String to) {
        return IpPacket.tcp(BOBS_SERVER, to, IpPacket.SYN | IpPacket.ACK).sequence(5000, 1001);
    }

    private static IpPacket dataOfBob(String to) {
        return CheckpointLab.answer(BOBS_SERVER, to);
    }
}
