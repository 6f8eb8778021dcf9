package dev.sekisho.control.login;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class PostgresqlFactorRulesTest extends FactorRulesContract {
    @Override
    protected TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }
}
