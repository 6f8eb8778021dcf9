package dev.sekisho.control.factor;

import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Second factors in the database. Stateless. What must count once is one statement that changes one row or none.
public final class JdbcFactorStore implements FactorStore {
    private static final String FACTOR = "SELECT id, user_id, kind, name, confirmed, created_at, last_used_at, sealed,"
            + " COALESCE(last_step, -1) AS last_step, credential_id, credential, COALESCE(sign_count, 0) AS sign_count"
            + " FROM factor WHERE user_id = ?";

    private static Factor factor(Row row) throws SQLException {
        return new Factor(
                row.text("id"),
                row.text("user_id"),
                Kind.of(row.text("kind")).orElseThrow(() -> new SQLException("a factor of an unknown kind")),
                row.text("name"),
                row.flag("confirmed"),
                row.moment("created_at"),
                row.optionalMoment("last_used_at"));
    }

    @Override
    public List<Factor> of(Transaction transaction, String userId) {
        return Sql.of(transaction).list(JdbcFactorStore::factor, FACTOR + " ORDER BY id", userId);
    }

    @Override
    public boolean delete(Transaction transaction, String userId, String id) {
        return Sql.of(transaction).update("DELETE FROM factor WHERE id = ? AND user_id = ?", id, userId) == 1;
    }

    @Override
    public void deleteAll(Transaction transaction, String userId) {
        Sql sql = Sql.of(transaction);
        sql.update("DELETE FROM factor WHERE user_id = ?", userId);
        sql.update("DELETE FROM recovery_code WHERE user_id = ?", userId);
        sql.update("DELETE FROM email_code WHERE user_id = ?", userId);
        sql.update("DELETE FROM passkey_challenge WHERE user_id = ?", userId);
    }

    @Override
    public void insertApp(Transaction transaction, Factor factor, byte[] sealed) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO factor (id, user_id, kind, name, confirmed, sealed, created_at)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                        factor.id(),
                        factor.userId(),
                        factor.kind().label(),
                        factor.name(),
                        factor.confirmed(),
                        sealed,
                        factor.createdAt());
    }

    @Override
    public List<App> apps(Transaction transaction, String userId) {
        return Sql.of(transaction)
                .list(
                        row -> new App(factor(row), row.bytes("sealed"), row.number("last_step")),
                        FACTOR + " AND kind = 'totp' ORDER BY id",
                        userId);
    }

    @Override
    public boolean useStep(Transaction transaction, String id, long step, Instant at) {
        return Sql.of(transaction)
                        .update(
                                "UPDATE factor SET last_step = ?, last_used_at = ?, confirmed = 1"
                                        + " WHERE id = ? AND COALESCE(last_step, -1) < ?",
                                step,
                                at,
                                id,
                                step)
                == 1;
    }

    @Override
    public void insertPasskey(Transaction transaction, Passkey passkey) {
        Factor factor = passkey.factor();
        Sql.of(transaction)
                .update(
                        "INSERT INTO factor (id, user_id, kind, name, confirmed, credential_id, credential, sign_count,"
                                + " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        factor.id(),
                        factor.userId(),
                        factor.kind().label(),
                        factor.name(),
                        factor.confirmed(),
                        passkey.credentialId(),
                        passkey.credential(),
                        passkey.signCount(),
                        factor.createdAt());
    }

    @Override
    public List<Passkey> passkeys(Transaction transaction, String userId) {
        return Sql.of(transaction)
                .list(
                        row -> new Passkey(
                                factor(row),
                                row.bytes("credential_id"),
                                row.bytes("credential"),
                                row.number("sign_count")),
                        FACTOR + " AND kind = 'passkey' ORDER BY id",
                        userId);
    }

    @Override
    public boolean useCounter(Transaction transaction, Passkey passkey, long signCount, Instant at) {
        return Sql.of(transaction)
                        .update(
                                "UPDATE factor SET sign_count = ?, last_used_at = ?"
                                        + " WHERE id = ? AND sign_count = ? AND (sign_count < ? OR sign_count = 0)",
                                signCount,
                                at,
                                passkey.factor().id(),
                                passkey.signCount(),
                                signCount)
                == 1;
    }

    @Override
    public void insertChallenge(Transaction transaction, Challenge challenge, Instant now) {
        Sql sql = Sql.of(transaction);
        sql.update("DELETE FROM passkey_challenge WHERE expires_at <= ?", now);
        sql.update(
                "INSERT INTO passkey_challenge (challenge_hash, user_id, purpose, name, expires_at)"
                        + " VALUES (?, ?, ?, ?, ?)",
                challenge.hash(),
                challenge.userId(),
                challenge.purpose(),
                challenge.name(),
                challenge.expiresAt());
    }

    @Override
    public Optional<Challenge> takeChallenge(Transaction transaction, byte[] hash) {
        Sql sql = Sql.of(transaction);
        Optional<Challenge> found = sql.first(
                row -> new Challenge(
                        row.bytes("challenge_hash"),
                        row.text("user_id"),
                        row.text("purpose"),
                        row.text("name"),
                        row.moment("expires_at")),
                "SELECT challenge_hash, user_id, purpose, name, expires_at FROM passkey_challenge"
                        + " WHERE challenge_hash = ?",
                hash);
        boolean taken = sql.update("DELETE FROM passkey_challenge WHERE challenge_hash = ?", hash) == 1;
        return taken ? found : Optional.empty();
    }

    @Override
    public void replaceRecoveryCodes(Transaction transaction, String userId, Collection<byte[]> hashes) {
        Sql sql = Sql.of(transaction);
        sql.update("DELETE FROM recovery_code WHERE user_id = ?", userId);
        for (byte[] hash : hashes) {
            sql.update("INSERT INTO recovery_code (user_id, code_hash) VALUES (?, ?)", userId, hash);
        }
    }

    @Override
    public long recoveryCodes(Transaction transaction, String userId) {
        return Sql.of(transaction).number("SELECT COUNT(*) AS n FROM recovery_code WHERE user_id = ?", userId);
    }

    @Override
    public boolean takeRecoveryCode(Transaction transaction, String userId, byte[] hash) {
        return Sql.of(transaction).update("DELETE FROM recovery_code WHERE user_id = ? AND code_hash = ?", userId, hash)
                == 1;
    }

    @Override
    public void replaceEmailCode(Transaction transaction, String userId, byte[] hash, Instant expiresAt) {
        Sql sql = Sql.of(transaction);
        sql.update("DELETE FROM email_code WHERE user_id = ?", userId);
        sql.update("INSERT INTO email_code (user_id, code_hash, expires_at) VALUES (?, ?, ?)", userId, hash, expiresAt);
    }

    @Override
    public boolean takeEmailCode(Transaction transaction, String userId, byte[] hash, Instant now) {
        return Sql.of(transaction)
                        .update(
                                "DELETE FROM email_code WHERE user_id = ? AND code_hash = ? AND expires_at > ?",
                                userId,
                                hash,
                                now)
                == 1;
    }
}
