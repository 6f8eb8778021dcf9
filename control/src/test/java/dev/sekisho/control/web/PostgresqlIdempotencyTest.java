package dev.sekisho.control.web;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class PostgresqlIdempotencyTest extends IdempotencyContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }
}
