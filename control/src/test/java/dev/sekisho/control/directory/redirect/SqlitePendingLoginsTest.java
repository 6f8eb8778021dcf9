package dev.sekisho.control.directory.redirect;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class SqlitePendingLoginsTest extends PendingLoginsContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
