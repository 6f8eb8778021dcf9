package dev.sekisho.control.enforce;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class PostgresqlReachTest extends ReachContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }
}
