package dev.sekisho.control.policy;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Keeps the policy in force the same as the file, within a second, on a thread of its own. Thread-safe.
///
/// The directory's events wake it at once; it also looks twice a second, since no event tells of a change
/// behind a symbolic link or on a network file system.
public final class PolicyWatcher implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PolicyWatcher.class.getName());
    private static final long POLL_MILLIS = 500;

    private final PolicyReloader reloader;
    private final WatchService changes;
    private final Thread thread;

    private PolicyWatcher(PolicyReloader reloader, WatchService changes, LongSupplier nanoClock) {
        this.reloader = reloader;
        this.changes = changes;
        this.thread = Thread.ofVirtual().name("policy-watcher").unstarted(() -> run(nanoClock));
    }

    /// Starts to watch a file; what has changed since it was read counts too.
    ///
    /// @param content what was read from it and is in force
    /// @param enforcer puts a content in force, or throws a [RuntimeException] with a sentence and changes
    ///     nothing; the content is its own from then on, unless it throws
    public static PolicyWatcher start(
            PolicyFile file, PolicyFile.Content content, Consumer<PolicyFile.Content> enforcer) throws IOException {
        Path directory = Objects.requireNonNull(file.path().toAbsolutePath().getParent(), "a file has a directory");
        WatchService changes = directory.getFileSystem().newWatchService();
        try {
            directory.register(
                    changes,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_DELETE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} can''t be watched, it is polled: {1}", directory, e.getMessage());
        }
        PolicyWatcher watcher = new PolicyWatcher(
                new PolicyReloader(file, content.policy().version(), content.digest(), System.nanoTime(), enforcer),
                changes,
                System::nanoTime);
        watcher.thread.start();
        return watcher;
    }

    /// Version of the content in force.
    public long version() {
        return reloader.version();
    }

    /// Why the file as it is now isn't in force; empty when it is.
    public Optional<String> lastError() {
        return reloader.lastError();
    }

    private void run(LongSupplier nanoClock) {
        boolean soon = false;
        try {
            while (true) {
                WatchKey key =
                        changes.poll(soon ? PolicyReloader.SETTLE.toMillis() : POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
                soon = reloader.check(nanoClock.getAsLong());
            }
        } catch (ClosedWatchServiceException e) {
            LOG.log(Level.DEBUG, "the policy file is no longer watched");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reloader.close();
        }
    }

    /// Stops to watch; a change that is being put in force is finished first.
    @Override
    public void close() throws IOException {
        changes.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
