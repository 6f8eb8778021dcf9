package dev.sekisho.it.lab;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for something to become true, never for time to pass: returns as soon as it is, fails with its name at the
/// deadline.
public final class Await {
    private static final long STEP_NANOS = Duration.ofMillis(20).toNanos();

    private Await() {}

    /// Polls `condition` until it holds.
    ///
    /// @throws AssertionError naming `what` when the limit has passed
    public static void until(String what, Duration limit, BooleanSupplier condition) {
        until(() -> what, limit, condition);
    }

    /// As [#until(String, Duration, BooleanSupplier)], with the message made only when it is needed.
    public static void until(Supplier<String> what, Duration limit, BooleanSupplier condition) {
        if (!holdsWithin(limit, condition)) {
            throw new AssertionError("not within " + limit.toMillis() + " ms: " + what.get());
        }
    }

    /// Polls `condition`; false when the limit passed first.
    public static boolean holdsWithin(Duration limit, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                return false;
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        return true;
    }
}
