package dev.sekisho.control.store;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/// Listens to PostgreSQL's notifications on a connection and a thread of its own, and connects again when it breaks.
/// The owner closes it.
final class Signals implements AutoCloseable {
    /// The one channel of this program.
    static final String CHANNEL = "sekisho";

    private static final System.Logger LOG = System.getLogger(Signals.class.getName());

    /// Longer than this it does not wait before it looks whether the connection still holds.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final HikariDataSource source;
    private final SignalListener listener;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    // Guarded by the lock.
    private boolean closed;

    private Signals(HikariDataSource source, SignalListener listener) {
        this.source = source;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("signals").unstarted(this::run);
    }

    static Signals start(HikariDataSource source, SignalListener listener) {
        Signals signals = new Signals(source, listener);
        signals.thread.start();
        return signals;
    }

    private void run() {
        boolean failing = false;
        while (!isClosed()) {
            try (Connection connection = source.getConnection()) {
                failing = false;
                listen(connection);
            } catch (SQLException e) {
                LOG.log(
                        failing || isClosed() ? Level.DEBUG : Level.WARNING,
                        "changes of other nodes are noticed a second later for the moment: {0}",
                        e.getMessage());
                failing = true;
                pause();
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        boolean sound = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + CHANNEL);
            listener.gap();
            PGConnection notifying = connection.unwrap(PGConnection.class);
            while (!isClosed()) {
                PGNotification[] told = notifying.getNotifications((int) PATIENCE.toMillis());
                if (told.length == 0) {
                    statement.execute("SELECT 1");
                }
                for (PGNotification one : told) {
                    listener.heard(one.getParameter());
                }
            }
            statement.execute("UNLISTEN *");
            sound = true;
        } finally {
            if (!sound) {
                source.evictConnection(connection);
            }
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        lock.lock();
        try {
            long left = PAUSE.toNanos();
            while (!closed && left > 0) {
                left = ended.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /// Does not wait for the thread: it ends with its connection, or within [#PATIENCE].
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
