package dev.sekisho.dataplane.offload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.Seeds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// Drives splitter and merger in tests, on memory that ends exactly where it may be touched.
final class Offload {
    private Offload() {}

    /// Runs `cases` random cases; a failure names its seed.
    static void seeded(int cases, Consumer<Random> test) {
        Seeds.forEach(cases, seed -> test.accept(new Random(seed)));
    }

    /// Splits, using up every packet as roughly as the contract allows: the 15 bytes behind are zeroed and put back,
    /// then
    /// the packet is overwritten.
    static List<byte[]> split(SegmentSplitter splitter, byte[] frame) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment guarded = arena.allocate(frame.length + 128);
            guarded.fill((byte) 0x5a);
            MemorySegment memory = guarded.asSlice(64, frame.length);
            MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, 0, frame.length);
            List<byte[]> packets = new ArrayList<>();
            if (splitter.begin(memory, 0, frame.length)) {
                assertThat(splitter.reason()).isEqualTo(FrameFault.NONE);
                while (splitter.next()) {
                    packets.add(consume(splitter, memory));
                }
                assertThat(packets).hasSize(splitter.segmentCount());
            } else {
                assertThat(splitter.reason()).isNotEqualTo(FrameFault.NONE);
                assertThat(splitter.next()).isFalse();
                assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(frame);
            }
            for (int i = 0; i < 64; i++) {
                assertThat(guarded.get(ValueLayout.JAVA_BYTE, i)).isEqualTo((byte) 0x5a);
                assertThat(guarded.get(ValueLayout.JAVA_BYTE, 64 + frame.length + i))
                        .isEqualTo((byte) 0x5a);
            }
            return packets;
        }
    }

    private static byte[] consume(SegmentSplitter splitter, MemorySegment memory) {
        MemorySegment packet = memory.asSlice(splitter.packetOffset(), splitter.packetLength());
        long end = splitter.packetOffset() + splitter.packetLength();
        MemorySegment behind = memory.asSlice(end, Math.min(15, memory.byteSize() - end));
        byte[] kept = behind.toArray(ValueLayout.JAVA_BYTE);
        behind.fill((byte) 0);
        byte[] bytes = packet.toArray(ValueLayout.JAVA_BYTE);
        MemorySegment.copy(kept, 0, behind, ValueLayout.JAVA_BYTE, 0, kept.length);
        packet.fill((byte) 0xaa);
        return bytes;
    }

    /// Collects copies of frames.
    static FrameSink into(List<byte[]> frames) {
        return (memory, offset, length) ->
                frames.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    }

    /// Writes the packet where the merger wants it, with dirt where padding may be, and accepts it.
    static void accept(SegmentMerger merger, byte[] packet) {
        int room = packet.length + 16;
        long at = merger.room(room);
        merger.memory().asSlice(at, room).fill((byte) 0xee);
        MemorySegment.copy(packet, 0, merger.memory(), ValueLayout.JAVA_BYTE, at, packet.length);
        merger.accept(packet.length);
    }

    /// As the tunnel does when a packet is genuine but not allowed: it was written, and nothing more comes of it.
    static void reject(SegmentMerger merger, int packetBytes) {
        long at = merger.room(packetBytes);
        merger.memory().asSlice(at, packetBytes).fill((byte) 0xdd);
    }

    /// Merges all packets into frames.
    static List<byte[]> merge(List<byte[]> packets, boolean udp, int runs) {
        List<byte[]> frames = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            SegmentMerger merger = new SegmentMerger(true, udp, false, runs, into(frames), arena);
            packets.forEach(packet -> accept(merger, packet));
            merger.flush();
        }
        return frames;
    }

    /// Asserts that `found` holds the packets of `sent`, those of one flow in the same order, and nothing overtaking a
    /// packet of unknown flow.
    static void assertFlowsInOrder(List<byte[]> found, List<byte[]> sent, boolean udp) {
        assertThat(found).hasSameSizeAs(sent);
        List<byte[]> rest = new ArrayList<>(found);
        for (int i = 0; i < sent.size(); i++) {
            byte[] packet = sent.get(i);
            if (NaiveMerger.isOpaque(packet, true, udp)) {
                assertThat(found.get(i)).as("packet %d, of no known flow", i).isEqualTo(packet);
                rest.remove(found.get(i));
                continue;
            }
            byte[] next = rest.stream()
                    .filter(p -> !NaiveMerger.isOpaque(p, true, udp))
                    .filter(p -> NaiveMerger.flow(p).equals(NaiveMerger.flow(packet)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("a packet is missing"));
            assertThat(next).as("packet %d", i).isEqualTo(packet);
            rest.remove(next);
        }
        assertThat(rest).isEmpty();
    }

    static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }
}
