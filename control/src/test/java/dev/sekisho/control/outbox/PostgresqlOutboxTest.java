package dev.sekisho.control.outbox;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

/// On PostgreSQL.
final class PostgresqlOutboxTest extends OutboxContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }
}
