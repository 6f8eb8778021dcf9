package dev.sekisho.control.directory;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class SqliteAdmissionsTest extends AdmissionsContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
