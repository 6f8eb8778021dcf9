package dev.sekisho.dataplane.testkit;

import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/// Randomness for tests that can be replayed: a failing test prints its seed, `-Dsim.seed=` sets it.
///
/// Use as `@RegisterExtension final Seeds seeds = new Seeds();`. Without the property the seed is fixed, so
/// that a build does not change by itself. Owner: one test instance.
public final class Seeds implements TestWatcher {
    private static final long DEFAULT_SEED = 20_261_122L;

    private final long seed = Long.getLong("sim.seed", DEFAULT_SEED);
    private final SplittableRandom random = new SplittableRandom(seed);

    public SplittableRandom random() {
        return random;
    }

    public long next() {
        return random.nextLong();
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        System.err.println(context.getDisplayName() + " failed with -Dsim.seed=" + seed);
    }
}
