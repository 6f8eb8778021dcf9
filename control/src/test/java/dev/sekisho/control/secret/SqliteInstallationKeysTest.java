package dev.sekisho.control.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SqliteInstallationKeysTest extends InstallationKeysContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }

    @Test
    void aDatabaseOfOneNodeNeverHoldsTheKey() {
        try (SecretSite site = new SecretSite(home)) {
            site.installation.change(Actor.ROOT, Optional.empty());
            long handed = site.work.read(transaction -> Sql.of(transaction)
                    .number("SELECT COUNT(*) AS n FROM installation_key WHERE hand_over IS NOT NULL"));
            assertThat(handed).isZero();
        }
    }
}
