package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.Entropy;
import java.util.SplittableRandom;

/// Entropy that can be replayed. Not thread-safe.
final class SeededEntropy implements Entropy {
    private final SplittableRandom random;

    SeededEntropy(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public void fill(byte[] target, int offset, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, target, offset, length);
    }
}
