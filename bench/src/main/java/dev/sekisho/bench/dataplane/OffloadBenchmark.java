package dev.sekisho.bench.dataplane;

import dev.sekisho.dataplane.offload.SegmentMerger;
import dev.sekisho.dataplane.offload.SegmentSplitter;
import dev.sekisho.dataplane.wire.Checksum;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Segmentation of TCP over IPv4 with timestamps, 1,420-byte packets, 45 of them to a super-packet.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OffloadBenchmark {
    private static final int SEGMENTS = 45;
    private static final int HEADER_BYTES = 52;
    private static final int SEGMENT_BYTES = 1368;
    private static final int PACKET_BYTES = HEADER_BYTES + SEGMENT_BYTES;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /// Writes headers of packet `index` of a flow.
    private static void writeHeaders(MemorySegment memory, long packet, int flow, int index, int payloadBytes) {
        memory.set(U32, packet, 0x4500_0000 | (HEADER_BYTES + payloadBytes));
        memory.set(U32, packet + 4, index << 16 | 0x4000);
        memory.set(U32, packet + 8, 64 << 24 | TcpView.PROTOCOL << 16);
        memory.set(U32, packet + 12, 0x0a000001);
        memory.set(U32, packet + 16, 0x0a000002);
        Ip4View.updateChecksum(memory, packet);
        long tcp = packet + Ip4View.HEADER_BYTES;
        memory.set(U16, tcp, (short) (40_000 + flow));
        memory.set(U16, tcp + 2, (short) 443);
        TcpView.setSequence(memory, tcp, index * SEGMENT_BYTES);
        memory.set(U16, tcp + 12, (short) (0x8000 | TcpView.ACK));
    }

    /// A super-packet to cut and 1,420 bytes to sum.
    @State(Scope.Thread)
    public static class Frame {
        final SegmentSplitter splitter = new SegmentSplitter();
        final int lengthBytes = VirtioHeader.BYTES + HEADER_BYTES + SEGMENTS * SEGMENT_BYTES;
        final MemorySegment memory = Arena.global().allocate(lengthBytes, 64);
        final MemorySegment headers = Arena.global().allocate(VirtioHeader.BYTES + HEADER_BYTES);

        /// Builds the frame and keeps its headers, which every cut overwrites.
        @Setup
        public void prepare() {
            VirtioHeader.writeKind(memory, 0, VirtioHeader.NEEDS_CSUM, VirtioHeader.GSO_TCPV4);
            VirtioHeader.writeSegments(memory, 0, HEADER_BYTES, SEGMENT_BYTES);
            VirtioHeader.writeChecksum(memory, 0, Ip4View.HEADER_BYTES, TcpView.CHECKSUM_OFFSET);
            writeHeaders(memory, VirtioHeader.BYTES, 0, 1, SEGMENTS * SEGMENT_BYTES);
            MemorySegment.copy(memory, 0, headers, 0, headers.byteSize());
        }
    }

    /// Packets of one or more flows in turns, to be merged.
    @State(Scope.Thread)
    public static class Packets {
        /// Flows that take turns, packet by packet.
        @Param({"1", "2", "4"})
        public int flows;

        /// Super-packets that may be in the making.
        @Param({"1", "2", "4", "8"})
        public int runs;

        final MemorySegment source = Arena.global().allocate((long) SEGMENTS * PACKET_BYTES, 64);
        SegmentMerger merger = new SegmentMerger(true, true, (memory, offset, length) -> {});

        /// Builds the packets.
        @Setup
        public void prepare() {
            merger = new SegmentMerger(true, true, false, runs, (memory, offset, length) -> {}, Arena.global());
            for (int i = 0; i < SEGMENTS; i++) {
                writeHeaders(source, (long) i * PACKET_BYTES, i % flows, i / flows, SEGMENT_BYTES);
            }
        }
    }

    @Benchmark
    public int splitSuperPacket(Frame frame) {
        MemorySegment.copy(frame.headers, 0, frame.memory, 0, frame.headers.byteSize());
        SegmentSplitter splitter = frame.splitter;
        int bytes = 0;
        if (splitter.begin(frame.memory, 0, frame.lengthBytes)) {
            while (splitter.next()) {
                bytes += splitter.packetLength();
            }
        }
        return bytes;
    }

    /// 45 packets copied to where the merger wants them, as decryption would, and merged.
    @Benchmark
    public void mergePackets(Packets packets) {
        SegmentMerger merger = packets.merger;
        for (int i = 0; i < SEGMENTS; i++) {
            long at = merger.room(PACKET_BYTES);
            MemorySegment.copy(packets.source, (long) i * PACKET_BYTES, merger.memory(), at, PACKET_BYTES);
            merger.accept(PACKET_BYTES);
        }
        merger.flush();
    }

    /// What of [#mergePackets] is the copying of the benchmark itself.
    @Benchmark
    public void copyPackets(Frame frame, Packets packets) {
        for (int i = 0; i < SEGMENTS; i++) {
            long at = 64 + (long) i * SEGMENT_BYTES;
            MemorySegment.copy(packets.source, (long) i * PACKET_BYTES, frame.memory, at - 64, PACKET_BYTES - 64);
        }
    }

    @Benchmark
    public long checksumOfPacket(Frame frame) {
        return Checksum.sum(frame.memory, 64, PACKET_BYTES);
    }

    @Benchmark
    public long checksumOfPacketScalar(Frame frame) {
        return Checksum.sumScalar(frame.memory, 64, PACKET_BYTES);
    }
}
