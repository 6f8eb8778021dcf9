package dev.sekisho.control.tries;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.Optional;

/// Tries in the database. Stateless.
public final class JdbcTryStore implements TryStore {
    @Override
    public Count count(Transaction transaction, String subject, Instant since) {
        return Sql.of(transaction)
                .first(
                        row -> new Count(row.number("n"), row.number("slot"), row.optionalMoment("last_at")),
                        "SELECT COUNT(CASE WHEN at >= ? THEN 1 END) AS n, COALESCE(MAX(slot), 0) AS slot,"
                                + " MAX(at) AS last_at FROM login_try WHERE subject = ?",
                        since,
                        subject)
                .orElse(new Count(0, 0, Optional.empty()));
    }

    @Override
    public void insert(Transaction transaction, String subject, long slot, Instant at) {
        Sql.of(transaction).update("INSERT INTO login_try (subject, slot, at) VALUES (?, ?, ?)", subject, slot, at);
    }

    @Override
    public void clear(Transaction transaction, String subject) {
        Sql.of(transaction).update("DELETE FROM login_try WHERE subject = ?", subject);
    }

    @Override
    public int forget(Transaction transaction, String prefix, Instant before) {
        return Sql.of(transaction)
                .update(
                        "DELETE FROM login_try WHERE at < ? AND subject LIKE ? ESCAPE '!'",
                        before,
                        prefix.replaceAll("[!%_]", "!$0") + "%");
    }
}
