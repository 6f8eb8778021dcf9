package dev.sekisho.control.enforce;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class SqliteReachTest extends ReachContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
