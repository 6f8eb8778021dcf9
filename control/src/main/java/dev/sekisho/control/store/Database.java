package dev.sekisho.control.store;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// An open database with its schema up to date. Thread-safe; the owner closes it.
///
/// SQLite: write-ahead log, `synchronous=FULL`, foreign keys on, one writing connection under a lock and a few for
/// reading. PostgreSQL: one pool, `REPEATABLE READ`. On both, writing transactions run one after the other, on
/// PostgreSQL over all nodes; reading ones never wait for them.
public final class Database implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Database.class.getName());

    /// How often a transaction is run again that failed only since others ran beside it.
    private static final int ATTEMPTS = 5;

    private final Pools pools;

    /// SQLite has one writer; waiting for it here is fair and can't time out as busy.
    private final ReentrantLock writer = new ReentrantLock(true);

    private Database(Pools pools) {
        this.pools = pools;
    }

    /// Opens the database and brings its schema up to date.
    ///
    /// @param url of PostgreSQL, in one of the forms of [DatabaseUrl]; empty = SQLite in `file`
    /// @throws StoreException when it can't be opened or its schema is newer than this program
    /// @throws IllegalArgumentException when the URL can't be read
    public static Database open(Optional<String> url, Path file) {
        Pools pools = url.isPresent() ? Pools.postgresql(DatabaseUrl.parse(url.get())) : Pools.sqlite(file);
        try {
            new Migrations(pools).run();
            return new Database(pools);
        } catch (RuntimeException e) {
            pools.close();
            throw e;
        }
    }

    /// Which of the two it is.
    public Dialect dialect() {
        return pools.dialect();
    }

    /// Reads in one transaction: everything is as of one moment.
    ///
    /// @throws StoreException when the database can't answer
    public <T> T read(Function<Transaction, T> work) {
        return run(pools.readers(), false, work);
    }

    /// Writes in one transaction: all of it holds when this returns, also after a power cut, or nothing of it. For
    /// `UnitOfWork` only, which records what was changed.
    ///
    /// @param work may be run more than once, so it changes nothing outside the transaction. After a statement that
    ///     failed the transaction can only be given up
    /// @throws StoreException when the database can't do it
    public <T> T write(Function<Transaction, T> work) {
        if (dialect() == Dialect.SQLITE) {
            writer.lock();
            try {
                return run(pools.writers(), true, work);
            } finally {
                writer.unlock();
            }
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return run(pools.writers(), true, work);
            } catch (StoreException e) {
                if (attempt == ATTEMPTS || !Dialect.isWorthAnotherTry(e)) {
                    throw e;
                }
            }
        }
    }

    /// Takes all of it, as of one moment, while it is written to.
    ///
    /// @param scratch a directory for its owner only, with room for a SQLite database
    /// @throws java.io.IOException when the sink can't be written
    /// @throws StoreException when it can't be read
    public void dump(Path scratch, Dump.Sink sink) throws java.io.IOException {
        Dump.take(pools, scratch, sink);
    }

    /// Hears what nodes tell by [Sql#signal]; on SQLite nothing is ever told.
    ///
    /// @return what ends it; the database does not
    public AutoCloseable hear(SignalListener listener) {
        return dialect() == Dialect.POSTGRESQL ? Signals.start(pools.readers(), listener) : () -> {};
    }

    private <T> T run(HikariDataSource source, boolean writable, Function<Transaction, T> work) {
        try (Connection connection = source.getConnection()) {
            dialect().begin(connection, writable);
            boolean done = false;
            try {
                Sql sql = new Sql(connection, dialect(), writable);
                T result = work.apply(sql);
                sql.end();
                commit(connection);
                done = true;
                return result;
            } finally {
                if (!done) {
                    rollback(source, connection);
                }
            }
        } catch (SQLException e) {
            throw dialect().explain(e);
        }
    }

    private void commit(Connection connection) {
        try {
            dialect().commit(connection);
        } catch (SQLException e) {
            throw dialect().explainCommit(e);
        }
    }

    /// A connection that can't even do this is not used again, and what it had begun ends with it.
    private void rollback(HikariDataSource source, Connection connection) {
        try {
            dialect().rollback(connection);
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "a connection is given up: {0}", e.getMessage());
            source.evictConnection(connection);
        }
    }

    @Override
    public void close() {
        pools.close();
    }
}
