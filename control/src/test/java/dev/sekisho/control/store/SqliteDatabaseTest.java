package dev.sekisho.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest extends DatabaseContract {
    @TempDir
    Path directory = Path.of("");

    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }

    @Test
    void whatIsCommittedSurvivesAPowerCutOnEveryConnection() {
        try (TestDatabase home = TestDatabases.sqlite();
                Database database = home.open()) {
            assertThat(database.read(SqliteDatabaseTest::settings)).containsExactly("wal", "2", "1", "5000");
            assertThat(database.write(SqliteDatabaseTest::settings)).containsExactly("wal", "2", "1", "5000");
        }
    }

    private static List<String> settings(Transaction transaction) {
        Sql sql = Sql.of(transaction);
        return List.of(
                pragma(sql, "journal_mode"),
                pragma(sql, "synchronous"),
                pragma(sql, "foreign_keys"),
                sql.first(row -> row.text("timeout"), "PRAGMA busy_timeout").orElseThrow());
    }

    private static String pragma(Sql sql, String name) {
        return sql.first(row -> row.text(name), "PRAGMA " + name).orElseThrow();
    }

    @Test
    void onlyTheOwnerCanReadTheFiles() throws IOException {
        try (Database database = Database.open(Optional.empty(), directory.resolve("a.db"))) {
            database.write(transaction -> Sql.of(transaction).update("CREATE TABLE t (x TEXT)"));
            for (String name : new String[] {"a.db", "a.db-wal", "a.db-shm"}) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedWithASentence() throws IOException {
        Path file = Files.writeString(directory.resolve("b.db"), "this is no database, it is a letter".repeat(100));
        assertThatThrownBy(() -> Database.open(Optional.empty(), file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Database.open(Optional.empty(), directory.resolve("missing/c.db")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("missing/c.db");
    }
}
