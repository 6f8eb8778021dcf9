package dev.sekisho.control.audit;

import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An audit log on a test database, with a clock that is moved by hand.
final class AuditSite implements AutoCloseable {
    static final Actor ANN = new Actor("ann", Optional.of("01ann"), Actor.Via.SESSION, "10.0.0.1");

    private Instant now = Instant.parse("2026-11-30T12:00:00.123Z");
    final InstantSource clock = () -> now;
    final Path directory;
    final Database database;
    final UnitOfWork work;
    final AuditStore store = new JdbcAuditStore();
    final Checkpoints checkpoints;
    final Audits audits;

    AuditSite(TestDatabase home) {
        directory = home.directory();
        database = home.open();
        work = new UnitOfWork(database, new JdbcAuditLog(clock));
        checkpoints = Checkpoints.open(work, store, clock, directory);
        audits = new Audits(work, store, checkpoints);
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /// Records that many users being made, by name, in one change each.
    void record(int first, int last) {
        for (int i = first; i <= last; i++) {
            record(new UserEvent.Created("user-" + i, "internal", List.of()));
        }
    }

    void record(ControlEvent event) {
        work.change(ANN, transaction -> Change.of(0, event));
    }

    void sql(String statement, @Nullable Object... parameters) {
        work.housekeeping(transaction -> Sql.of(transaction).update(statement, parameters));
    }

    @Override
    public void close() {
        database.close();
    }
}
