package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE6;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sekisho.dataplane.testkit.IpPacket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pins the promise: packets of live flows leave no garbage at the checkpoint.
@Tag("allocation")
class CheckpointAllocationTest {
    private static final int ROUND = 10_000;

    /// The steady state begins when the JIT is done: rounds are repeated until one is clean.
    private static final int ROUNDS = 300;

    private static final double BYTES_PER_PACKET = 0.1;
    private static final String WEB = "10.0.1.5:443";
    private static final String WEB6 = "[2001:db8:1::5]:443";

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final CheckpointLab lab = new CheckpointLab();

    @Test
    @DisplayName(
            "0 bytes per packet: TCP under a second factor, UDP, IPv6, both directions, timeouts and the clock between")
    void livePacketsAllocateNothing() {
        lab.policy
                .resource("web", "10.0.1.0/24", "443")
                .resource("web6", "2001:db8:1::/64", "443")
                .ask("some", "web", "alice")
                .allow("some6", "web6", "alice");
        lab.enforce();
        lab.send(lab.alice, IpPacket.syn(ALICE, WEB));
        lab.answer(true);
        lab.connect(lab.alice, "10.66.0.2:40001", WEB);
        lab.connect(lab.alice, ALICE6, WEB6);
        lab.send(lab.alice, IpPacket.udp(ALICE, WEB));
        MemorySegment[] up = {
            load(CheckpointLab.data("10.66.0.2:40001", WEB).payload(1000).build()),
            load(CheckpointLab.data(ALICE6, WEB6).payload(1000).build()),
            load(IpPacket.udp(ALICE, WEB).build())
        };
        MemorySegment[] down = {
            load(CheckpointLab.answer(WEB, "10.66.0.2:40001").payload(1000).build()),
            load(CheckpointLab.answer(WEB6, ALICE6).build()),
            load(IpPacket.udp(WEB, ALICE).build())
        };
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS && best >= BYTES_PER_PACKET; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            pass(up, down);
            best = (threads.getCurrentThreadAllocatedBytes() - before) / (double) (2 * ROUND);
        }
        assertThat(best).isLessThan(BYTES_PER_PACKET);
        assertThat(lab.flows()).hasSize(4);
    }

    private void pass(MemorySegment[] up, MemorySegment[] down) {
        for (int i = 0; i < ROUND; i++) {
            lab.nowNanos += 10_000;
            MemorySegment there = up[i % up.length];
            MemorySegment back = down[i % down.length];
            int bytes = (int) there.byteSize();
            boolean passed = lab.checkpoint.fromDevice(lab.nowNanos, lab.alice, there, 0, bytes) == Passage.PASS
                    && lab.checkpoint.toDevice(lab.nowNanos, lab.alice, back, 0, (int) back.byteSize());
            if (!passed) {
                throw new AssertionError("packet " + i + " was stopped");
            }
            lab.checkpoint.onTimeout(lab.nowNanos);
        }
    }

    private static MemorySegment load(byte[] packet) {
        MemorySegment memory = Arena.ofAuto().allocate(packet.length, Long.BYTES);
        MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, 0, packet.length);
        return memory;
    }
}
