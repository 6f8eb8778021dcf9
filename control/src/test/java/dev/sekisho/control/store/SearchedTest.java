package dev.sekisho.control.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The index of trigrams of a SQLite database: made for what is there already, part of every copy, used for what is
/// rare.
class SearchedTest {
    private static final Searched USER = new Searched("app_user", "text", "%ssearch_key LIKE ? ESCAPE '!'");

    private static int insert(Transaction transaction, String id, String key) {
        return Sql.of(transaction)
                .update(
                        "INSERT INTO app_user (id, name, name_key, search_key, display_name, directory, disabled,"
                                + " service, created_at, version) VALUES (?, ?, ?, ?, '', 'internal', 0, 0, 0, 1)",
                        id,
                        key,
                        key,
                        key + " of the staff");
    }

    private static String condition(Database database, String text) {
        return database.read(
                transaction -> USER.in(Sql.of(transaction), "u.", text).sql());
    }

    private static List<String> indexed(Database database, String text) {
        return database.read(transaction -> {
            Searched.Condition found = USER.in(Sql.of(transaction), "", text);
            assertThat(found.sql()).doesNotContain("LIKE");
            return found.parameters();
        });
    }

    @Test
    void whatWasThereBeforeTheIndexIsInIt() throws SQLException {
        try (TestDatabase home = TestDatabases.emptySqlite()) {
            try (Pools pools = Pools.sqlite(home.file())) {
                Migrations.flyway(pools).target("18").load().migrate();
                try (Connection connection = pools.writers().getConnection()) {
                    insert(new Sql(connection, Dialect.SQLITE, true), "U1", "alice");
                }
            }
            try (Database database = home.open()) {
                assertThat(indexed(database, "lice of")).containsExactly("U1");
            }
        }
    }

    @Test
    void aCopyHasTheIndexAndIsSound() throws IOException {
        try (TestDatabase home = TestDatabases.sqlite();
                Database database = home.open()) {
            database.write(transaction -> {
                insert(transaction, "U1", "alice");
                insert(transaction, "U2", "bob");
                // Leaves a gap in the numbers, which a copy might close.
                return Sql.of(transaction).update("DELETE FROM app_user WHERE id = 'U1'")
                        + insert(transaction, "U3", "carol");
            });
            Path copy = home.directory().resolve("kept.db");
            List<String> parts = new ArrayList<>();
            database.dump(home.directory(), (name, content) -> {
                parts.add(name);
                try (var out = Files.newOutputStream(copy)) {
                    content.write(out);
                }
            });
            assertThat(parts).containsExactly(Dump.FILE);
            assertThat(Dump.check(copy)).isEmpty();
            try (Database restored = Database.open(Optional.empty(), copy)) {
                assertThat(indexed(restored, "carol of")).containsExactly("U3");
                restored.write(transaction -> Sql.of(transaction)
                        .update("UPDATE app_user SET name_key = 'dora', search_key = 'dora'" + " WHERE id = 'U3'"));
                assertThat(indexed(restored, "dora")).containsExactly("U3");
                assertThat(indexed(restored, "carol of")).isEmpty();
            }
        }
    }

    @Test
    void whatIsShortOrFrequentIsLookedForInTheColumn() {
        try (TestDatabase home = TestDatabases.sqlite();
                Database database = home.open()) {
            database.write(transaction -> {
                for (int i = 0; i <= Searched.FEW; i++) {
                    insert(transaction, "U" + i, "user" + i);
                }
                return 0;
            });
            assertThat(condition(database, "us")).isEqualTo("u.search_key LIKE ? ESCAPE '!'");
            assertThat(condition(database, "user")).isEqualTo("u.search_key LIKE ? ESCAPE '!'");
            assertThat(condition(database, "user500")).isEqualTo("u.id IN (?)");
            assertThat(condition(database, "user501")).isEqualTo("1 = 0");
        }
    }

    /// Of a text of any length the index is asked for the beginning; whoever has that is asked for all of it.
    @Test
    void aLongTextIsAskedForByItsBeginning() {
        try (TestDatabase home = TestDatabases.sqlite();
                Database database = home.open()) {
            String beginning = "abcdefghijklmnopqrstuvwxyz0123456789";
            database.write(transaction -> {
                insert(transaction, "U1", beginning + "-one");
                insert(transaction, "U2", beginning + "-two");
                return 0;
            });
            assertThat(indexed(database, beginning)).containsExactlyInAnyOrder("U1", "U2");
            assertThat(indexed(database, beginning + "-two")).containsExactly("U2");
            assertThat(indexed(database, beginning + "-two" + "10.".repeat(5_000)))
                    .isEmpty();
        }
    }

    @Test
    void bothDatabasesHaveTheSameNumbersOfMigrations() {
        assertThat(Migrations.migrations(Dialect.SQLITE).keySet())
                .isEqualTo(Migrations.migrations(Dialect.POSTGRESQL).keySet());
    }
}
