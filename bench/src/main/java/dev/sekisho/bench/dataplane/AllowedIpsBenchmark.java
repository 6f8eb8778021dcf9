package dev.sekisho.bench.dataplane;

import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.AllowedIp;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.peer.PeerHome;
import dev.sekisho.dataplane.peer.StagingBudget;
import dev.sekisho.dataplane.time.DeadlineQueue;
import dev.sekisho.dataplane.time.Jitter;
import dev.sekisho.policy.Cidr;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/// One look-up of a host among many peers, each with one IPv4 and one IPv6 host, in changing order. `spread`
/// tells whether the hosts follow each other or lie anywhere.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AllowedIpsBenchmark {
    private static final int QUERIES = 1 << 14;

    /// Peers in the table.
    @Param({"10", "10000"})
    public int peers;

    /// Whether addresses are random.
    @Param({"false", "true"})
    public boolean spread;

    private final int[] queries4 = new int[QUERIES];
    private final long[] queries6High = new long[QUERIES];
    private final long[] queries6Low = new long[QUERIES];
    private AllowedIps table = AllowedIps.EMPTY;
    private List<AllowedIp> entries = List.of();
    private int next;

    /// Builds the table and the questions.
    @Setup
    public void prepare() {
        SplittableRandom random = new SplittableRandom(1);
        PeerHome home = new PeerHome(new IndexTable(1), new DeadlineQueue<>(), new StagingBudget(0), new Jitter(1, 0));
        int[] hosts4 = new int[peers];
        long[] hosts6 = new long[peers];
        List<AllowedIp> rows = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            byte[] key = ByteBuffer.allocate(PublicKey.BYTES).putInt(i).array();
            Peer peer = new Peer(PublicKey.of(key, 0), home);
            hosts4[i] = spread ? random.nextInt() : 0x0a00_0000 + i;
            hosts6[i] = spread ? random.nextLong() : i;
            rows.add(new AllowedIp(new Cidr(0, 0xffff_0000_0000L | (hosts4[i] & 0xffff_ffffL), 32, true), peer));
            rows.add(new AllowedIp(new Cidr(0xfd00_0000_0000_0000L, hosts6[i], 128, false), peer));
        }
        entries = rows;
        table = AllowedIps.of(rows);
        for (int i = 0; i < QUERIES; i++) {
            int host = random.nextInt(peers);
            queries4[i] = hosts4[host];
            queries6High[i] = 0xfd00_0000_0000_0000L;
            queries6Low[i] = hosts6[host];
        }
    }

    /// Finds an IPv4 host.
    @Benchmark
    public @Nullable Peer find4() {
        next = (next + 1) & (QUERIES - 1);
        return table.find4(queries4[next]);
    }

    /// Finds an IPv6 host.
    @Benchmark
    public @Nullable Peer find6() {
        next = (next + 1) & (QUERIES - 1);
        return table.find6(queries6High[next], queries6Low[next]);
    }

    /// Builds the whole table: what a change of configuration costs.
    @Benchmark
    public AllowedIps build() {
        return AllowedIps.of(entries);
    }
}
