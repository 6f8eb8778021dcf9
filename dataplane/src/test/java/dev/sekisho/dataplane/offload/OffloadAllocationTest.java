package dev.sekisho.dataplane.offload;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Segmentation allocates nothing once it is compiled.
class OffloadAllocationTest {
    private static final int OPERATIONS = 500;
    private static final int MAX_ROUNDS = 400;

    /// Rounds without garbage in a row that count as the steady state.
    private static final int CLEAN_ROUNDS = 3;

    @Test
    void splitsWithoutGarbage() {
        List<byte[]> frames = List.of(
                TestPacket.tcp4().payload(60_000).superFrame(1368),
                TestPacket.tcp6().payload(60_000).superFrame(1348),
                TestPacket.udp(false).payload(20_000).superFrame(1200),
                TestPacket.plainFrame(TestPacket.tcp4().payload(0).build()),
                new byte[64]);
        try (Arena arena = Arena.ofConfined()) {
            SegmentSplitter splitter = new SegmentSplitter(arena);
            MemorySegment source = arena.allocate(frames.size() * 65_600L);
            MemorySegment memory = arena.allocate(65_600);
            for (int i = 0; i < frames.size(); i++) {
                byte[] frame = frames.get(i);
                MemorySegment.copy(frame, 0, source, ValueLayout.JAVA_BYTE, i * 65_600L, frame.length);
            }
            int[] lengths = frames.stream().mapToInt(frame -> frame.length).toArray();
            assertReachesZero(() -> {
                for (int i = 0; i < OPERATIONS; i++) {
                    int frame = i % lengths.length;
                    MemorySegment.copy(source, frame * 65_600L, memory, 0, lengths[frame]);
                    splitter.begin(memory, 0, lengths[frame]);
                    while (splitter.next()) {
                        if (splitter.packetLength() < 20) {
                            throw new AssertionError("no packet");
                        }
                    }
                }
            });
        }
    }

    @Test
    void mergesWithoutGarbage() {
        List<byte[]> packets = new ArrayList<>();
        TestPacket[] flows = {
            TestPacket.tcp4().payload(1368),
            TestPacket.tcp6().payload(1348),
            TestPacket.udp(true).payload(1200)
        };
        for (int i = 0; i < 300; i++) {
            TestPacket flow = flows[i / 7 % flows.length];
            packets.add(flow.build());
            flow.following(flow.payload.length);
        }
        packets.add(TestPacket.tcp4().payload(0).build());
        packets.add(new byte[50]);
        try (Arena arena = Arena.ofConfined()) {
            SegmentMerger merger = new SegmentMerger(true, true, true, 2, (memory, offset, length) -> {}, arena);
            MemorySegment source = arena.allocate(packets.size() * 1500L);
            for (int i = 0; i < packets.size(); i++) {
                byte[] packet = packets.get(i);
                MemorySegment.copy(packet, 0, source, ValueLayout.JAVA_BYTE, i * 1500L, packet.length);
            }
            int[] lengths = packets.stream().mapToInt(packet -> packet.length).toArray();
            assertReachesZero(() -> {
                for (int round = 0; round < OPERATIONS / 10; round++) {
                    for (int i = 0; i < lengths.length; i++) {
                        long at = merger.room(lengths[i] + 15);
                        MemorySegment.copy(source, i * 1500L, merger.memory(), at, lengths[i]);
                        merger.accept(lengths[i]);
                    }
                    merger.flush();
                }
            });
        }
    }

    /// The JIT decides when its work is done, so rounds go on until several in a row are clean; never is a failure.
    private static void assertReachesZero(Runnable round) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().threadId();
        int clean = 0;
        long allocated = -1;
        for (int i = 0; i < MAX_ROUNDS && clean < CLEAN_ROUNDS; i++) {
            long before = threads.getThreadAllocatedBytes(id);
            round.run();
            allocated = threads.getThreadAllocatedBytes(id) - before;
            clean = allocated == 0 ? clean + 1 : 0;
        }
        assertThat(clean)
                .as("clean rounds in a row; the last one allocated %d bytes", allocated)
                .isEqualTo(CLEAN_ROUNDS);
    }
}
