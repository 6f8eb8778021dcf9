package dev.sekisho.control.backup;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class SqliteBackupTest extends BackupContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }

    @Override
    TestDatabase newEmptyDatabase() {
        return TestDatabases.emptySqlite();
    }
}
