package dev.sekisho.control.enforce;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class PostgresqlNetworkStoresTest extends NetworkStoresContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }
}
