package dev.sekisho.control.login;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class SqliteLoginTest extends LoginContract {
    @Override
    protected TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
