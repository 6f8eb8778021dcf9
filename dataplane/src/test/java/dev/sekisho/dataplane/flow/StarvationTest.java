package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static dev.sekisho.dataplane.flow.CheckpointLab.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.testkit.IpPacket;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What others open towards a device leaves the device room for its own, and who opens too fast harms only itself.
@Tag("T25")
class StarvationTest {
    private static final String WEB = "10.0.1.5:443";

    private final CheckpointLab lab = new CheckpointLab(32_768);

    @BeforeEach
    void openBobToANetwork() {
        lab.policy
                .resource("laptop", "10.66.0.3", "*")
                .resource("web", "10.0.1.0/24", "443")
                .allow("network", "laptop", "net:10.0.8.0/24")
                .allow("web", "web", "role:staff")
                .allow("bobs", "web", "bob");
        lab.enforce();
    }

    @Test
    @DisplayName("T25: 1,024 half-open connections of others leave a device its own")
    void halfOpenConnectionsOfOthers() {
        for (int n = 0; n < Limits.HALF_OPEN_PER_DEVICE; n++) {
            assertThat(lab.deliver(lab.bob, IpPacket.syn(stranger(n), "10.66.0.3:22")))
                    .isTrue();
        }
        assertThat(lab.deliver(lab.bob, IpPacket.syn(stranger(60_000), "10.66.0.3:22")))
                .isFalse();
        assertThat(lab.denials(Denial.HALF_OPEN_LIMIT)).isEqualTo(1);
        lab.connect(lab.bob, BOB, WEB);
        lab.advance(Duration.ofNanos(Limits.TCP_HALF_OPEN_NANOS).plusSeconds(2));
        assertThat(lab.deliver(lab.bob, IpPacket.syn(stranger(60_000), "10.66.0.3:22")))
                .as("when they are gone")
                .isTrue();
    }

    @Test
    @DisplayName("T25: flows of others are bounded apart, so that a device still opens its own")
    void flowsOfOthersAreBoundedApart() {
        for (int n = 0; n < Limits.INBOUND_FLOWS_PER_DEVICE; n++) {
            assertThat(lab.deliver(lab.bob, IpPacket.udp(stranger(n), "10.66.0.3:53")))
                    .isTrue();
        }
        assertThat(lab.deliver(lab.bob, IpPacket.udp(stranger(60_000), "10.66.0.3:53")))
                .isFalse();
        assertThat(lab.denials(Denial.FLOW_LIMIT)).isEqualTo(1);
        for (int n = 0; n < 1000; n++) {
            assertThat(lab.send(lab.bob, IpPacket.udp("10.66.0.3:" + (1024 + n), WEB)))
                    .isEqualTo(Passage.PASS);
        }
        lab.advance(Duration.ofNanos(Limits.UDP_IDLE_NANOS).plusSeconds(2));
        assertThat(lab.deliver(lab.bob, IpPacket.udp(stranger(60_000), "10.66.0.3:53")))
                .as("when they are gone")
                .isTrue();
    }

    @Test
    @DisplayName("T25: what others open and end at once takes no more of a device's room than what they keep open")
    void endedFlowsOfOthersAreBoundedToo() {
        for (int n = 0; n < Limits.FLOWS_PER_DEVICE; n++) {
            lab.deliver(lab.bob, IpPacket.syn(stranger(n), "10.66.0.3:22"));
            lab.deliver(
                    lab.bob,
                    IpPacket.tcp(stranger(n), "10.66.0.3:22", IpPacket.RST).sequence(1001, 0));
        }
        assertThat(lab.events(CheckpointEvent.FlowOpened.class)).hasSize(Limits.INBOUND_FLOWS_PER_DEVICE);
        assertThat(lab.checkpoint.flowCount()).isZero();
        lab.connect(lab.bob, BOB, WEB);
        lab.advance(Duration.ofNanos(Limits.TCP_OVER_NANOS).plusSeconds(2));
        assertThat(lab.deliver(lab.bob, IpPacket.syn(stranger(0), "10.66.0.3:22")))
                .as("when they are forgotten")
                .isTrue();
    }

    @Test
    @DisplayName("T25: who opens and resets without end is refused, its records are bounded, and others go on")
    void floodsAreBounded() {
        int rounds = Limits.NEW_FLOWS_BURST + 3000;
        for (int n = 0; n < rounds; n++) {
            openAndReset();
        }
        assertThat(lab.events(CheckpointEvent.FlowOpened.class)).hasSize(Limits.NEW_FLOWS_BURST);
        assertThat(lab.denials(Denial.FLOW_LIMIT)).isEqualTo(3000);
        lab.connect(lab.bob, BOB, WEB);
        lab.advance(Duration.ofSeconds(2));
        for (int n = 0; n < 3000; n++) {
            openAndReset();
        }
        assertThat(lab.events(CheckpointEvent.FlowOpened.class))
                .as("so many a second in the long run, and Bob's")
                .hasSize(Limits.NEW_FLOWS_BURST + 2 * Limits.NEW_FLOWS_PER_SECOND + 1);
        assertThat(lab.isLocked(lab.alice)).as("limits are no scan").isFalse();
    }

    @Test
    @DisplayName("T25: others that open and reset without end are refused, and the device opens its own at any rate")
    void floodsOfOthersAreBounded() {
        for (int n = 0; n < Limits.NEW_FLOWS_BURST + 3000; n++) {
            lab.deliver(lab.bob, IpPacket.syn(stranger(1), "10.66.0.3:22"));
            lab.deliver(
                    lab.bob,
                    IpPacket.tcp(stranger(1), "10.66.0.3:22", IpPacket.RST).sequence(1001, 0));
        }
        assertThat(lab.events(CheckpointEvent.FlowOpened.class)).hasSize(Limits.NEW_FLOWS_BURST);
        assertThat(lab.denials(Denial.FLOW_LIMIT)).isEqualTo(3000);
        lab.connect(lab.bob, BOB, WEB);
    }

    private void openAndReset() {
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        lab.send(lab.alice, IpPacket.tcp(ALICE, WEB, IpPacket.RST).sequence(1001, 0));
    }

    private static String stranger(int number) {
        return "10.0.8.5:" + (1 + number);
    }
}
