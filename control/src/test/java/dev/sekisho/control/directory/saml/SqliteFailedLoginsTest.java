package dev.sekisho.control.directory.saml;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class SqliteFailedLoginsTest extends FailedLoginsContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
