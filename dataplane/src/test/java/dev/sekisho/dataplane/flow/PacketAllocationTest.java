package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Reading packets, following their fragments and refusing them leaves no garbage.
@Tag("allocation")
class PacketAllocationTest {
    private static final int ROUNDS = 300;
    private static final int REPEATS = 100;

    /// Far below one object in a hundred packets.
    private static final double BYTES_PER_PACKET = 0.1;

    @Test
    void wholeCorpusWithoutGarbage() {
        List<byte[]> packets =
                Corpus.entries().stream().map(Corpus.Entry::bytes).toList();
        MemorySegment memory = Arena.ofAuto().allocate(1000L * packets.size());
        int[] lengths = packets.stream().mapToInt(packet -> packet.length).toArray();
        for (int i = 0; i < lengths.length; i++) {
            MemorySegment.copy(packets.get(i), 0, memory, ValueLayout.JAVA_BYTE, 1000L * i, lengths[i]);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Path path = new Path(memory, lengths);
        double best = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS && best >= BYTES_PER_PACKET; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            path.run(i);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            best = Math.min(best, bytes / (double) (REPEATS * lengths.length));
        }
        assertThat(path.fragments).as("fragments that passed").isPositive();
        assertThat(path.refused).as("answers").isPositive();
        assertThat(best).isLessThan(BYTES_PER_PACKET);
    }

    private static final class Path {
        private final MemorySegment memory;
        private final int[] lengths;
        private final PacketParser parser = new PacketParser();
        private final Packet packet = new Packet();
        private final FragmentTable table = new FragmentTable(Arena.ofAuto(), 1);
        private final Refusals refusals = new Refusals(Arena.ofAuto());
        private int fragments;
        private int refused;

        Path(MemorySegment memory, int[] lengths) {
            this.memory = memory;
            this.lengths = lengths;
        }

        void run(int round) {
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                long now = 1_000_000_000L * (100L * round + repeat);
                for (int i = 0; i < lengths.length; i++) {
                    if (parser.parse(memory, 1000L * i, lengths[i], packet) == PacketFault.NONE) {
                        follow(now, 1000L * i);
                    }
                }
            }
        }

        private void follow(long now, long offset) {
            if (packet.isFirstFragment()) {
                table.first(now, 1, packet, 5);
            } else if (packet.isFragment()) {
                fragments += table.later(now, 1, packet) == 5 ? 1 : 0;
            }
            refused += refusals.refuse(memory, offset, packet) > 0 ? 1 : 0;
        }
    }
}
