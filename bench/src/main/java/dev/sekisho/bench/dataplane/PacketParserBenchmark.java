package dev.sekisho.bench.dataplane;

import dev.sekisho.dataplane.flow.Packet;
import dev.sekisho.dataplane.flow.PacketFault;
import dev.sekisho.dataplane.flow.PacketParser;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

/// Reading the headers of a packet, 64 packets in turn so that no load can be hoisted.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class PacketParserBenchmark {
    private static final int PACKETS = 64;
    private static final int SLOT = 2048;

    @Param({"tcp4", "udp4", "tcp6", "udp6"})
    public String kind = "tcp4";

    private final PacketParser parser = new PacketParser();
    private final Packet packet = new Packet();
    private final MemorySegment memory = Arena.global().allocate((long) PACKETS * SLOT, 64);
    private int lengthBytes;
    private int next;

    @Setup
    public void write() {
        boolean v4 = kind.endsWith("4");
        boolean tcp = kind.startsWith("tcp");
        int payload = 1000 + TcpView.HEADER_BYTES;
        for (int i = 0; i < PACKETS; i++) {
            long at = (long) i * SLOT;
            int protocol = tcp ? TcpView.PROTOCOL : UdpView.PROTOCOL;
            long transport = at + (v4 ? Ip4View.HEADER_BYTES : Ip6View.HEADER_BYTES);
            if (v4) {
                Ip4View.writeHeader(
                        memory, at, Ip4View.HEADER_BYTES + payload, protocol, 0x0a42_0000 | i + 2, 0x0a00_0105);
            } else {
                Ip6View.writeHeader(memory, at, payload, protocol);
                Ip6View.writeSource(memory, at, 0xfd00_0066_0000_0000L, i + 2);
                Ip6View.writeDestination(memory, at, 0xfd00_0001_0000_0000L, 5);
            }
            TcpView.writeHeader(memory, transport, (40_000 + i) << 16 | 443, i, i, TcpView.ACK);
            if (!tcp) {
                UdpView.setLength(memory, transport, payload);
            }
            lengthBytes = (int) (transport - at) + payload;
        }
    }

    @Benchmark
    public int parse() {
        next = next + 1 & PACKETS - 1;
        PacketFault fault = parser.parse(memory, (long) next * SLOT, lengthBytes, packet);
        if (fault != PacketFault.NONE) {
            throw new IllegalStateException(fault.sentence());
        }
        return packet.sourcePort();
    }
}
