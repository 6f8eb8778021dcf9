package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE6;
import static dev.sekisho.dataplane.flow.CheckpointLab.BOB;
import static dev.sekisho.dataplane.flow.CheckpointLab.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.IpPacket;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is recorded of flows, and that nothing passes of which nothing is.
class CheckpointRecordsTest {
    private static final String DB = "10.0.1.5:5432";

    private final CheckpointLab lab = new CheckpointLab();

    @Test
    @Tag("N17")
    @DisplayName("N17: a flow's record has user, device, tuple, grant, start, end, bytes and packets")
    void aFlowIsRecordedFromStartToEnd() {
        lab.policy.resource("db", "10.0.1.0/24", "5432").allow("dba", "db", "role:staff");
        lab.enforce();
        lab.connect(lab.alice, ALICE, DB); // 40 + 40 bytes there, 40 back
        lab.advance(Duration.ofSeconds(5));
        lab.send(lab.alice, CheckpointLab.data(ALICE, DB).payload(100));
        lab.deliver(lab.alice, CheckpointLab.answer(DB, ALICE).payload(1000));
        lab.deliver(lab.alice, IpPacket.tcp(DB, ALICE, IpPacket.RST).sequence(5001, 0));

        var opened = lab.last(CheckpointEvent.FlowOpened.class);
        assertThat(opened.epochMillis()).isEqualTo(NOON.toEpochMilli());
        assertThat(opened.fromDevice()).isTrue();
        var closed = lab.last(CheckpointEvent.FlowClosed.class);
        assertThat(closed.flowId()).isEqualTo(opened.flowId());
        assertThat(closed.user()).isEqualTo(new UserId("alice"));
        assertThat(closed.device()).isEqualTo(CheckpointLab.id("alice-laptop"));
        assertThat(closed.tuple()).hasToString("10.66.0.2:40000 > 10.0.1.5:5432/tcp");
        assertThat(closed.grant()).isEqualTo(new GrantId("dba"));
        assertThat(closed.resource()).isEqualTo(new ResourceId("db"));
        assertThat(closed.startedEpochMillis()).isEqualTo(NOON.toEpochMilli());
        assertThat(closed.epochMillis()).isEqualTo(NOON.toEpochMilli() + 5000);
        assertThat(closed.traffic()).isEqualTo(new FlowTraffic(220, 3, 1120, 3));
        assertThat(closed.reason()).isEqualTo(CloseReason.RESET);
        assertThat(closed.handedOff()).isFalse();
    }

    @Test
    @Tag("N17")
    @DisplayName("N17: a refused packet is recorded with its reason and the grant that forbids it")
    void aRefusalIsRecorded() {
        lab.policy.resource("db", "10.0.1.0/24", "5432").deny("never", "db", "alice");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, DB))).isEqualTo(Passage.STOP);
        var denied = lab.last(CheckpointEvent.FlowDenied.class);
        assertThat(denied.reason()).isEqualTo(Denial.DENY_GRANT);
        assertThat(denied.grant()).isEqualTo(new GrantId("never"));
        assertThat(denied.user()).isEqualTo(new UserId("alice"));
        assertThat(denied.tuple()).hasToString("10.66.0.2:40000 > 10.0.1.5:5432/tcp");
    }

    @Test
    @Tag("N17")
    @DisplayName("N17: a connection that both sides finished is recorded as finished")
    void aFinishedConnectionIsRecordedAsSuch() {
        lab.policy.resource("db", "10.0.1.0/24", "5432").allow("dba", "db", "alice");
        lab.enforce();
        lab.connect(lab.alice, ALICE, DB);
        int fin = IpPacket.FIN | IpPacket.ACK;
        lab.send(lab.alice, IpPacket.tcp(ALICE, DB, fin).sequence(1001, 5001));
        lab.deliver(lab.alice, IpPacket.tcp(DB, ALICE, fin).sequence(5001, 1002));
        lab.send(lab.alice, IpPacket.tcp(ALICE, DB, IpPacket.ACK).sequence(1002, 5002));
        lab.advance(Duration.ofSeconds(60));
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.FINISHED);
        assertThat(lab.flows()).isEmpty();
    }

    @Test
    @Tag("N18")
    @DisplayName("N18: without a grant nothing passes, in neither direction, for known and unknown devices")
    void nothingPassesByDefault() {
        lab.policy.resource("db", "10.0.1.0/24", "5432").allow("dba", "db", "alice");
        lab.enforce();
        var stranger = lab.peer("10.66.0.9");
        assertThat(lab.send(lab.bob, IpPacket.syn(BOB, DB))).isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.1.5:5433"))).isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.2.5:5432"))).isEqualTo(Passage.STOP);
        assertThat(lab.send(stranger, IpPacket.syn("10.66.0.9:1", DB))).isEqualTo(Passage.STOP);
        assertThat(lab.deliver(lab.alice, IpPacket.syn(DB, ALICE))).isFalse();
        assertThat(lab.deliver(lab.alice, IpPacket.udp(DB, ALICE))).isFalse();
        assertThat(lab.flows()).isEmpty();
        assertThat(lab.denials(Denial.NO_GRANT)).isEqualTo(5);
        assertThat(lab.denials(Denial.UNKNOWN_USER)).isEqualTo(1);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, DB))).isEqualTo(Passage.PASS);
    }

    @Test
    @Tag("N18")
    @DisplayName("N18: before the first policy nothing passes")
    void nothingPassesBeforeThereIsAPolicy() {
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, DB))).isEqualTo(Passage.STOP);
        assertThat(lab.deliver(lab.alice, IpPacket.syn(DB, ALICE))).isFalse();
        assertThat(lab.denials(Denial.UNKNOWN_USER)).isEqualTo(2);
    }

    @Test
    @Tag("N18")
    @DisplayName("N18: packets and bytes are counted per device")
    void trafficIsCountedPerDevice() {
        lab.policy.resource("db", "10.0.1.0/24", "5432").allow("dba", "db", "alice");
        lab.enforce();
        lab.connect(lab.alice, ALICE, DB);
        lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.9.9:1"));
        DeviceReport report = lab.report(lab.alice);
        assertThat(report.passedPackets()).isEqualTo(2);
        assertThat(report.passedBytes()).isEqualTo(80);
        assertThat(report.refusedPackets()).isEqualTo(1);
        assertThat(report.flows()).isEqualTo(1);
        assertThat(lab.report(lab.bob).passedPackets()).isZero();
    }

    @Test
    @Tag("N19")
    @DisplayName("N19: IPv6 flows go by the same rules")
    void ipv6GoesByTheSameRules() {
        lab.policy.resource("db", "2001:db8:1::/48", "5432,0").allow("dba", "db", "alice");
        lab.enforce();
        String db6 = "[2001:db8:1::5]:5432";
        lab.connect(lab.alice, ALICE6, db6);
        assertThat(lab.last(CheckpointEvent.FlowOpened.class).tuple())
                .hasToString("[fd66::2]:40000 > [2001:db8:1::5]:5432/tcp");
        assertThat(lab.send(lab.alice, IpPacket.ping("[fd66::2]:7", "2001:db8:1::5")))
                .isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE6, "[2001:db8:1::5]:5433")))
                .isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE6, "[2001:db8:2::5]:5432")))
                .isEqualTo(Passage.STOP);
    }

    @Test
    @Tag("N17")
    @DisplayName("N17: when nobody takes events no flow opens, and what ends is told later")
    void nothingNewHappensUnrecorded() {
        lab.policy.resource("db", "10.0.1.0/24", "5432").allow("dba", "db", "alice");
        lab.enforce();
        lab.connect(lab.alice, ALICE, DB);
        lab.room = 0;
        assertThat(lab.send(lab.alice, IpPacket.syn("10.66.0.2:40001", DB))).isEqualTo(Passage.STOP);
        assertThat(lab.denials(Denial.AUDIT_BACKPRESSURE)).isEqualTo(1);
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, DB))).isEqualTo(Passage.PASS);
        assertThat(lab.checkpoint.lock(lab.nowNanos, CheckpointLab.id("alice-laptop")))
                .isTrue();
        assertThat(lab.events(CheckpointEvent.DeviceLocked.class)).isEmpty();
        lab.room = 100;
        lab.advance(Duration.ofMillis(100));
        assertThat(lab.last(CheckpointEvent.DeviceLocked.class).reason()).isEqualTo(LockReason.ADMIN);
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.DEVICE_LOCKED);
        assertThat(lab.checkpoint.lostEvents()).as("the refusal above").isEqualTo(1);
    }

    @Test
    @Tag("N17")
    @DisplayName("N17: a challenge that cannot be recorded is not opened, and its packet does not wait")
    void noChallengeWithoutRecord() {
        lab.policy.resource("db", "10.0.1.0/24", "5432").ask("dba", "db", "alice");
        lab.enforce();
        lab.room = 0;
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, DB))).isEqualTo(Passage.STOP);
        assertThat(lab.denials(Denial.AUDIT_BACKPRESSURE)).isEqualTo(1);
        assertThat(lab.checkpoint.challenges(lab.nowNanos)).isEmpty();
    }

    @Test
    @Tag("N17")
    @DisplayName("N17: a device that gets another owner ends its flows under the name of the first")
    void anotherOwnerInheritsNothing() {
        lab.policy
                .resource("db", "10.0.1.0/24", "5432")
                .ask("alices", "db", "alice")
                .ask("bobs", "db", "bob");
        lab.enforce();
        lab.send(lab.alice, IpPacket.syn(ALICE, DB));
        lab.answer(true);
        assertThat(lab.flows()).hasSize(1);
        lab.bind(lab.alice, "alice-laptop", "bob");
        lab.enforce();
        var closed = lab.last(CheckpointEvent.FlowClosed.class);
        assertThat(closed.user()).isEqualTo(new UserId("alice"));
        assertThat(closed.reason()).isEqualTo(CloseReason.REVOKED);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, DB)))
                .as("Bob has approved nothing")
                .isEqualTo(Passage.STOP);
        assertThat(Objects.requireNonNull(lab.challenges().getLast().user())).isEqualTo(new UserId("bob"));
    }

    @Test
    @Tag("N17")
    @DisplayName("N17: an address that moves to another device takes no flow and no second factor along")
    void anAddressThatMovesTakesNothingAlong() {
        lab.policy.resource("db", "10.0.1.0/24", "5432").ask("dba", "db", "alice");
        lab.enforce();
        lab.send(lab.alice, IpPacket.syn(ALICE, DB));
        lab.answer(true);
        lab.move(lab.alice, lab.bob);
        assertThat(lab.send(lab.bob, CheckpointLab.data(ALICE, DB))).isEqualTo(Passage.STOP);
        assertThat(lab.deliver(
                        lab.bob,
                        IpPacket.tcp(DB, ALICE, IpPacket.SYN | IpPacket.ACK).sequence(5000, 1001)))
                .isFalse();
    }

    @Test
    @Tag("N17")
    @DisplayName("N17: a packet that waited while its address moved to another device is released to nobody")
    void whatWaitedForAMovedAddressIsNotReleased() {
        lab.policy.resource("db", "10.0.1.0/24", "5432").ask("dba", "db", "alice");
        lab.enforce();
        lab.send(lab.alice, IpPacket.syn(ALICE, DB));
        lab.move(lab.alice, lab.bob);
        lab.answer(true);
        assertThat(lab.released).isEmpty();
        assertThat(lab.flows()).isEmpty();
    }

    @Test
    @Tag("N17")
    @DisplayName("N17: what the former owner of an address may reach is judged again when the address moves")
    void flowsTowardsADeviceGoByTheOwnerOfTheAddress() {
        lab.policy.resource("server", "10.66.0.3", "443").allow("calls", "server", "alice");
        lab.enforce();
        assertThat(lab.deliver(lab.bob, IpPacket.syn(ALICE, "10.66.0.3:443"))).isTrue();
        assertThat(lab.deliver(lab.bob, CheckpointLab.data(ALICE, "10.66.0.3:443")))
                .isTrue();
        lab.move(lab.alice, lab.device("carols-laptop", "carol", "10.66.0.4"));
        assertThat(lab.deliver(lab.bob, CheckpointLab.data(ALICE, "10.66.0.3:443")))
                .isFalse();
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.REVOKED);
        assertThat(lab.flows()).isEmpty();
    }

    @Test
    @Tag("N17")
    @DisplayName("N17: a super-packet counts as its segments, in packets and in bytes, also when it opens the flow")
    void superPacketsCountAsTheirSegments() {
        lab.policy
                .resource("db", "10.0.1.0/24", "5432")
                .resource("laptop", "10.66.0.2", "4500")
                .allow("dba", "db", "alice")
                .allow("net", "laptop", "net:10.0.1.0/24");
        lab.enforce();
        lab.connect(lab.alice, ALICE, DB); // 40 bytes in one packet to the device
        assertThat(lab.deliverSuper(lab.alice, CheckpointLab.answer(DB, ALICE).payload(2500), 1000))
                .isTrue();
        assertThat(lab.flows())
                .singleElement()
                .satisfies(flow -> assertThat(flow.traffic()).isEqualTo(new FlowTraffic(80, 2, 40 + 3 * 40 + 2500, 4)));
        IpPacket opening = IpPacket.udp("10.0.1.5:4500", "10.66.0.2:4500").payload(2500);
        assertThat(lab.deliverSuper(lab.alice, opening, 1000)).isTrue();
        lab.checkpoint.close(lab.nowNanos);
        assertThat(lab.events(CheckpointEvent.FlowClosed.class))
                .filteredOn(closed -> closed.tuple().protocol() == IpPacket.UDP)
                .singleElement()
                .satisfies(closed -> assertThat(closed.traffic()).isEqualTo(new FlowTraffic(0, 0, 3 * 28 + 2500, 3)));
    }
}
