package dev.sekisho.control.server;

import dev.sekisho.control.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// What comes back every few seconds. A task that fails is tried again at its next turn.
///
/// @param timer runs the tasks, one at a time
record Background(ScheduledExecutorService timer) {
    private static final System.Logger LOG = System.getLogger(Background.class.getName());

    /// Runs a short task again and again.
    ///
    /// @param what it does, for the log
    void every(Duration pause, String what, Runnable task) {
        var _ = timer.scheduleWithFixedDelay(
                () -> safely(what, task), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void safely(String what, Runnable task) {
        try {
            task.run();
        } catch (StoreException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", what, e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, what + " failed", e);
        }
    }
}
