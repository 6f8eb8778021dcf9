package dev.sekisho.bench.dataplane;

import dev.sekisho.dataplane.flow.FlowBounds;
import dev.sekisho.dataplane.flow.FlowTable;
import java.lang.foreign.Arena;
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

/// The flow table with all its flows live: look-ups, flows that come and go, and what a packet does in all. For pauses
/// run with `-bm sample`, which reports the longest.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FlowTableBenchmark {
    private static final long V4_MAPPED = 0xffff_0000_0000L;
    private static final long DEVICES = 0x0a42_0000L;
    private static final long TARGETS = 0x0a00_0000L;
    private static final int PORT = 443;
    private static final int TCP = 6;

    /// More than any cache of ours holds, so that the order of questions is no order in memory.
    private static final int QUESTIONS = 1 << 20;

    private static final int FLOWS_PER_DEVICE = 1000;
    private static final int REPLACEABLE_NANOS = 1_000_000_000;

    /// Live flows; the table is full.
    @Param({"1000", "100000", "1000000"})
    public int flows;

    private final int[] questions = new int[QUESTIONS];
    private FlowTable table = new FlowTable(Arena.ofAuto(), FlowBounds.of(1), 0, slot -> {});
    private int next;
    private int oldest;
    private int generation;
    private long nowNanos;
    private long seen;

    /// Fills the table, in the order of devices and ports.
    @Setup
    public void prepare() {
        FlowBounds bounds = new FlowBounds(flows, 2 * FLOWS_PER_DEVICE, REPLACEABLE_NANOS);
        table = new FlowTable(Arena.ofAuto(), bounds, 42, slot -> {});
        for (int number = 0; number < flows; number++) {
            if (open(number, 0) == FlowTable.NONE) {
                throw new IllegalStateException("flow " + number + " is refused");
            }
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < QUESTIONS; i++) {
            questions[i] = random.nextInt(flows);
        }
    }

    /// The flow of the packet before.
    @Benchmark
    public int findSame() {
        return find(7, 0);
    }

    /// Any live flow.
    @Benchmark
    public int findRandom() {
        return find(question(), 0);
    }

    /// A flow that is not in the table.
    @Benchmark
    public int findMissing() {
        return find(question(), 1);
    }

    /// What a packet of any live flow does: look-up, checks, time, counters.
    @Benchmark
    public long packet() {
        int slot = find(question(), 0);
        nowNanos += 1000;
        var records = table.records();
        records.seen(slot, nowNanos);
        records.addToTarget(slot, 1400, 1);
        return records.validUntilEpochSecond(slot) + records.policyVersion(slot) + records.device(slot);
    }

    /// A live flow ends, another begins.
    @Benchmark
    public int removeAndInsert() {
        int number = question();
        table.remove(find(number, 0));
        return open(number, 0);
    }

    /// A device at its share of a full table opens a flow in the place of a silent one of its own: look-up, choice of
    /// the one to go, its removal, insertion.
    @Benchmark
    public int insertIntoFull() {
        nowNanos += 2L * REPLACEABLE_NANOS / flows;
        if (++oldest == flows) {
            oldest = 0;
        }
        if (oldest == 1) {
            generation++;
        }
        return find(oldest, generation) == FlowTable.NONE ? open(oldest, generation) : FlowTable.NONE;
    }

    /// A step of the patrol, which goes through all flows in sixteen: all that it looks at when nothing is to be done.
    @Benchmark
    public long sweepStep() {
        nowNanos += 1000;
        seen = 0;
        table.sweep(flows / 16 + 1, this::look);
        return seen;
    }

    private void look(int slot) {
        var records = table.records();
        seen += records.device(slot)
                + records.state(slot)
                + records.flags(slot)
                + records.policyVersion(slot)
                + records.validUntilEpochSecond(slot)
                + records.idleNanos(slot, nowNanos)
                + records.startedEpochMillis(slot);
    }

    private int question() {
        next = (next + 1) & (QUESTIONS - 1);
        return questions[next];
    }

    private int find(int number, int targetNumber) {
        return table.find(0, address(number), 0, V4_MAPPED | (TARGETS + targetNumber), ports(number), TCP);
    }

    private int open(int number, int targetNumber) {
        return table.insert(
                0,
                address(number),
                0,
                V4_MAPPED | (TARGETS + targetNumber),
                ports(number),
                TCP,
                number / FLOWS_PER_DEVICE,
                nowNanos,
                0);
    }

    private static long address(int number) {
        return V4_MAPPED | (DEVICES + number / FLOWS_PER_DEVICE);
    }

    private static int ports(int number) {
        return ((number & 0xffff) << 16) | PORT;
    }
}
