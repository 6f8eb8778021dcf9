package dev.sekisho.control.tunnel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A request to end, made once by whoever has a reason and never taken back. Thread-safe.
public final class Stop {
    private final CountDownLatch requested = new CountDownLatch(1);

    /// Asks everybody who waits to end.
    public void request() {
        requested.countDown();
    }

    /// Whether someone has asked.
    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /// Waits for the request.
    public void await() throws InterruptedException {
        requested.await();
    }

    /// Waits for the request, but not longer than so many milliseconds.
    ///
    /// @return whether it was made
    public boolean await(long millis) throws InterruptedException {
        return requested.await(millis, TimeUnit.MILLISECONDS);
    }
}
