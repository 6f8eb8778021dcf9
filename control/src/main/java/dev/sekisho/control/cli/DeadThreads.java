package dev.sekisho.control.cli;

import dev.sekisho.control.tunnel.Stop;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Notices every thread of the process that ends by what nobody caught, and asks for the end: a server that
/// lacks a part (the one that reads the policy, the one that keeps the log) looks well and isn't.
/// Thread-safe; one at a time.
final class DeadThreads implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DeadThreads.class.getName());

    private final Stop stop;
    private final Thread.@Nullable UncaughtExceptionHandler before;
    private volatile @Nullable String first;

    private DeadThreads(Stop stop) {
        this.stop = stop;
        this.before = Thread.getDefaultUncaughtExceptionHandler();
    }

    /// Watches until it is closed.
    static DeadThreads watch(Stop stop) {
        DeadThreads watch = new DeadThreads(stop);
        Thread.setDefaultUncaughtExceptionHandler(watch::died);
        return watch;
    }

    private void died(Thread thread, Throwable cause) {
        String name = thread.getName().isEmpty() ? "(no name)" : thread.getName();
        if (first == null) {
            first = name;
        }
        LOG.log(Level.ERROR, "the thread " + name + " died", cause);
        stop.request();
    }

    /// The name of the first one.
    Optional<String> first() {
        return Optional.ofNullable(first);
    }

    @Override
    public void close() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }
}
