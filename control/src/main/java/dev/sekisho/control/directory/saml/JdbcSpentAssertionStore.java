package dev.sekisho.control.directory.saml;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;

/// Used assertions in the database. Stateless.
public final class JdbcSpentAssertionStore implements SpentAssertionStore {
    @Override
    public boolean spend(Transaction transaction, String idHash, Instant until, Instant now) {
        Sql sql = Sql.of(transaction);
        sql.update("DELETE FROM saml_assertion WHERE expires_at <= ?", now);
        return sql.update(
                        "INSERT INTO saml_assertion (id_hash, expires_at) VALUES (?, ?) ON CONFLICT (id_hash) DO NOTHING",
                        idHash,
                        until)
                == 1;
    }
}
