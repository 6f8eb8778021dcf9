package dev.sekisho.dataplane.sim;

/// Protocol time: one monotonic clock for all, moved by hand. Wall time is each node's own.
final class SimClock {
    static final long SECOND = 1_000_000_000L;

    /// Anything but zero, and negative, so that nobody relies on either.
    private static final long START = -3_600 * SECOND;

    private long nowNanos = START;

    long nowNanos() {
        return nowNanos;
    }

    void advanceTo(long nanos) {
        if (nanos < nowNanos) {
            throw new IllegalArgumentException("the monotonic clock cannot go back");
        }
        nowNanos = nanos;
    }

    /// Since the run began, for logs.
    String stamp() {
        long millis = (nowNanos - START) / 1_000_000;
        return "%6d.%03d".formatted(millis / 1000, millis % 1000);
    }
}
