package dev.sekisho.control.directory.redirect;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.Optional;

/// Logins under way in the database. Stateless.
public final class JdbcPendingLoginStore implements PendingLoginStore {
    @Override
    public void insert(Transaction transaction, Pending pending) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO pending_login (state_hash, directory_id, browser_hash, target, expires_at,"
                                + " source) VALUES (?, ?, ?, ?, ?, ?)",
                        pending.stateHash(),
                        pending.directoryId(),
                        pending.browserHash(),
                        pending.target(),
                        pending.expiresAt(),
                        pending.source());
    }

    @Override
    public Optional<Pending> take(Transaction transaction, String stateHash) {
        Sql sql = Sql.of(transaction);
        Optional<Pending> found = sql.first(
                row -> new Pending(
                        row.text("state_hash"),
                        row.text("directory_id"),
                        row.text("browser_hash"),
                        row.text("target"),
                        row.moment("expires_at"),
                        row.text("source")),
                "SELECT state_hash, directory_id, browser_hash, target, expires_at, source FROM pending_login"
                        + " WHERE state_hash = ?",
                stateHash);
        return found.filter(_ -> sql.update("DELETE FROM pending_login WHERE state_hash = ?", stateHash) == 1);
    }

    @Override
    public long purge(Transaction transaction, Instant now) {
        Sql sql = Sql.of(transaction);
        sql.update("DELETE FROM pending_login WHERE expires_at <= ?", now);
        return sql.number("SELECT COUNT(*) AS n FROM pending_login");
    }

    @Override
    public long count(Transaction transaction, String source) {
        return Sql.of(transaction).number("SELECT COUNT(*) AS n FROM pending_login WHERE source = ?", source);
    }

    @Override
    public void removeOldest(Transaction transaction, String source, long count) {
        Sql.of(transaction)
                .update(
                        "DELETE FROM pending_login WHERE state_hash IN (SELECT state_hash FROM pending_login"
                                + " WHERE source = ? ORDER BY expires_at LIMIT ?)",
                        source,
                        count);
    }

    @Override
    public void removeOldest(Transaction transaction, long count) {
        Sql.of(transaction)
                .update(
                        "DELETE FROM pending_login WHERE state_hash IN (SELECT state_hash FROM pending_login"
                                + " ORDER BY expires_at LIMIT ?)",
                        count);
    }
}
