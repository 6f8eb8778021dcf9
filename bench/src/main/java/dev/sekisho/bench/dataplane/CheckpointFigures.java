package dev.sekisho.bench.dataplane;

import com.sun.management.ThreadMXBean;
import dev.sekisho.bench.loops.ShortLoops;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// The checkpoint's benchmarks in short loops, for machines that do other work as well, and how soon a change of
/// the policy bites on live flows.
public final class CheckpointFigures {
    private static final int ALLOCATION_OPERATIONS = 1_000_000;
    private static final int ENGINE_CALLS = 2;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private CheckpointFigures() {}

    /// Takes the parts wanted: `hits`, `first`, `enforce`, `engine`; none = all.
    public static void main(String[] arguments) {
        String parts = arguments.length == 0 ? "hits first enforce engine" : String.join(" ", arguments);
        if (parts.contains("hits")) {
            for (String kind : new String[] {"tcp4", "udp4", "tcp6", "udp6"}) {
                for (int flows : new int[] {1, 1000, 100_000}) {
                    hits(kind, flows);
                }
            }
        }
        if (parts.contains("first")) {
            FirstPacketBenchmark first = new FirstPacketBenchmark();
            first.prepare();
            report("first packet", first::first);
            report("refused packet", first::refused);
            FirstPacketBenchmark resets = new FirstPacketBenchmark();
            resets.prepare();
            report("SYN and reset", resets::openAndReset);
        }
        if (parts.contains("enforce")) {
            EnforcementFigures.print();
        }
        if (parts.contains("engine")) {
            engine();
        }
    }

    private static void hits(String kind, int flows) {
        CheckpointBenchmark hits = new CheckpointBenchmark();
        hits.kind = kind;
        hits.flows = flows;
        hits.prepare();
        String name = String.format(Locale.ROOT, "%s, %6d flows, ", kind, flows);
        report(name + "from device", hits::fromDevice);
        report(name + "to device", hits::toDevice);
        report(name + "the loop alone", hits::loop);
        report(name + "parsing", hits::parse);
    }

    /// The way through the engine, sealing and opening included, with and without a checkpoint in turn.
    private static void engine() {
        EngineBenchmark without = new EngineBenchmark();
        EngineBenchmark with = new EngineBenchmark();
        with.checkpoint = true;
        without.prepare();
        with.prepare();
        ratio("large, out", EngineBenchmark.SEGMENTS, without::largeOut, with::largeOut);
        ratio("large, through", EngineBenchmark.SEGMENTS, without::largeThrough, with::largeThrough);
        ratio("small, out", EngineBenchmark.SMALL, without::smallOut, with::smallOut);
        ratio("small, through", EngineBenchmark.SMALL, without::smallThrough, with::smallThrough);
    }

    private static void ratio(String name, int packets, LongSupplier without, LongSupplier with) {
        double[] nanos = ShortLoops.nanos(ENGINE_CALLS, () -> without.getAsLong() >= 0, () -> with.getAsLong() >= 0);
        System.out.printf(
                Locale.ROOT,
                "%-36s without %6.0f ns, with %6.0f ns a packet: ratio %.3f%n",
                "engine: " + name,
                nanos[0] / packets,
                nanos[1] / packets,
                nanos[1] / nanos[0]);
    }

    private static void report(String name, BooleanSupplier operation) {
        double nanos = ShortLoops.nanos(operation);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ALLOCATION_OPERATIONS; i++) {
            CheckpointSite.require(operation.getAsBoolean());
        }
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        System.out.printf(Locale.ROOT, "%-36s %6.1f ns %6.1f B%n", name, nanos, (double) bytes / ALLOCATION_OPERATIONS);
    }
}
