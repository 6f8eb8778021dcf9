package dev.sekisho.bench.loops;

import java.util.Arrays;
import java.util.function.BooleanSupplier;

/// Times an operation by loops so short that most of them are not interrupted. Its figure is that of the quiet loops:
/// the tenth part of all that were fastest. On a busy machine that is steadier than an average over seconds.
public final class ShortLoops {
    /// About a tenth of a millisecond for operations of some 25 ns.
    private static final int OPERATIONS = 1 << 12;

    private static final int WARM_UP = 400;
    private static final int LOOPS = 2000;

    private static volatile int sink;

    private ShortLoops() {}

    /// Nanoseconds per operation. What the operation answers is taken note of, so that it is carried out.
    public static double nanos(BooleanSupplier operation) {
        return nanos(OPERATIONS, operation)[0];
    }

    /// Nanoseconds per call of each of some operations, which take turns, a loop of `calls` each.
    public static double[] nanos(int calls, BooleanSupplier... operations) {
        double[][] loops = new double[operations.length][LOOPS];
        for (int i = -WARM_UP; i < LOOPS; i++) {
            for (int side = 0; side < operations.length; side++) {
                long start = System.nanoTime();
                sink = run(calls, operations[side]);
                loops[side][Math.max(i, 0)] = (double) (System.nanoTime() - start) / calls;
            }
        }
        double[] quiet = new double[operations.length];
        for (int side = 0; side < operations.length; side++) {
            Arrays.sort(loops[side]);
            quiet[side] = loops[side][LOOPS / 10];
        }
        return quiet;
    }

    private static int run(int calls, BooleanSupplier operation) {
        int count = 0;
        for (int i = 0; i < calls; i++) {
            count += operation.getAsBoolean() ? 1 : 0;
        }
        return count;
    }
}
