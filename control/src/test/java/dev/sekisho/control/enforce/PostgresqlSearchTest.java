package dev.sekisho.control.enforce;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class PostgresqlSearchTest extends SearchContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }

    @Override
    int checkIndex(Sql sql) {
        return 0;
    }
}
