package dev.sekisho.control.alert;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

/// On PostgreSQL.
final class PostgresqlAlertTest extends AlertContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }
}
