package dev.sekisho.control.enforce;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.util.List;

class SqliteSearchTest extends SearchContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }

    @Override
    int checkIndex(Sql sql) {
        long rows = 0;
        for (String table : List.of("app_user", "resource", "device", "access_grant")) {
            // Fails when index and content differ (FTS5 manual, 6.4).
            sql.update("INSERT INTO " + table + "_find (" + table + "_find, rank) VALUES ('integrity-check', 1)");
            rows += sql.number("SELECT COUNT(*) AS n FROM " + table + "_text");
        }
        return (int) rows;
    }
}
