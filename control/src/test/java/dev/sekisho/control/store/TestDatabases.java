package dev.sekisho.control.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// Databases for tests, on both dialects, each with the schema in place and empty. The schema is made once per process
/// and copied.
///
/// A store's contract is an abstract class with a method that says which; two small classes extend it:
///
/// ```java
/// abstract class FooStoreContract {
///     abstract TestDatabase newDatabase();
/// }
/// class SqliteFooStoreTest extends FooStoreContract {
///     TestDatabase newDatabase() { return TestDatabases.sqlite(); }
/// }
/// ```
public final class TestDatabases {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Supplier<Path> SQLITE = new Once<>(TestDatabases::sqliteTemplate);
    private static final Supplier<PostgresqlServer> SERVER = new Once<>(TestDatabases::server);

    private TestDatabases() {}

    /// Made when it is first asked for.
    private static final class Once<T> implements Supplier<T> {
        private final Supplier<T> maker;
        private @Nullable T value;

        Once(Supplier<T> maker) {
            this.maker = maker;
        }

        @Override
        public synchronized T get() {
            T made = value == null ? maker.get() : value;
            value = made;
            return made;
        }
    }

    /// One database, to be opened as often as a test likes, and closed at its end.
    ///
    /// @param url of PostgreSQL; empty = SQLite
    /// @param directory a new one; `sekisho.db` in it is the SQLite file
    /// @param end what is to do besides removing the directory
    public record TestDatabase(Optional<String> url, Path directory, Runnable end) implements AutoCloseable {
        /// Opens it.
        public Database open() {
            return Database.open(url, file());
        }

        /// The SQLite file.
        public Path file() {
            return directory.resolve("sekisho.db");
        }

        @Override
        public void close() {
            end.run();
            delete(directory);
        }
    }

    /// A SQLite file.
    public static TestDatabase sqlite() {
        try {
            TestDatabase database = new TestDatabase(Optional.empty(), directory(), () -> {});
            Files.copy(SQLITE.get(), database.file());
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A place for a SQLite file that is not there yet.
    public static TestDatabase emptySqlite() {
        return new TestDatabase(Optional.empty(), directory(), () -> {});
    }

    /// A database without tables on a real server; skips the test where none is installed.
    public static TestDatabase emptyPostgresql() {
        return postgresql("template0");
    }

    /// A database on a real server; skips the test where none is installed.
    public static TestDatabase postgresql() {
        return postgresql("sekisho_template");
    }

    private static TestDatabase postgresql(String template) {
        PostgresqlServer server = sharedServer();
        String name = "test_" + COUNT.incrementAndGet();
        server.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        return new TestDatabase(
                Optional.of(server.url(name)),
                directory(),
                () -> server.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"));
    }

    /// The server that the tests share; nobody stops it.
    static PostgresqlServer sharedServer() {
        requireServer();
        return SERVER.get();
    }

    /// Skips the test where no server is installed.
    public static void requireServer() {
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(
                    PostgresqlServer.programs().isPresent(),
                    "no PostgreSQL server in /usr/lib/postgresql: install postgresql to run this");
        }
    }

    private static Path sqliteTemplate() {
        Path file = directory().resolve("template.db");
        Database.open(Optional.empty(), file).close();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(Objects.requireNonNull(file.getParent()))));
        return file;
    }

    private static PostgresqlServer server() {
        PostgresqlServer server = PostgresqlServer.start();
        // Texts in the order of a language, as most servers have it: not in that of their bytes.
        server.execute("CREATE DATABASE sekisho_template TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
                + " LOCALE 'C'");
        Database.open(Optional.of(server.url("sekisho_template")), Path.of("")).close();
        return server;
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("sekisho-test-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
