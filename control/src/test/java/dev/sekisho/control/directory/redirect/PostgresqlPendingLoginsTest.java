package dev.sekisho.control.directory.redirect;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class PostgresqlPendingLoginsTest extends PendingLoginsContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }
}
