package dev.sekisho.bench.dataplane;

import dev.sekisho.dataplane.flow.Passage;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Packets that the policy of a large site is asked about: the first of a flow, and those that are refused. Devices
/// take turns, so that nothing of a user is in the fastest cache.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FirstPacketBenchmark {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int PORTS_FROM = 1024;
    private static final int PORTS = 64_000;
    private static final int SOURCE_PORT = 20;
    private static final int TARGET_PORT = 22;

    /// So long that the flows a device had sixteen thousand packets ago may be replaced.
    private static final long NANOS_PER_PACKET = 1_000_000L;

    /// Below the threshold of the scan detector.
    private static final int REFUSED_DESTINATIONS = 20;

    private final CheckpointSite site = new CheckpointSite(Arena.global());
    private final MemorySegment memory = Arena.global()
            .allocate(3L * CheckpointSite.DEVICES * TestPacket.STRIDE + TestPacket.BYTES, TestPacket.STRIDE);
    private int next;
    private long nowNanos = CheckpointSite.START_NANOS;

    /// For use without JMH.
    public FirstPacketBenchmark() {}

    /// Puts the policy in force, has the second factor given and fills each device's share of the table.
    @Setup
    public void prepare() {
        site.checkpoint.enforce(nowNanos, site.enforcement(CheckpointSite.policy(0)));
        for (int device = 0; device < CheckpointSite.DEVICES; device++) {
            site.open(nowNanos, device, new TestPacket(true, UdpView.PROTOCOL, 1, 443), memory, at(device, 0));
            TestPacket tcp = new TestPacket(true, TcpView.PROTOCOL, PORTS_FROM, 443);
            tcp.write(memory, at(device, 1), device, TcpView.SYN, false);
            tcp.write(memory, at(device, 2), device, TcpView.RST | TcpView.ACK, false);
            memory.set(U16, at(device, 2) + SOURCE_PORT, (short) PORTS_FROM);
        }
        for (int i = 0; i < 2 * CheckpointSite.CAPACITY; i++) {
            CheckpointSite.require(first());
        }
    }

    private static long at(int device, int packet) {
        return (3L * device + packet) * TestPacket.STRIDE;
    }

    /// The first packet of a UDP flow while its device has all the flows that it may: decision, end of the oldest,
    /// insertion, two events.
    @Benchmark
    public boolean first() {
        int device = next();
        nowNanos += NANOS_PER_PACKET;
        memory.set(U16, at(device, 0) + SOURCE_PORT, (short) port());
        return site.fromDevice(nowNanos, device, memory, at(device, 0)) == Passage.PASS;
    }

    /// A SYN and the reset that takes it back: two packets, two events. Not together with [#first].
    @Benchmark
    public boolean openAndReset() {
        int device = next();
        nowNanos += NANOS_PER_PACKET; // a device may open so many flows a second
        return site.fromDevice(nowNanos, device, memory, at(device, 1)) == Passage.PASS
                & site.fromDevice(nowNanos, device, memory, at(device, 2)) == Passage.PASS;
    }

    /// A packet that nothing grants.
    @Benchmark
    public boolean refused() {
        int device = next();
        memory.set(U16, at(device, 0) + TARGET_PORT, (short) (1 + next % REFUSED_DESTINATIONS));
        boolean stopped = site.fromDevice(nowNanos, device, memory, at(device, 0)) == Passage.STOP;
        memory.set(U16, at(device, 0) + TARGET_PORT, (short) 443);
        return stopped;
    }

    private int next() {
        next++;
        return next & (CheckpointSite.DEVICES - 1);
    }

    private int port() {
        return PORTS_FROM + next / CheckpointSite.DEVICES % PORTS;
    }
}
