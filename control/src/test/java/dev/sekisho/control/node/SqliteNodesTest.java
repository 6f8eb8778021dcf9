package dev.sekisho.control.node;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class SqliteNodesTest extends NodesContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
