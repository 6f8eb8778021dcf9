package dev.sekisho.control.challenge;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

/// On PostgreSQL.
final class PostgresqlChallengesTest extends ChallengesContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }
}
