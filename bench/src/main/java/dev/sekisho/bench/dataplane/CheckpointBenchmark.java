package dev.sekisho.bench.dataplane;

import dev.sekisho.dataplane.flow.Packet;
import dev.sekisho.dataplane.flow.PacketFault;
import dev.sekisho.dataplane.flow.PacketParser;
import dev.sekisho.dataplane.flow.Passage;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
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

/// Packets of live flows at the checkpoint, with the policy of a large site in force and a second factor that is
/// kept fresh. Packets lie one behind the other in memory as they come from a socket; their flows are in random order.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CheckpointBenchmark {
    private static final int PORTS_FROM = 1024;
    private static final int NANOS_PER_PACKET = 100;

    /// Live flows.
    @Param({"1", "1000", "100000"})
    public int flows = 1;

    /// IP version and protocol.
    @Param({"tcp4", "udp4", "tcp6", "udp6"})
    public String kind = "tcp4";

    private final Arena arena = Arena.global();
    private final CheckpointSite site = new CheckpointSite(arena);
    private final PacketParser parser = new PacketParser();
    private final Packet packet = new Packet();
    private MemorySegment fromDevice = MemorySegment.NULL;
    private MemorySegment toDevice = MemorySegment.NULL;
    private int[] devices = {};
    private int next;
    private long nowNanos = CheckpointSite.START_NANOS;

    /// For use without JMH.
    public CheckpointBenchmark() {}

    /// Puts the policy in force, opens the flows and writes their packets.
    @Setup
    public void prepare() {
        site.checkpoint.enforce(nowNanos, site.enforcement(CheckpointSite.policy(0)));
        long bytes = (long) flows * TestPacket.STRIDE + TestPacket.BYTES;
        fromDevice = arena.allocate(bytes, TestPacket.STRIDE);
        toDevice = arena.allocate(bytes, TestPacket.STRIDE);
        devices = new int[flows];
        int[] places = shuffled(flows);
        for (int number = 0; number < flows; number++) {
            int device = number % CheckpointSite.DEVICES;
            TestPacket flow = flow(number / CheckpointSite.DEVICES);
            long offset = (long) places[number] * TestPacket.STRIDE;
            site.open(nowNanos, device, flow, fromDevice, offset);
            devices[places[number]] = device;
            flow.write(fromDevice, offset, device, TcpView.ACK, false);
            flow.write(toDevice, offset, device, TcpView.ACK, true);
        }
    }

    private TestPacket flow(int number) {
        int protocol = kind.startsWith("tcp") ? TcpView.PROTOCOL : UdpView.PROTOCOL;
        return new TestPacket(kind.endsWith("4"), protocol, PORTS_FROM + number, 443);
    }

    private static int[] shuffled(int count) {
        SplittableRandom random = new SplittableRandom(1);
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i + 1);
            places[i] = places[other];
            places[other] = i;
        }
        return places;
    }

    /// A packet that a device sent.
    @Benchmark
    public boolean fromDevice() {
        int at = next();
        return site.fromDevice(nowNanos, devices[at], fromDevice, (long) at * TestPacket.STRIDE) == Passage.PASS;
    }

    /// A packet for a device.
    @Benchmark
    public boolean toDevice() {
        int at = next();
        return site.checkpoint.toDevice(
                nowNanos, site.peers.get(devices[at]), toDevice, (long) at * TestPacket.STRIDE, TestPacket.BYTES);
    }

    /// What of it is parsing.
    @Benchmark
    public boolean parse() {
        return parser.parse(fromDevice, (long) next() * TestPacket.STRIDE, TestPacket.BYTES, packet)
                == PacketFault.NONE;
    }

    /// What of the others is choosing a packet and touching it, its device and its peer: all but the decision.
    @Benchmark
    public boolean loop() {
        int at = next();
        return site.peers.get(devices[at]).gateState() != null
                & fromDevice.get(ValueLayout.JAVA_BYTE, (long) at * TestPacket.STRIDE) != 0;
    }

    private int next() {
        nowNanos += NANOS_PER_PACKET;
        next = next + 1 < flows ? next + 1 : 0;
        return next;
    }
}
