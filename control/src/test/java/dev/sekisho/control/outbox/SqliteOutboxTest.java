package dev.sekisho.control.outbox;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

/// On SQLite.
final class SqliteOutboxTest extends OutboxContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
