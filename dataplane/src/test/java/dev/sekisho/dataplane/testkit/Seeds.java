package dev.sekisho.dataplane.testkit;

import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/// The randomness of tests, which can be replayed. A test that runs with many seeds takes 1 to n, or just
/// `-Dsim.seed=`; `-Dsim.seeds=` sets n, and a failure names its seed. One that needs some random numbers draws them
/// from [#random()]. No build differs from the one before by itself.
public final class Seeds {
    private Seeds() {}

    /// `count` seeds, unless a property says otherwise.
    public static LongStream of(int count) {
        Long single = Long.getLong("sim.seed");
        if (single != null) {
            return LongStream.of(single);
        }
        return LongStream.rangeClosed(1, Integer.getInteger("sim.seeds", count));
    }

    /// Runs `body` for each of [#of] `count` seeds.
    public static void forEach(int count, LongConsumer body) {
        of(count).forEach(seed -> {
            try {
                body.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " fails; run it alone with -Dsim.seed=" + seed, e);
            }
        });
    }

    /// A generator of `-Dsim.seed=`, or of a seed that is always the same.
    public static SplittableRandom random() {
        return random(Long.getLong("sim.seed", 1));
    }

    /// A generator of `seed` with well-mixed first numbers.
    public static SplittableRandom random(long seed) {
        return new SplittableRandom(seed * 0x9e3779b97f4a7c15L);
    }
}
