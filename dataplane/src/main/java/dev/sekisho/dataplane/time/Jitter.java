package dev.sekisho.dataplane.time;

/// Small pseudo-random pauses that keep peers from repeating themselves in step. Owner: one thread. Not for
/// secrets: nothing depends on these numbers being unguessable.
///
/// Source: the generator is xorshift64* (Marsaglia 2003, Vigna 2016).
public final class Jitter {
    private static final long WHEN_SEED_IS_ZERO = 0x9e3779b97f4a7c15L;

    private final long boundNanos;
    private long state;

    /// @param boundNanos largest pause; 0 makes every pause 0
    public Jitter(long seed, long boundNanos) {
        if (boundNanos < 0) {
            throw new IllegalArgumentException("a pause cannot be negative");
        }
        this.boundNanos = boundNanos;
        this.state = seed == 0 ? WHEN_SEED_IS_ZERO : seed;
    }

    /// The next pause, 0 to the bound inclusive.
    public long nextNanos() {
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        return Long.remainderUnsigned(state * 0x2545f4914f6cdd1dL, boundNanos + 1);
    }
}
