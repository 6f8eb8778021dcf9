package dev.sekisho.bench.dataplane;

import dev.sekisho.dataplane.flow.FlowBounds;
import dev.sekisho.dataplane.flow.FlowTable;
import java.lang.foreign.Arena;
import java.util.Locale;
import java.util.function.LongSupplier;

/// How long a flow table of a million flows keeps packets waiting: the longest single step of filling it, of asking,
/// of flows that come in the place of others, and of a sweep, and how many of each it does in a second. Every step is
/// timed for itself, so the rates hold the clock's own 20 ns or so; the longest may be the machine's doing.
public final class FlowTableFigures {
    private static final int FLOWS = 1_000_000;
    private static final int ROUNDS = 3;
    private static final int SWEEPS = 16 * 20;

    private static long sink;

    private FlowTableFigures() {}

    /// Prints the figures of the last of some rounds; those before warm up.
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

    /// The first flows of a table, in memory that nobody has touched.
    private static void fill(boolean print) {
        try (Arena arena = Arena.ofConfined()) {
            FlowTable table = new FlowTable(arena, FlowBounds.of(FLOWS), System.nanoTime(), slot -> {});
            int[] number = {0};
            time(print, "insertion into a table that fills", FLOWS, () -> {
                int next = number[0]++;
                int slot = table.insert(0, 1 + next / 1000, 0, 2, next % 1000 << 16 | 443, 6, next / 1000, 0, 0);
                if (slot == FlowTable.NONE) {
                    throw new IllegalStateException("flow " + next + " is refused");
                }
                return slot;
            });
        }
    }

    private static void time(boolean print, String what, int steps, LongSupplier step) {
        long longest = 0;
        long start = System.nanoTime();
        long before = start;
        for (int i = 0; i < steps; i++) {
            sink += step.getAsLong();
            long now = System.nanoTime();
            longest = Math.max(longest, now - before);
            before = now;
        }
        if (print) {
            System.out.printf(
                    Locale.ROOT,
                    "%-36s %,12.0f a second, longest %8.3f ms%n",
                    what,
                    steps * 1e9 / (before - start),
                    longest / 1e6);
        }
    }
}
