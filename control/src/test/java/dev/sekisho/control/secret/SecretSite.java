package dev.sekisho.control.secret;

import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// A vault and its secrets on a test database, with a clock that is moved by hand.
final class SecretSite implements AutoCloseable {
    private Instant now = Instant.parse("2026-11-30T12:00:00.123Z");
    final InstantSource clock = () -> now;
    final Database database;
    final UnitOfWork work;
    final Vault vault;
    final Secrets secrets;
    final KeyRotation rotation;
    final InstallationKeys installation;

    SecretSite(TestDatabase home) {
        this(home, Map.of());
    }

    SecretSite(TestDatabase home, Map<String, String> environment) {
        this(home, home.directory(), environment);
    }

    /// @param directory the state directory of this node
    SecretSite(TestDatabase home, Path directory, Map<String, String> environment) {
        database = home.open();
        try {
            work = new UnitOfWork(database, new JdbcAuditLog(clock));
            vault = Vault.open(work, directory, environment, clock);
            secrets = new Secrets(work, vault, clock);
            installation = new InstallationKeys(work, vault, environment, clock);
            rotation = new KeyRotation(work, vault, List.of(Secrets.COLUMN), clock);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    @Override
    public void close() {
        database.close();
    }
}
