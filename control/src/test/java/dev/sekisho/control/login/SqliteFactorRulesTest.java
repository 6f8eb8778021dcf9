package dev.sekisho.control.login;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class SqliteFactorRulesTest extends FactorRulesContract {
    @Override
    protected TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
