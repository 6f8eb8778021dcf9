package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;

/// How many flows may begin: [Limits#NEW_FLOWS_PER_SECOND] in the long run, [Limits#NEW_FLOWS_BURST] at once. Owner:
/// the
/// checkpoint's thread.
final class Allowance {
    private static final long PRICE_NANOS = 1_000_000_000L / Limits.NEW_FLOWS_PER_SECOND;
    private static final long CREDIT_NANOS = PRICE_NANOS * (Limits.NEW_FLOWS_BURST - 1L);

    private boolean used;

    /// When it would be full again.
    private long fullNanos;

    /// Takes one; false when there is none left.
    boolean take(long nowNanos) {
        if (!used || fullNanos - nowNanos < 0) {
            used = true;
            fullNanos = nowNanos;
        }
        if (fullNanos - nowNanos > CREDIT_NANOS) {
            return false;
        }
        fullNanos += PRICE_NANOS;
        return true;
    }
}
