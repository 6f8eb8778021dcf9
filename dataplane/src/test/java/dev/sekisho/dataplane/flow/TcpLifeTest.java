package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static dev.sekisho.dataplane.flow.CheckpointLab.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.IpPacket;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TCP connections as the checkpoint sees them, idle limits, and the bounds of its tables.
@Tag("T22")
class TcpLifeTest {
    private static final String WEB = "10.0.1.5:443";
    private static final int FIN_ACK = IpPacket.FIN | IpPacket.ACK;

    private final CheckpointLab lab = new CheckpointLab();

    @BeforeEach
    void openAll() {
        lab.scan = ScanRules.of(1000, 1_000_000_000L);
        lab.policy.resource("all", "10.0.0.0/8", "*").allow("a", "all", "alice").allow("b", "all", "bob");
        lab.enforce();
    }

    @ParameterizedTest(name = "T22: TCP flags {0} open no flow, in neither direction")
    @ValueSource(ints = {0, 1, 3, 4, 5, 6, 8, 16, 17, 18, 20, 24, 32, 41, 63})
    void onlyACleanSynOpens(int flags) {
        lab.policy.resource("laptop", "10.66.0.2", "*").allow("n", "laptop", "net:10.0.0.0/8");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.tcp(ALICE, WEB, flags))).isEqualTo(Passage.STOP);
        assertThat(lab.deliver(lab.alice, IpPacket.tcp(WEB, ALICE, flags))).isFalse();
        assertThat(lab.flows()).isEmpty();
    }

    @ParameterizedTest(name = "T22: a reset of the target {0} bytes from what is expected: {1}")
    @CsvSource({"0, RESET", "100000, RESET", "-1, ''", "-100000, ''", "100000000, ''", "2000000000, ''"})
    void aResetMustBeNear(int distance, String reason) {
        lab.connect(lab.alice, ALICE, WEB);
        IpPacket reset = IpPacket.tcp(WEB, ALICE, IpPacket.RST).sequence(5001 + distance, 0);
        assertThat(lab.deliver(lab.alice, reset)).isEqualTo(reason.equals("RESET"));
        assertThat(lab.flows()).hasSize(reason.equals("RESET") ? 0 : 1);
        if (lab.flows().isEmpty()) {
            assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.RESET);
        } else {
            assertThat(lab.denials(Denial.RESET_OUT_OF_WINDOW)).isEqualTo(1);
            assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, WEB))).isEqualTo(Passage.PASS);
        }
    }

    @Test
    @DisplayName("T22: a reset of the device far from what is expected is dropped, too")
    void aStrayResetOfTheDevice() {
        lab.connect(lab.alice, ALICE, WEB);
        assertThat(lab.send(lab.alice, IpPacket.tcp(ALICE, WEB, IpPacket.RST).sequence(0x7000_0000, 0)))
                .isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, IpPacket.tcp(ALICE, WEB, IpPacket.RST).sequence(1001, 0)))
                .isEqualTo(Passage.PASS);
        assertThat(lab.flows()).isEmpty();
    }

    @Test
    @DisplayName("T22: the refusal of a SYN must acknowledge it, also one that was sent anew with another number")
    void aRefusalAcknowledgesTheSyn() {
        int refused = IpPacket.RST | IpPacket.ACK;
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB).sequence(1000, 0));
        assertThat(lab.deliver(lab.alice, IpPacket.tcp(WEB, ALICE, refused).sequence(0, 77)))
                .isFalse();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, WEB).sequence(9000, 0)))
                .isEqualTo(Passage.PASS);
        assertThat(lab.deliver(lab.alice, IpPacket.tcp(WEB, ALICE, refused).sequence(0, 9001)))
                .isTrue();
        assertThat(lab.flows()).isEmpty();
    }

    @Test
    @DisplayName("T22: behind the end of both sides the same ports open a new flow; before it they do not")
    void aFinishedConnectionReopens() {
        lab.connect(lab.alice, ALICE, WEB);
        long first = lab.flows().getFirst().flowId();
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB).sequence(70_000, 0));
        assertThat(lab.flows())
                .singleElement()
                .satisfies(flow -> assertThat(flow.flowId()).isEqualTo(first));
        lab.send(lab.alice, IpPacket.tcp(ALICE, WEB, FIN_ACK).sequence(1001, 5001));
        lab.deliver(lab.alice, IpPacket.tcp(WEB, ALICE, FIN_ACK).sequence(5001, 1002));
        lab.send(lab.alice, IpPacket.tcp(ALICE, WEB, IpPacket.ACK).sequence(1002, 5002));
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, WEB).sequence(90_000, 0)))
                .isEqualTo(Passage.PASS);
        assertThat(lab.flows())
                .singleElement()
                .satisfies(flow -> assertThat(flow.flowId()).isNotEqualTo(first));
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.FINISHED);
    }

    @Test
    @DisplayName("T22: silence ends a half-open connection in 30 s, a UDP flow in 60 s, a connection in 7500 s")
    void silenceEndsFlows() {
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        lab.send(lab.alice, IpPacket.udp(ALICE, "10.0.1.5:53"));
        lab.connect(lab.alice, ALICE, "10.0.1.6:443");
        lab.advance(Duration.ofSeconds(29));
        assertThat(lab.flows()).hasSize(3);
        lab.advance(Duration.ofSeconds(3));
        assertThat(lab.flows()).hasSize(2);
        lab.advance(Duration.ofSeconds(30));
        assertThat(lab.flows()).hasSize(1);
        lab.advance(Duration.ofSeconds(7400));
        assertThat(lab.flows()).hasSize(1);
        lab.advance(Duration.ofSeconds(100));
        assertThat(lab.flows()).isEmpty();
        assertThat(lab.events(CheckpointEvent.FlowClosed.class))
                .extracting(CheckpointEvent.FlowClosed::reason)
                .containsOnly(CloseReason.IDLE);
    }

    @Test
    @DisplayName("T22: a device has at most 1,024 half-open connections; others are not concerned, and each end counts")
    void halfOpenConnectionsAreBounded() {
        CheckpointLab big = big();
        for (int i = 0; i < 1024; i++) {
            assertThat(big.send(big.alice, IpPacket.syn("10.66.0.2:" + (1024 + i), WEB)))
                    .isEqualTo(Passage.PASS);
        }
        assertThat(big.send(big.alice, IpPacket.syn("10.66.0.2:9", WEB))).isEqualTo(Passage.STOP);
        assertThat(big.denials(Denial.HALF_OPEN_LIMIT)).isEqualTo(1);
        assertThat(big.send(big.bob, IpPacket.syn(BOB, WEB))).isEqualTo(Passage.PASS);
        String first = "10.66.0.2:1024";
        big.deliver(
                big.alice, IpPacket.tcp(WEB, first, IpPacket.SYN | IpPacket.ACK).sequence(5000, 1001));
        big.send(big.alice, CheckpointLab.data(first, WEB));
        assertThat(big.send(big.alice, IpPacket.syn("10.66.0.2:9", WEB))).isEqualTo(Passage.PASS);
        assertThat(big.send(big.alice, IpPacket.syn("10.66.0.2:10", WEB))).isEqualTo(Passage.STOP);
        big.deliver(
                big.alice,
                IpPacket.tcp(WEB, "10.66.0.2:9", IpPacket.RST | IpPacket.ACK).sequence(0, 1001));
        assertThat(big.send(big.alice, IpPacket.syn("10.66.0.2:10", WEB))).isEqualTo(Passage.PASS);
    }

    @Test
    @Tag("T25")
    @DisplayName("T25: a device that opens 100,000 flows gets 16,384; another still gets all of its own")
    void oneDeviceDoesNotTakeTheTable() {
        CheckpointLab big = big();
        int granted = 0;
        for (int i = 0; i < 100_000; i++) {
            String to = "10." + (1 + i / 50_000) + ".0.1:" + (1 + i % 50_000);
            granted += big.send(big.alice, IpPacket.udp(ALICE, to)) == Passage.PASS ? 1 : 0;
        }
        assertThat(granted).isEqualTo(16_384);
        assertThat(big.denials(Denial.FLOW_LIMIT)).isEqualTo(100_000 - 16_384);
        for (int i = 0; i < 1000; i++) {
            assertThat(big.send(big.bob, IpPacket.syn(BOB, "10.3.0.1:" + (1 + i))))
                    .isEqualTo(Passage.PASS);
        }
    }

    @Test
    @Tag("T25")
    @DisplayName(
            "T25: in a full table a device within its share takes the place of one that has more, which is recorded")
    void aFullTableIsShared() {
        CheckpointLab small = lab(64);
        for (int i = 0; i < 64; i++) {
            small.send(small.alice, IpPacket.udp(ALICE, "10.1.0.1:" + (1 + i)));
        }
        for (int i = 0; i < 31; i++) {
            assertThat(small.send(small.bob, IpPacket.udp(BOB, "10.1.0.1:" + (1 + i))))
                    .isEqualTo(Passage.PASS);
        }
        assertThat(small.flows()).hasSize(64);
        assertThat(small.events(CheckpointEvent.FlowClosed.class))
                .hasSize(31)
                .allSatisfy(closed -> assertThat(closed.reason()).isEqualTo(CloseReason.EVICTED))
                .allSatisfy(closed -> assertThat(closed.device()).isEqualTo(CheckpointLab.id("alice-laptop")));
    }

    private static CheckpointLab big() {
        return lab(1 << 16);
    }

    private static CheckpointLab lab(int flows) {
        CheckpointLab made = new CheckpointLab(flows);
        made.policy
                .resource("all", "10.0.0.0/8", "*")
                .allow("a", "all", "alice")
                .allow("b", "all", "bob");
        return made.enforce();
    }

    @Test
    @DisplayName("T11: a removed device ends at once, and its number brings nothing to the next")
    void aRemovedDeviceLeavesNothing() {
        lab.policy.ask("b", "all", "bob");
        lab.enforce();
        lab.send(lab.bob, IpPacket.syn(BOB, WEB));
        lab.answer(true);
        lab.checkpoint.remove(lab.nowNanos, lab.bob);
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.DEVICE_REMOVED);
        var next = lab.device("new-laptop", "bob", "10.66.0.9");
        lab.enforce();
        assertThat(lab.send(next, IpPacket.syn("10.66.0.9:1", WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.challenges()).hasSize(2);
    }

    @Test
    @DisplayName("N17: at the end of the data plane every flow is recorded")
    void theEndIsRecorded() {
        lab.connect(lab.alice, ALICE, WEB);
        lab.checkpoint.close(lab.nowNanos);
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.SHUTDOWN);
    }

    @Test
    @Tag("T29")
    @DisplayName("T29: in a live flow the side that did not open it asks for no connection of its own")
    void theOtherSideOpensNothingInALiveFlow() {
        lab.policy
                .resource("db", "10.0.1.0/24", "5432")
                .resource("laptop", "10.66.0.2", "22")
                .allow("dba", "db", "alice")
                .allow("admin", "laptop", "net:10.0.1.0/24");
        lab.enforce();
        String db = "10.0.1.5:5432";
        lab.connect(lab.alice, ALICE, db);
        assertThat(lab.deliver(lab.alice, IpPacket.syn(db, ALICE))).isFalse();
        String admin = "10.0.1.5:50000";
        String ssh = "10.66.0.2:22";
        assertThat(lab.deliver(lab.alice, IpPacket.syn(admin, ssh))).isTrue();
        assertThat(lab.send(lab.alice, IpPacket.syn(ssh, admin))).isEqualTo(Passage.STOP);
        assertThat(lab.send(
                        lab.alice,
                        IpPacket.tcp(ssh, admin, IpPacket.SYN | IpPacket.ACK).sequence(5000, 1001)))
                .isEqualTo(Passage.PASS);
        assertThat(lab.deliver(lab.alice, CheckpointLab.answer(db, ALICE))).isTrue();
        assertThat(lab.denials(Denial.OUT_OF_STATE)).isEqualTo(2);
        assertThat(lab.flows()).hasSize(2);
    }

    @Test
    @Tag("T22")
    @DisplayName("T22: talking on behind the end of both sides keeps no connection")
    void talkingOnBehindTheEndKeepsNothing() {
        lab.policy.resource("db", "10.0.1.0/24", "5432").allow("dba", "db", "alice");
        lab.enforce();
        String db = "10.0.1.5:5432";
        lab.connect(lab.alice, ALICE, db);
        int fin = IpPacket.FIN | IpPacket.ACK;
        lab.send(lab.alice, IpPacket.tcp(ALICE, db, fin).sequence(1001, 5001));
        lab.deliver(lab.alice, IpPacket.tcp(db, ALICE, fin).sequence(5001, 1002));
        for (int n = 0; n < 7; n++) {
            lab.advance(Duration.ofSeconds(5));
            lab.send(lab.alice, CheckpointLab.data(ALICE, db));
            lab.deliver(lab.alice, CheckpointLab.answer(db, ALICE));
        }
        assertThat(lab.flows()).isEmpty();
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.FINISHED);
    }
}
