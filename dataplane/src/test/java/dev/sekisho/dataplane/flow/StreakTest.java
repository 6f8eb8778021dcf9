package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.IpPacket;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Packets of one flow at one time: the second rests on what was decided for the first, and on nothing that has
/// changed since.
@Tag("T22")
class StreakTest {
    private static final String DB = "10.0.1.5:5432";

    private final CheckpointLab lab = new CheckpointLab();

    @BeforeEach
    void beginAStreak() {
        lab.policy.resource("db", "10.0.1.0/24", "5432").allow("dba", "db", "alice");
        lab.enforce();
        lab.connect(lab.alice, ALICE, DB);
        assertThat(lab.send(lab.alice, data(10))).isEqualTo(Passage.PASS);
    }

    private static IpPacket data(int payloadBytes) {
        return CheckpointLab.data(ALICE, DB).payload(payloadBytes);
    }

    @Test
    void everyPacketIsCounted() {
        assertThat(lab.send(lab.alice, data(20))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, data(30))).isEqualTo(Passage.PASS);
        lab.send(lab.alice, IpPacket.tcp(ALICE, DB, IpPacket.RST).sequence(1001, 0));
        FlowTraffic traffic = lab.last(CheckpointEvent.FlowClosed.class).traffic();
        assertThat(traffic.packetsToTarget()).isEqualTo(6); // SYN, ACK, three of data, RST
        assertThat(traffic.bytesToTarget()).isEqualTo(6 * 40 + 10 + 20 + 30);
    }

    @Test
    void revocationAtTheSameMomentBites() {
        lab.policy.revoke("dba");
        lab.enforce();
        assertThat(lab.send(lab.alice, data(10))).isEqualTo(Passage.STOP);
    }

    @Test
    void aLockAtTheSameMomentBites() {
        lab.checkpoint.lock(lab.nowNanos, CheckpointLab.id("alice-laptop"));
        assertThat(lab.send(lab.alice, data(10))).isEqualTo(Passage.STOP);
    }

    @Test
    void aResetOfTheTargetAtTheSameMomentBites() {
        assertThat(lab.deliver(lab.alice, IpPacket.tcp(DB, ALICE, IpPacket.RST).sequence(5001, 0)))
                .isTrue();
        assertThat(lab.send(lab.alice, data(10))).isEqualTo(Passage.STOP);
    }

    @Test
    void theDevicesOwnResetEndsIt() {
        assertThat(lab.send(lab.alice, IpPacket.tcp(ALICE, DB, IpPacket.RST).sequence(1001, 0)))
                .isEqualTo(Passage.PASS);
        assertThat(lab.events(CheckpointEvent.FlowClosed.class)).hasSize(1);
        assertThat(lab.send(lab.alice, data(10))).isEqualTo(Passage.STOP);
    }

    @Test
    void whatIsWrongInItselfIsStillSeen() {
        for (IpPacket odd : List.of(
                data(10).hops(0),
                data(10).brokenChecksum(),
                data(10).options(131, 7, 4, 10, 0, 9, 1, 0),
                IpPacket.tcp(ALICE, DB, IpPacket.SYN | IpPacket.FIN).sequence(1001, 5001),
                IpPacket.tcp(ALICE, DB, 0).sequence(1001, 5001))) {
            assertThat(lab.send(lab.alice, data(10))).isEqualTo(Passage.PASS);
            assertThat(lab.send(lab.alice, odd)).isEqualTo(Passage.STOP);
        }
    }

    @Test
    void anotherPortOrTargetIsAnotherFlow() {
        assertThat(lab.send(lab.alice, CheckpointLab.data("10.66.0.2:40001", DB)))
                .isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, data(10))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, "10.0.1.6:5432")))
                .isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, data(10))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, "10.0.1.5:5433")))
                .isEqualTo(Passage.STOP);
    }
}
