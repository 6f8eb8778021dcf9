package dev.sekisho.control.directory;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class PostgresqlAdmissionsTest extends AdmissionsContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }
}
