package dev.sekisho.control.role;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class SqliteRolesTest extends RolesContract {
    @Override
    protected TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
