package dev.sekisho.control.server;

import dev.sekisho.control.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// What comes back every few seconds. A task that fails is tried again at its next turn; a row of failures is logged
/// once, and once more when it is over.
///
/// @param timer runs the tasks, one at a time
record Background(ScheduledExecutorService timer) {
    private static final System.Logger LOG = System.getLogger(Background.class.getName());

    /// Runs a short task again and again.
    ///
    /// @param what it does, for the log
    void every(Duration pause, String what, Runnable task) {
        Task guarded = new Task(what, task);
        var _ = timer.scheduleWithFixedDelay(guarded, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// One of them. Owner: the timer's thread.
    private static final class Task implements Runnable {
        private final String what;
        private final Runnable task;
        private boolean failing;

        Task(String what, Runnable task) {
            this.what = what;
            this.task = task;
        }

        /// An executor never again runs what has thrown, so nothing is let through.
        @Override
        public void run() {
            try {
                task.run();
                if (failing) {
                    failing = false;
                    LOG.log(Level.INFO, "{0}: works again", what);
                }
            } catch (StoreException e) {
                LOG.log(failing ? Level.DEBUG : Level.WARNING, "{0}: {1}", what, e.getMessage());
                failing = true;
            } catch (RuntimeException | Error e) {
                LOG.log(failing ? Level.DEBUG : Level.ERROR, what + " failed", e);
                failing = true;
            }
        }
    }
}
