package dev.sekisho.control.secret;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class SqliteSecretsTest extends SecretsContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
