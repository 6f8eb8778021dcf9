package dev.sekisho.control.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteException;

/// The connections of a database.
///
/// @param readers for reading transactions
/// @param writers for writing ones; on PostgreSQL the same
record Pools(Dialect dialect, HikariDataSource readers, HikariDataSource writers) implements AutoCloseable {
    private static final int SQLITE_READERS = 4;
    /// One of them listens ([Signals]).
    private static final int POSTGRESQL_CONNECTIONS = 11;

    /// How long anybody waits for a connection, a lock or an answer: a database that hangs is as bad as one that is
    /// gone.
    static final Duration WAIT = Duration.ofSeconds(5);

    /// Of each connection, taken as it is used: a search through a large table should not read it from the file each
    /// time.
    private static final int CACHE_KIB = 16 << 10;

    private static final long WAL_KEPT_BYTES = 64L << 20;

    /// Opens a SQLite file for its owner only.
    static Pools sqlite(Path file) {
        SQLiteConfig settings = new SQLiteConfig();
        settings.setJournalMode(SQLiteConfig.JournalMode.WAL);
        settings.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        settings.enforceForeignKeys(true);
        settings.setBusyTimeout((int) WAIT.toMillis());
        settings.setJournalSizeLimit((int) WAL_KEPT_BYTES);
        settings.setTempStore(SQLiteConfig.TempStore.MEMORY);
        settings.setCacheSize(-CACHE_KIB);
        SQLiteDataSource source = new SQLiteDataSource(settings);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        ownerOnly(file);
        HikariDataSource writers = pool(sqlite(source, "writer", 1));
        try {
            return new Pools(Dialect.SQLITE, pool(sqlite(source, "reader", SQLITE_READERS)), writers);
        } catch (RuntimeException e) {
            writers.close();
            throw e;
        }
    }

    private static HikariConfig sqlite(SQLiteDataSource source, String name, int connections) {
        HikariConfig config = config(name, connections);
        config.setDataSource(source);
        // Nothing listens at the other end that could go away: connections are made when they are needed and kept.
        config.setMinimumIdle(0);
        config.setIdleTimeout(0);
        config.setMaxLifetime(0);
        config.setKeepaliveTime(0);
        // The writer is made at once and says what is wrong with the file.
        config.setInitializationFailTimeout(connections == 1 ? 1 : -1);
        // What is removed is overwritten, so that a destroyed key is gone.
        config.setConnectionInitSql("PRAGMA secure_delete = ON");
        return config;
    }

    private static void ownerOnly(Path file) {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            assert Files.exists(file);
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE,
                    "the database " + file + " can't be made: does its directory exist, and is there room?",
                    e);
        }
    }

    /// Opens a PostgreSQL database.
    static Pools postgresql(DatabaseUrl url) {
        HikariConfig config = config("postgresql", POSTGRESQL_CONNECTIONS);
        config.setJdbcUrl(url.jdbcUrl());
        url.user().ifPresent(config::setUsername);
        url.password().ifPresent(config::setPassword);
        url.settings().forEach(config::addDataSourceProperty);
        String seconds = String.valueOf(WAIT.toSeconds());
        config.addDataSourceProperty("socketTimeout", seconds);
        config.addDataSourceProperty("connectTimeout", seconds);
        config.addDataSourceProperty("loginTimeout", seconds);
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.setMinimumIdle(1);
        // A statement gives up before the socket does, so that the server does not go on with what nobody waits for; a
        // node that was cut off does not keep the others from writing.
        config.setConnectionInitSql("SET default_transaction_isolation = 'repeatable read';"
                + " SET statement_timeout = 4500; SET lock_timeout = 4000;"
                + " SET idle_in_transaction_session_timeout = 10000");
        HikariDataSource pool = pool(config);
        return new Pools(Dialect.POSTGRESQL, pool, pool);
    }

    private static HikariConfig config(String name, int connections) {
        HikariConfig config = new HikariConfig();
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(WAIT.toMillis());
        config.setValidationTimeout(WAIT.toMillis() / 2);
        config.setAutoCommit(true);
        config.setPoolName(name);
        return config;
    }

    private static HikariDataSource pool(HikariConfig config) {
        try {
            return new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    /// What the driver says names host, user and database, never the password.
    private static StoreException refused(RuntimeException failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        return cause instanceof SQLiteException damaged
                ? Dialect.SQLITE.explain(damaged)
                : new StoreException(
                        StoreException.Kind.UNAVAILABLE,
                        "the database can't be opened: " + cause.getMessage(),
                        failure);
    }

    @Override
    public void close() {
        readers.close();
        writers.close();
    }
}
