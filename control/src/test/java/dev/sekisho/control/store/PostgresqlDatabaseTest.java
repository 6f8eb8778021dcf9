package dev.sekisho.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PostgresqlDatabaseTest extends DatabaseContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }

    @Test
    void whatFailedOnlySinceOthersRanBesideItIsRunAgain() {
        try (TestDatabase home = newDatabase();
                Database database = home.open()) {
            AtomicInteger runs = new AtomicInteger();
            database.write(transaction -> {
                if (runs.incrementAndGet() < 3) {
                    Sql.of(transaction).update("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40001'; END $$");
                }
                return 0;
            });
            assertThat(runs).hasValue(3);
        }
    }

    @Test
    void aWrongPasswordIsRefusedAndNotRepeated() {
        String url = TestDatabases.sharedServer().url("postgres").replaceFirst(":[^:@]*@", ":correct-horse@");
        assertThatThrownBy(() -> Database.open(Optional.of(url), Path.of("")))
                .isInstanceOfSatisfying(StoreException.class, e -> {
                    assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE);
                    assertThat(e).hasMessageContaining("password authentication failed");
                    assertThat(everythingSaid(e)).doesNotContain("correct-horse");
                });
    }

    @Test
    void aServerThatIsNotThereIsSaidAtOnce() {
        assertThatThrownBy(() -> Database.open(Optional.of("postgres://u:pw-canary@127.0.0.1:1/x"), Path.of("")))
                .isInstanceOfSatisfying(StoreException.class, e -> {
                    assertThat(e).hasMessageContaining("127.0.0.1:1");
                    assertThat(everythingSaid(e)).doesNotContain("pw-canary");
                });
    }

    private static String everythingSaid(Throwable failure) {
        java.io.StringWriter text = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
