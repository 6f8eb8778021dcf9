package dev.sekisho.dataplane.flow;

/// What time it is by the calendar, told from time to time and carried on by the monotonic clock in between. Owner:
/// the checkpoint's thread.
///
/// It never goes back: when the wall clock is set back, time goes on here as it did before, so that no grant lasts
/// longer than it was meant to. A clock that was wrongly ahead thus stays ahead until a restart.
final class WallTime {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;

    /// Wall nanoseconds less monotonic nanoseconds, the largest ever seen.
    private long offsetNanos;

    private boolean told;
    private long second;
    private long nextSecondNanos;

    /// The wall clock shows `epochMillis` now.
    void tell(long nowNanos, long epochMillis) {
        long offset = epochMillis * MILLI - nowNanos;
        if (!told || offset - offsetNanos > 0) {
            told = true;
            offsetNanos = offset;
            nextSecondNanos = nowNanos;
        }
    }

    /// Seconds since 1970, rounded down.
    long epochSecond(long nowNanos) {
        if (nowNanos - nextSecondNanos >= 0) {
            long wall = offsetNanos + nowNanos;
            second = Math.max(second, Math.floorDiv(wall, SECOND));
            nextSecondNanos = nowNanos + SECOND - Math.floorMod(wall, SECOND);
        }
        return second;
    }

    /// Milliseconds since 1970.
    long epochMillis(long nowNanos) {
        return (offsetNanos + nowNanos) / MILLI;
    }
}
