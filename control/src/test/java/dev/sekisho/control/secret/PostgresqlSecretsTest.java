package dev.sekisho.control.secret;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class PostgresqlSecretsTest extends SecretsContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }
}
