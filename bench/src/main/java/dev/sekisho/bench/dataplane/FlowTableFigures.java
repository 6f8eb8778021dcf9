package dev.sekisho.bench.dataplane;

import dev.sekisho.dataplane.flow.FlowBounds;
import dev.sekisho.dataplane.flow.FlowTable;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import java.util.function.LongSupplier;

/// How long a flow table of a million flows keeps packets waiting: the longest single step of filling it, of asking,
/// of flows that come in the place of others, and of a sweep, and how many of each it does in a second. In time of the
/// processor that the thread was given, page faults included, so that other work on the machine counts little.
public final class FlowTableFigures {
    private static final int FLOWS = 1_000_000;
    private static final int ROUNDS = 3;
    private static final int SWEEPS = 16 * 20;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static long sink;

    private FlowTableFigures() {}

    /// Prints the figures of some rounds; the first warms up.
    public static void main(String[] arguments) {
        for (int round = 1; round <= ROUNDS; round++) {
            boolean last = round == ROUNDS;
            fill(last);
            FlowTableBenchmark table = new FlowTableBenchmark();
            table.flows = FLOWS;
            table.prepare();
            time(last, "look-up of a random flow", FLOWS, table::findRandom);
            time(last, "packet of a random flow", FLOWS, table::packet);
            time(last, "random flow ends, another begins", FLOWS, table::removeAndInsert);
            time(last, "flow in the place of a silent one", FLOWS, table::insertIntoFull);
            time(last, "step of a sweep: 62,501 flows", SWEEPS, table::sweepStep);
        }
    }

    /// The first flows of a table.
    private static void fill(boolean last) {
        FlowTable table = new FlowTable(Arena.ofAuto(), FlowBounds.of(FLOWS), System.nanoTime(), slot -> {});
        int[] number = {0};
        time(last, "insertion into a table that fills", FLOWS, () -> {
            int next = number[0]++;
            int slot = table.insert(0, 1 + next / 1000, 0, 2, next % 1000 << 16 | 443, 6, next / 1000, 0, 0);
            if (slot == FlowTable.NONE) {
                throw new IllegalStateException("flow " + next + " is refused");
            }
            return slot;
        });
    }

    /// The rate in all rounds but the last, the longest step in that: to ask for the time of each costs more than it.
    private static void time(boolean last, String what, int steps, LongSupplier step) {
        long longest = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        long before = start;
        for (int i = 0; i < steps; i++) {
            sink += step.getAsLong();
            if (last) {
                long now = THREADS.getCurrentThreadCpuTime();
                longest = Math.max(longest, now - before);
                before = now;
            }
        }
        double seconds = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
        if (last) {
            System.out.printf(Locale.ROOT, "%-36s longest %8.3f ms%n", what, longest / 1e6);
        } else {
            System.out.printf(Locale.ROOT, "%-36s %,12.0f a second%n", what, steps / seconds);
        }
    }
}
