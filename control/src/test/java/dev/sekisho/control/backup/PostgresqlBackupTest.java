package dev.sekisho.control.backup;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class PostgresqlBackupTest extends BackupContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }

    @Override
    TestDatabase newEmptyDatabase() {
        return TestDatabases.emptyPostgresql();
    }
}
