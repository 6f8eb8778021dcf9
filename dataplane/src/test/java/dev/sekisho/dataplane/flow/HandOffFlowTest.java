package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.IpPacket;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.UserId;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Flows that go to a proxy instead of their target.
@Tag("M07")
class HandOffFlowTest {
    private static final String DB = "10.0.1.5:5432";

    private final CheckpointLab lab = new CheckpointLab();

    @BeforeEach
    void handOffTheDatabase() {
        lab.policy
                .resource("db", "10.0.1.0/24", "5432,80")
                .allow("dba", "db", "alice")
                .handOff("db", "5432");
        lab.enforce();
    }

    @Test
    @DisplayName(
            "M07: TCP to a handed-off port goes to the proxy, from its first packet to its last; the rest does not")
    void tcpGoesToTheProxy() {
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, DB))).isEqualTo(Passage.HAND_OFF);
        assertThat(lab.deliver(
                        lab.alice,
                        IpPacket.tcp(DB, ALICE, IpPacket.SYN | IpPacket.ACK).sequence(5000, 1001)))
                .isTrue();
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, DB))).isEqualTo(Passage.HAND_OFF);
        assertThat(lab.send(lab.alice, IpPacket.udp(ALICE, DB))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.1.5:80"))).isEqualTo(Passage.PASS);
        assertThat(lab.events(CheckpointEvent.FlowOpened.class))
                .extracting(CheckpointEvent.FlowOpened::handedOff)
                .containsExactly(true, false, false);
    }

    @Test
    @DisplayName("M07: the proxy learns device, user and grant of a connection, and two targets of one port apart")
    void theProxyLearnsWhoItIs() {
        lab.connect(lab.alice, ALICE, DB);
        lab.connect(lab.alice, ALICE, "10.0.1.6:5432");
        FlowStatus origin = Objects.requireNonNull(origin("10.66.0.2", 40_000, "10.0.1.5", 5432));

        assertThat(origin.user()).isEqualTo(new UserId("alice"));
        assertThat(origin.device()).isEqualTo(CheckpointLab.id("alice-laptop"));
        assertThat(origin.grant()).isEqualTo(new GrantId("dba"));
        assertThat(origin.tuple()).hasToString("10.66.0.2:40000 > 10.0.1.5:5432/tcp");
        FlowStatus other = Objects.requireNonNull(origin("10.66.0.2", 40_000, "10.0.1.6", 5432));

        assertThat(other.tuple()).hasToString("10.66.0.2:40000 > 10.0.1.6:5432/tcp");
        assertThat(origin("10.66.0.2", 40_001, "10.0.1.5", 5432)).isNull();
        assertThat(origin("10.66.0.3", 40_000, "10.0.1.5", 5432)).isNull();
        lab.connect(lab.alice, ALICE, "10.0.1.5:80");
        assertThat(origin("10.66.0.2", 40_000, "10.0.1.5", 80))
                .as("not handed off")
                .isNull();
    }

    @Test
    @DisplayName("M07: handed off or not is settled when a flow opens: a change ends it, at the end where it is")
    void aChangeOfHandOffEndsTheFlow() {
        lab.connect(lab.alice, ALICE, DB);
        lab.policy.noHandOffs();
        lab.enforce();
        assertThat(lab.send(lab.alice, CheckpointLab.data(ALICE, DB))).isEqualTo(Passage.STOP);
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.REVOKED);
        assertThat(lab.toTarget)
                .singleElement()
                .satisfies(reset -> assertThat(reset.handedOff()).isTrue());
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, DB))).isEqualTo(Passage.PASS);
        lab.policy.handOff("db", "5432");
        lab.enforce();
        lab.checkpoint.onTimeout(lab.nowNanos);
        assertThat(lab.flows()).isEmpty();
        assertThat(lab.toTarget.getLast().handedOff()).isFalse();
    }

    @Test
    @DisplayName("M07: a held first packet is released to the proxy")
    void aHeldPacketIsReleasedToTheProxy() {
        lab.policy.ask("dba", "db", "alice");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, DB))).isEqualTo(Passage.STOP);
        lab.answer(true);
        assertThat(lab.released)
                .singleElement()
                .satisfies(packet -> assertThat(packet.passage()).isEqualTo(Passage.HAND_OFF));
    }

    @Test
    @Tag("M07")
    @DisplayName("M07: a connection that has ended has no origin any more, so that a late proxy serves nobody")
    void anEndedConnectionHasNoOrigin() {
        lab.policy
                .resource("db", "10.0.1.0/24", "5432")
                .allow("dba", "db", "alice")
                .handOff("db", "5432");
        lab.enforce();
        lab.connect(lab.alice, ALICE, DB);
        assertThat(origin("10.66.0.2", 40_000, "10.0.1.5", 5432)).isNotNull();
        lab.policy.revoke("dba");
        lab.enforce();
        lab.advance(Duration.ofMillis(100));
        assertThat(lab.last(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.REVOKED);
        assertThat(origin("10.66.0.2", 40_000, "10.0.1.5", 5432)).isNull();
    }

    private @Nullable FlowStatus origin(String device, int devicePort, String target, int targetPort) {
        Cidr from = Cidr.parse(device);
        Cidr to = Cidr.parse(target);
        return lab.checkpoint.origin(from.high(), from.low(), devicePort, to.high(), to.low(), targetPort);
    }
}
