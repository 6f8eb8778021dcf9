package dev.sekisho.control.alert;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

/// On SQLite.
final class SqliteAlertTest extends AlertContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
