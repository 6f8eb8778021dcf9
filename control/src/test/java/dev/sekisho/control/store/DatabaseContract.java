package dev.sekisho.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What both databases promise.
abstract class DatabaseContract {
    private final TestDatabase home = newDatabase();
    private Database database = home.open();

    abstract TestDatabase newDatabase();

    @BeforeEach
    void makeTables() {
        database.write(transaction -> {
            Sql sql = Sql.of(transaction);
            sql.update("CREATE TABLE fruit (id TEXT PRIMARY KEY, name TEXT UNIQUE, weight BIGINT NOT NULL)");
            sql.update("CREATE TABLE seed (fruit TEXT NOT NULL REFERENCES fruit (id), n BIGINT NOT NULL)");
            return 0;
        });
    }

    @AfterEach
    void close() {
        database.close();
        home.close();
    }

    private void plant(Transaction transaction, String id, String name) {
        Sql.of(transaction).update("INSERT INTO fruit (id, name, weight) VALUES (?, ?, ?)", id, name, 1);
    }

    private long count() {
        return database.read(transaction -> Sql.of(transaction).number("SELECT COUNT(*) AS n FROM fruit"));
    }

    @Test
    void whatWasWrittenIsThereAfterReopening() {
        database.write(transaction -> {
            plant(transaction, "1", "apple");
            return 0;
        });
        database.close();
        database = home.open();
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void aTransactionThatThrowsLeavesNothing() {
        assertThatThrownBy(() -> database.write(transaction -> {
                    plant(transaction, "1", "apple");
                    throw new IllegalArgumentException("no");
                }))
                .hasMessage("no");
        assertThat(count()).isZero();
    }

    @Test
    void aNameThatExistsIsAConflict() {
        refused(StoreException.Kind.CONFLICT, transaction -> {
            plant(transaction, "1", "apple");
            plant(transaction, "2", "apple");
        });
    }

    @Test
    void aKeyThatExistsIsAConflict() {
        refused(StoreException.Kind.CONFLICT, transaction -> {
            plant(transaction, "1", "apple");
            plant(transaction, "1", "pear");
        });
    }

    @Test
    void aReferenceToNothingIsAConflict() {
        refused(
                StoreException.Kind.CONFLICT,
                transaction -> Sql.of(transaction).update("INSERT INTO seed (fruit, n) VALUES (?, ?)", "none", 1));
    }

    @Test
    void whatOthersReferToCanNotBeRemoved() {
        refused(StoreException.Kind.CONFLICT, transaction -> {
            plant(transaction, "1", "apple");
            Sql.of(transaction).update("INSERT INTO seed (fruit, n) VALUES (?, ?)", "1", 1);
            Sql.of(transaction).update("DELETE FROM fruit WHERE id = ?", "1");
        });
    }

    @Test
    void aMissingValueIsOurOwnBugAndNoConflict() {
        refused(
                StoreException.Kind.FAILED,
                transaction -> Sql.of(transaction)
                        .update("INSERT INTO fruit (id, name, weight) VALUES (?, ?, ?)", "1", "apple", null));
    }

    private void refused(StoreException.Kind kind, java.util.function.Consumer<Transaction> work) {
        assertThatThrownBy(() -> database.write(transaction -> {
                    work.accept(transaction);
                    return 0;
                }))
                .isInstanceOfSatisfying(StoreException.class, e -> {
                    assertThat(e.kind()).isEqualTo(kind);
                    assertThat(e.getMessage()).doesNotContain("apple").doesNotContain("fruit");
                });
        assertThat(count()).isZero();
    }

    @Test
    void aTransactionDoesNotOutliveAFailedStatement() {
        assertThatThrownBy(() -> database.write(transaction -> {
                    plant(transaction, "1", "apple");
                    assertThatThrownBy(() -> plant(transaction, "1", "pear")).isInstanceOf(StoreException.class);
                    assertThatThrownBy(() -> plant(transaction, "2", "plum"))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("failed already");
                    return 0;
                }))
                .isInstanceOf(StoreException.class);
        assertThat(count()).isZero();
    }

    @Test
    void aReadChangesNothing() {
        assertThatThrownBy(() -> database.read(transaction -> {
                    plant(transaction, "1", "apple");
                    return 0;
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aReadSeesOneMoment() {
        database.read(transaction -> {
            long before = Sql.of(transaction).number("SELECT COUNT(*) AS n FROM fruit");
            database.write(other -> {
                plant(other, "1", "apple");
                return 0;
            });
            assertThat(Sql.of(transaction).number("SELECT COUNT(*) AS n FROM fruit"))
                    .isEqualTo(before);
            return 0;
        });
        assertThat(count()).isEqualTo(1);
    }

    /// Each writer reads the highest number and writes the next: a lost update or a gap would show.
    @Test
    void writersTakeTurnsAlsoOverTwoNodes() throws InterruptedException {
        AtomicInteger failures = new AtomicInteger();
        try (Database node = home.open()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Database mine = i % 2 == 0 ? database : node;
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int j = 0; j < 25; j++) {
                        try {
                            mine.write(DatabaseContract::plantNext);
                        } catch (StoreException e) {
                            failures.incrementAndGet();
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(failures).hasValue(0);
        assertThat(count()).isEqualTo(200);
        long highest = database.read(transaction -> Sql.of(transaction).number("SELECT MAX(weight) AS n FROM fruit"));
        assertThat(highest).isEqualTo(200);
    }

    private static int plantNext(Transaction transaction) {
        Sql sql = Sql.of(transaction);
        long next = sql.number("SELECT COALESCE(MAX(weight), 0) + 1 AS n FROM fruit");
        return sql.update("INSERT INTO fruit (id, name, weight) VALUES (?, ?, ?)", "id" + next, null, next);
    }

    @Test
    void aSecondStartDoesNotLoadTheMigrationProgram() {
        try (Pools pools = pools()) {
            assertThat(new Migrations(pools).run()).isEqualTo(Migrations.Outcome.UP_TO_DATE);
        }
    }

    private Pools pools() {
        return home.url()
                .map(url -> Pools.postgresql(DatabaseUrl.parse(url)))
                .orElseGet(() -> Pools.sqlite(home.file()));
    }

    @Test
    void aSchemaThatIsNewerThanTheProgramIsRefused() {
        database.write(transaction -> Sql.of(transaction)
                .update("INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
                        + " checksum, installed_by, execution_time, success) VALUES (900, '900', 'later', 'SQL',"
                        + " 'V900__later.sql', 5, 'somebody', 1, TRUE)"));
        assertThatThrownBy(home::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("newer sekisho")
                .hasMessageContaining("900");
    }

    @Test
    void aMigrationThatWasChangedAfterItRanIsRefused() {
        database.write(transaction ->
                Sql.of(transaction).update("UPDATE flyway_schema_history SET checksum = 5 WHERE version = '001'"));
        assertThatThrownBy(home::open).isInstanceOf(StoreException.class).hasMessageContaining("schema");
    }
}
