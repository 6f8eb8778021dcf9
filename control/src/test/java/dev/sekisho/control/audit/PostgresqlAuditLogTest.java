package dev.sekisho.control.audit;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

class PostgresqlAuditLogTest extends AuditLogContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }
}
