package dev.sekisho.control.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.flywaydb.core.Flyway;

/// An open database with its schema up to date. Thread-safe; the owner closes it.
///
/// SQLite: write-ahead log, `synchronous=FULL`, foreign keys on, one writing connection under a lock and a few for
/// reading. PostgreSQL: one pool; a writing transaction is `REPEATABLE READ`.
public final class Database implements AutoCloseable {
    private static final int READERS = 4;
    private static final int POSTGRESQL_CONNECTIONS = 10;
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final Dialect dialect;
    private final HikariDataSource readers;
    private final HikariDataSource writers;

    /// SQLite has one writer; waiting for it here is fair and can't time out as busy.
    private final ReentrantLock writer = new ReentrantLock(true);

    private Database(Dialect dialect, HikariDataSource readers, HikariDataSource writers) {
        this.dialect = dialect;
        this.readers = readers;
        this.writers = writers;
    }

    /// Opens the database and brings its schema up to date.
    ///
    /// @param url a JDBC URL of PostgreSQL, such as `jdbc:postgresql://host/name?user=..`; empty = SQLite in `file`
    /// @throws StoreException when it can't be opened or its schema is newer than this program
    public static Database open(Optional<String> url, Path file) {
        Database database = url.isPresent() ? postgresql(url.get()) : sqlite(file);
        try {
            database.migrate();
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static Database sqlite(Path file) {
        HikariConfig writing = config("jdbc:sqlite:" + file.toAbsolutePath(), 1);
        writing.addDataSourceProperty("transaction_mode", "IMMEDIATE");
        HikariConfig reading = config("jdbc:sqlite:" + file.toAbsolutePath(), READERS);
        for (HikariConfig config : new HikariConfig[] {writing, reading}) {
            config.addDataSourceProperty("journal_mode", "WAL");
            config.addDataSourceProperty("synchronous", "FULL");
            config.addDataSourceProperty("foreign_keys", "true");
            config.addDataSourceProperty("busy_timeout", String.valueOf(WAIT.toMillis()));
        }
        HikariDataSource writers = pool(writing);
        try {
            return new Database(Dialect.SQLITE, pool(reading), writers);
        } catch (RuntimeException e) {
            writers.close();
            throw e;
        }
    }

    private static Database postgresql(String url) {
        HikariConfig config = config(url, POSTGRESQL_CONNECTIONS);
        config.addDataSourceProperty("socketTimeout", "10");
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        HikariDataSource pool = pool(config);
        return new Database(Dialect.POSTGRESQL, pool, pool);
    }

    private static HikariConfig config(String url, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(WAIT.toMillis());
        config.setAutoCommit(true);
        config.setPoolName(connections == 1 ? "writer" : "reader");
        return config;
    }

    private static HikariDataSource pool(HikariConfig config) {
        try {
            return new HikariDataSource(config);
        } catch (RuntimeException e) {
            // The cause's message may hold the URL, and that a password.
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "the database can't be opened", e);
        }
    }

    private void migrate() {
        Flyway.configure()
                .dataSource(writers)
                .locations("classpath:dev/sekisho/control/store/migrations")
                .placeholders(dialect.placeholders())
                .loggers("slf4j")
                .load()
                .migrate();
    }

    /// Which of the two it is.
    public Dialect dialect() {
        return dialect;
    }

    /// Reads in one transaction: everything is as of one moment.
    ///
    /// @throws StoreException when the database can't answer
    public <T> T read(Function<Transaction, T> work) {
        return run(readers, false, work);
    }

    /// Writes in one transaction: all of it holds when this returns, also after a power cut, or nothing of it. For
    /// `UnitOfWork` only, which records what was changed.
    ///
    /// @throws StoreException when the database can't do it
    public <T> T write(Function<Transaction, T> work) {
        if (dialect == Dialect.POSTGRESQL) {
            return run(writers, true, work);
        }
        writer.lock();
        try {
            return run(writers, true, work);
        } finally {
            writer.unlock();
        }
    }

    private <T> T run(HikariDataSource source, boolean writable, Function<Transaction, T> work) {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            if (dialect == Dialect.POSTGRESQL) {
                connection.setReadOnly(!writable);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            boolean done = false;
            try {
                T result = work.apply(new Sql(connection, dialect, writable));
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    connection.rollback();
                }
            }
        } catch (SQLException e) {
            throw dialect.explain(e);
        }
    }

    @Override
    public void close() {
        readers.close();
        writers.close();
    }
}
