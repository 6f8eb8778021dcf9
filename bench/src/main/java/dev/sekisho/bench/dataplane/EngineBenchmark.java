package dev.sekisho.bench.dataplane;

import dev.sekisho.bench.policy.LargePolicy;
import dev.sekisho.bench.policy.Questions;
import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.CryptoWarmup;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.engine.Engine;
import dev.sekisho.dataplane.engine.EngineCommand;
import dev.sekisho.dataplane.engine.EngineConfig;
import dev.sekisho.dataplane.engine.EngineOptions;
import dev.sekisho.dataplane.flow.Checkpoint;
import dev.sekisho.dataplane.flow.CheckpointOptions;
import dev.sekisho.dataplane.flow.DeviceBinding;
import dev.sekisho.dataplane.flow.Enforcement;
import dev.sekisho.dataplane.flow.MfaRules;
import dev.sekisho.dataplane.flow.ScanRules;
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
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.compile.PolicyCompiler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The engine without system calls, per packet: `out` takes frames and seals, `through` has a second engine
/// open the same trains and merge, so the way in is the difference. Large: 45 TCP segments of 1,420 bytes in
/// one super-packet. Small: 64 UDP packets of 64 bytes, one frame each.
///
/// With a checkpoint the ends that stand for the server have one, with the policy of a large site in force and live
/// flows: `out` seals for a device, `through` goes from a device to the server. The ratio is the cost of the policy.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EngineBenchmark {
    static final int SEGMENTS = 45;
    private static final int SEGMENT_BYTES = 1380;
    private static final int TCP_HEADERS = 40;
    static final int SMALL = 64;
    private static final int SLACK = 64;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int LEFT = 0x0a00_0001;
    private static final int RIGHT = 0x0a00_0002;
    private static final int LEFT_KEY = 1;
    private static final int RIGHT_KEY = 2;

    /// Whether the server's packets pass a checkpoint.
    @Param({"false", "true"})
    public boolean checkpoint = false;

    private final int largeBytes = VirtioHeader.BYTES + TCP_HEADERS + SEGMENTS * SEGMENT_BYTES;
    private final MemorySegment large = Arena.global().allocate(largeBytes + SLACK, 64);
    private final MemorySegment headers = Arena.global().allocate(VirtioHeader.BYTES + TCP_HEADERS, 64);
    private final MemorySegment small = Arena.global().allocate(VirtioHeader.BYTES + SMALL + SLACK, 64);
    private final End device = new End("192.0.2.1:1", false);
    private End out = device;
    private End left = device;

    /// For use without JMH.
    public EngineBenchmark() {}

    /// Builds frames and sessions.
    @Setup
    public void prepare() {
        CryptoWarmup.run();
        out = new End("192.0.2.1:1", checkpoint);
        End right = new End("192.0.2.2:2", checkpoint);
        connect(out, new End("192.0.2.3:3", false));
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
        if (checkpoint) {
            openFlows(out, RIGHT_KEY);
            openFlows(right, LEFT_KEY);
        }
        require(out);
        require(left);
    }

    /// Puts a policy in force that lets the frames pass, and opens the flow of the large ones.
    private void openFlows(End end, int deviceKey) {
        LargePolicy policy = new LargePolicy(LargePolicy.Size.SITE, 1);
        ResourceId target = new ResourceId("right");
        policy.add(new IpResource(target, Cidr.parse("10.0.0.2/32"), PortSet.parse("443,5000"), Transport.BOTH, false));
        grant(policy, target, new Subject.Network(Cidr.parse("10.0.0.1/32")));
        grant(policy, target, new Subject.User(LargePolicy.user(0)));
        DeviceBinding binding = new DeviceBinding(new DeviceId("device"), LargePolicy.user(0));
        Checkpoint gate = end.engine.checkpoint();
        gate.wallTime(0, Questions.NOON * 1000);
        gate.enforce(
                0,
                new Enforcement(
                        PolicyCompiler.compile(policy.policy()),
                        Map.of(publicKey(deviceKey), binding),
                        MfaRules.DEFAULT,
                        ScanRules.DEFAULT,
                        Map.of()));
        MemorySegment syn = Arena.global().allocate(Ip4View.HEADER_BYTES + TcpView.HEADER_BYTES, 64);
        Ip4View.writeHeader(syn, 0, (int) syn.byteSize(), TcpView.PROTOCOL, LEFT, RIGHT);
        TcpView.writeHeader(syn, Ip4View.HEADER_BYTES, 40_000 << 16 | 443, 0, 0, TcpView.SYN);
        Peer peer = Objects.requireNonNull(end.peer);
        if (end == out) {
            gate.toDevice(0, peer, syn, 0, (int) syn.byteSize());
        } else {
            gate.fromDevice(0, peer, syn, 0, (int) syn.byteSize());
        }
    }

    private static void grant(LargePolicy policy, ResourceId target, Subject to) {
        boolean mfa = false; // a network can't be asked
        policy.add(new Grant(new GrantId("to " + to), target, to, false, mfa, Validity.ALWAYS));
    }

    /// Fails unless both kinds of packet come out at the other end of the way.
    private void require(End end) {
        long sealed = end.sealedBytes;
        large(end);
        long large = end.sealedBytes - sealed;
        small(end);
        long arrived = end.other.frames;
        if (large < (long) SEGMENTS * SEGMENT_BYTES
                || end.sealedBytes - sealed - large < (long) SMALL * SMALL
                || (end.other != end && arrived < 2)) {
            throw new IllegalStateException("packets are lost: " + large + " bytes, " + arrived + " frames");
        }
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
        frame.set(U32, ip + 12, LEFT);
        frame.set(U32, ip + 16, RIGHT);
        Ip4View.updateChecksum(frame, ip);
    }

    private static void connect(End left, End right) {
        Peer rightAtLeft = left.peer(right.address, "10.0.0.2/32", RIGHT_KEY);
        Peer leftAtRight = right.peer(left.address, "10.0.0.1/32", LEFT_KEY);
        int here = left.indexes.reserve(rightAtLeft.handshake(), Entropy.system());
        int there = right.indexes.reserve(leftAtRight.handshake(), Entropy.system());
        Keypair initiator = new Keypair(rightAtLeft.handshake(), true, here, there, key(1), key(2), 0, 0);
        Keypair responder = new Keypair(leftAtRight.handshake(), false, there, here, key(2), key(1), 0, 0);
        left.indexes.publish(here, initiator);
        right.indexes.publish(there, responder);
        right.engine.onCommand(0, new EngineCommand.SessionEstablished(leftAtRight, responder, left.address));
        left.engine.onCommand(0, new EngineCommand.SessionEstablished(rightAtLeft, initiator, right.address));
    }

    private static PublicKey publicKey(int first) {
        byte[] bytes = new byte[PublicKey.BYTES];
        bytes[0] = (byte) first;
        return PublicKey.of(bytes, 0);
    }

    private static SecretKey key(int first) {
        byte[] bytes = new byte[SecretKey.BYTES];
        bytes[0] = (byte) first;
        return SecretKey.copyOf(bytes, 0);
    }

    /// Hands trains to the other end in the call itself, or to nobody while there is none.
    private static final class End extends NoEgress {
        private final IndexTable indexes = new IndexTable(8);
        private final Endpoint address;
        private final Engine engine;
        private @Nullable Peer peer;
        private End other = this;
        private long frames;
        private long sealedBytes;

        End(String address, boolean checkpoint) {
            this.address = Endpoint.parse(address);
            EngineOptions options =
                    new EngineOptions(indexes, ChaCha20Poly1305.create(), Arena.global(), true, false, 1);
            this.engine = checkpoint
                    ? new Engine(options, new CheckpointOptions(Arena.global(), Limits.FLOWS, 1), this)
                    : new Engine(options, this);
        }

        Peer peer(Endpoint endpoint, String block, int key) {
            peer = engine.newPeer(publicKey(key));
            engine.config(new EngineConfig(AllowedIps.of(List.of(new AllowedIp(Cidr.parse(block), peer))), 1420));
            engine.onCommand(0, new EngineCommand.AddPeer(peer, Optional.of(endpoint), 0));
            return peer;
        }

        @Override
        public void toNetwork(Endpoint to, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {
            sealedBytes += totalBytes;
            if (other != this) {
                other.engine.onDatagrams(0, address, memory, offset, totalBytes, segmentBytes);
            }
        }

        @Override
        public void toTun(MemorySegment memory, long offset, int lengthBytes) {
            frames++;
        }
    }
}
