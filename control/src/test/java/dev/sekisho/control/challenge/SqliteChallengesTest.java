package dev.sekisho.control.challenge;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;

/// On SQLite.
final class SqliteChallengesTest extends ChallengesContract {
    @Override
    TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }
}
