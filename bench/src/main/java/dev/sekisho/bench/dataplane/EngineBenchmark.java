package dev.sekisho.bench.dataplane;

import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.CryptoWarmup;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.engine.Egress;
import dev.sekisho.dataplane.engine.Engine;
import dev.sekisho.dataplane.engine.EngineCommand;
import dev.sekisho.dataplane.engine.EngineConfig;
import dev.sekisho.dataplane.engine.EngineEvent;
import dev.sekisho.dataplane.engine.EngineOptions;
import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.AllowedIp;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.VirtioHeader;
import dev.sekisho.policy.Cidr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The engine without system calls, per packet: `out` takes frames and seals, `through` has a second engine
/// open the same trains and merge, so the way in is the difference. Large: 45 TCP segments of 1,420 bytes in
/// one super-packet. Small: 64 UDP packets of 64 bytes, one frame each.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EngineBenchmark {
    private static final int SEGMENTS = 45;
    private static final int SEGMENT_BYTES = 1380;
    private static final int TCP_HEADERS = 40;
    private static final int SMALL = 64;
    private static final int SLACK = 64;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final int largeBytes = VirtioHeader.BYTES + TCP_HEADERS + SEGMENTS * SEGMENT_BYTES;
    private final MemorySegment large = Arena.global().allocate(largeBytes + SLACK, 64);
    private final MemorySegment headers = Arena.global().allocate(VirtioHeader.BYTES + TCP_HEADERS, 64);
    private final MemorySegment small = Arena.global().allocate(VirtioHeader.BYTES + SMALL + SLACK, 64);
    private final End out = new End("192.0.2.1:1");
    private final End left = new End("192.0.2.1:1");
    private final End right = new End("192.0.2.2:2");

    /// Builds frames and sessions.
    @Setup
    public void prepare() {
        CryptoWarmup.run();
        connect(out, new End("192.0.2.3:3"));
        connect(left, right);
        left.other = right;
        VirtioHeader.writeKind(large, 0, VirtioHeader.NEEDS_CSUM, VirtioHeader.GSO_TCPV4);
        VirtioHeader.writeSegments(large, 0, TCP_HEADERS, SEGMENT_BYTES);
        VirtioHeader.writeChecksum(large, 0, Ip4View.HEADER_BYTES, TcpView.CHECKSUM_OFFSET);
        writeIp(large, TCP_HEADERS + SEGMENTS * SEGMENT_BYTES, TcpView.PROTOCOL);
        long tcp = VirtioHeader.BYTES + Ip4View.HEADER_BYTES;
        large.set(U16, tcp, (short) 40_000);
        large.set(U16, tcp + 2, (short) 443);
        large.set(U16, tcp + 12, (short) (0x5000 | TcpView.ACK));
        MemorySegment.copy(large, 0, headers, 0, headers.byteSize());
        writeIp(small, SMALL, 17);
        small.set(U16, tcp, (short) 4000);
        small.set(U16, tcp + 2, (short) 5000);
        small.set(U16, tcp + 4, (short) (SMALL - Ip4View.HEADER_BYTES));
    }

    /// One segment of a super-packet, out.
    @Benchmark
    @OperationsPerInvocation(SEGMENTS)
    public long largeOut() {
        return large(out);
    }

    /// One segment of a super-packet, out and in.
    @Benchmark
    @OperationsPerInvocation(SEGMENTS)
    public long largeThrough() {
        return large(left);
    }

    /// One small packet, out.
    @Benchmark
    @OperationsPerInvocation(SMALL)
    public long smallOut() {
        return small(out);
    }

    /// One small packet, out and in.
    @Benchmark
    @OperationsPerInvocation(SMALL)
    public long smallThrough() {
        return small(left);
    }

    private long large(End end) {
        MemorySegment.copy(headers, 0, large, 0, headers.byteSize());
        end.engine.onTunFrame(0, large, 0, largeBytes);
        end.engine.flush(0);
        end.other.engine.flush(0);
        return end.other.frames;
    }

    private long small(End end) {
        for (int i = 0; i < SMALL; i++) {
            end.engine.onTunFrame(0, small, 0, VirtioHeader.BYTES + SMALL);
        }
        end.engine.flush(0);
        end.other.engine.flush(0);
        return end.other.frames;
    }

    private static void writeIp(MemorySegment frame, int totalBytes, int protocol) {
        long ip = VirtioHeader.BYTES;
        frame.set(U32, ip, 0x4500_0000 | totalBytes);
        frame.set(U32, ip + 4, Ip4View.DONT_FRAGMENT);
        frame.set(U32, ip + 8, 64 << 24 | protocol << 16);
        frame.set(U32, ip + 12, 0x0a000001);
        frame.set(U32, ip + 16, 0x0a000002);
        Ip4View.updateChecksum(frame, ip);
    }

    private static void connect(End left, End right) {
        Peer rightAtLeft = left.peer(right.address, "10.0.0.2/32");
        Peer leftAtRight = right.peer(left.address, "10.0.0.1/32");
        int here = left.indexes.reserve(rightAtLeft.handshake(), Entropy.system());
        int there = right.indexes.reserve(leftAtRight.handshake(), Entropy.system());
        Keypair initiator = new Keypair(rightAtLeft.handshake(), true, here, there, key(1), key(2), 0, 0);
        Keypair responder = new Keypair(leftAtRight.handshake(), false, there, here, key(2), key(1), 0, 0);
        left.indexes.publish(here, initiator);
        right.indexes.publish(there, responder);
        right.engine.onCommand(0, new EngineCommand.SessionEstablished(leftAtRight, responder, left.address));
        left.engine.onCommand(0, new EngineCommand.SessionEstablished(rightAtLeft, initiator, right.address));
    }

    private static SecretKey key(int first) {
        byte[] bytes = new byte[SecretKey.BYTES];
        bytes[0] = (byte) first;
        return SecretKey.copyOf(bytes, 0);
    }

    /// Hands trains to the other end in the call itself, or to nobody while there is none.
    private static final class End implements Egress {
        private final IndexTable indexes = new IndexTable(8);
        private final Endpoint address;
        private final Engine engine;
        private End other = this;
        private long frames;

        End(String address) {
            this.address = Endpoint.parse(address);
            this.engine = new Engine(
                    new EngineOptions(indexes, ChaCha20Poly1305.create(), Arena.global(), true, false, 1), this);
        }

        Peer peer(Endpoint endpoint, String block) {
            Peer peer = engine.newPeer(PublicKey.of(new byte[PublicKey.BYTES], 0));
            engine.config(new EngineConfig(AllowedIps.of(List.of(new AllowedIp(Cidr.parse(block), peer))), 1420));
            engine.onCommand(0, new EngineCommand.AddPeer(peer, Optional.of(endpoint), 0));
            return peer;
        }

        @Override
        public void toNetwork(Endpoint to, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {
            if (other != this) {
                other.engine.onDatagrams(0, address, memory, offset, totalBytes, segmentBytes);
            }
        }

        @Override
        public void flushNetwork() {}

        @Override
        public void toTun(MemorySegment memory, long offset, int lengthBytes) {
            frames++;
        }

        @Override
        public void toHandshake(Endpoint from, MemorySegment memory, long offset, int lengthBytes) {}

        @Override
        public void initiate(Peer peer) {}

        @Override
        public void event(EngineEvent event) {}
    }
}
