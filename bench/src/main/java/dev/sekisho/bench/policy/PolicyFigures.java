package dev.sekisho.bench.policy;

import dev.sekisho.bench.loops.ShortLoops;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.compile.PolicyCompiler;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.lang.ref.Reference;
import java.util.Locale;

/// What the policy of a large site costs: to compile, to keep and to ask.
public final class PolicyFigures {
    private static final int COMPILATIONS = 7;
    private static final int COLLECTIONS = 4;
    private static final double MIB = 1 << 20;
    private static final double MILLI = 1e6;

    private static final PolicySnapshot NOTHING =
            PolicyCompiler.compile(new LargePolicy(new LargePolicy.Size(1, 10, 1, 0), 0).policy());

    private PolicyFigures() {}

    /// Takes no arguments.
    public static void main(String[] arguments) {
        compile();
        for (int askers : new int[] {1, PolicyBenchmark.ASKERS}) {
            for (int times : new int[] {1, 10}) {
                decide(askers, times);
            }
        }
    }

    private static void compile() {
        long empty = usedBytes();
        Policy policy = new LargePolicy(LargePolicy.Size.SITE, 1).policy();
        long made = usedBytes();
        PolicySnapshot snapshot = NOTHING;
        long first = 0;
        long best = Long.MAX_VALUE;
        for (int i = 0; i < COMPILATIONS; i++) {
            long start = System.nanoTime();
            snapshot = PolicyCompiler.compile(policy);
            long nanos = System.nanoTime() - start;
            first = i == 0 ? nanos : first;
            best = Math.min(best, nanos);
        }
        long compiled = usedBytes();
        Reference.reachabilityFence(snapshot);
        System.out.printf(
                Locale.ROOT,
                "compile: first %.0f ms, best of %d %.0f ms; memory: policy %.1f MiB, with the snapshot %.1f MiB%n",
                first / MILLI,
                COMPILATIONS,
                best / MILLI,
                (made - empty) / MIB,
                (compiled - empty) / MIB);
    }

    private static void decide(int askers, int timesTheGrants) {
        PolicyBenchmark benchmark = new PolicyBenchmark();
        benchmark.askers = askers;
        benchmark.timesTheGrants = timesTheGrants;
        benchmark.prepare();
        System.out.printf(
                Locale.ROOT,
                "decide: %4d askers, grants of others x%-2d: granted %.0f ns, refused %.0f ns%n",
                askers,
                timesTheGrants,
                ShortLoops.nanos(benchmark::granted),
                ShortLoops.nanos(benchmark::refused));
    }

    /// What is reachable, once the collector agrees with itself.
    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
