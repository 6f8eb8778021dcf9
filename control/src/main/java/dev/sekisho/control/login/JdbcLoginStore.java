package dev.sekisho.control.login;

import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Permission;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Passwords, login sessions and known devices in the database. Stateless.
public final class JdbcLoginStore implements LoginStore {
    private static final int MAX_KNOWN_DEVICES = 20;
    private static final String SESSION =
            "SELECT id, user_id, csrf, method, created_at, seen_at, expires_at, factor_at,"
                    + " permissions, source, user_agent FROM login_session";

    private static LoginSession session(Row row) throws SQLException {
        return new LoginSession(
                row.text("id"),
                row.text("user_id"),
                row.text("csrf"),
                row.text("method"),
                row.moment("created_at"),
                row.moment("seen_at"),
                row.moment("expires_at"),
                row.optionalMoment("factor_at"),
                permissions(row.text("permissions")),
                row.text("source"),
                row.text("user_agent"));
    }

    private static Set<Permission> permissions(String text) {
        return Arrays.stream(text.split(","))
                .map(Permission::of)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    private static String text(Set<Permission> permissions) {
        return permissions.stream().map(Permission::label).sorted().collect(Collectors.joining(","));
    }

    @Override
    public Optional<Password> password(Transaction transaction, String userId) {
        return Sql.of(transaction)
                .first(
                        row -> new Password(row.text("hash"), row.flag("must_change")),
                        "SELECT hash, must_change FROM password WHERE user_id = ?",
                        userId);
    }

    @Override
    public void setPassword(Transaction transaction, String userId, Password password, Instant at) {
        Sql sql = Sql.of(transaction);
        sql.update("DELETE FROM password WHERE user_id = ?", userId);
        sql.update(
                "INSERT INTO password (user_id, hash, must_change, changed_at) VALUES (?, ?, ?, ?)",
                userId,
                password.hash(),
                password.mustChange(),
                at);
    }

    @Override
    public void insert(Transaction transaction, LoginSession session, byte[] secretHash) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO login_session (id, token_hash, user_id, csrf, method, created_at, seen_at,"
                                + " expires_at, factor_at, permissions, source, user_agent)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        session.id(),
                        secretHash,
                        session.userId(),
                        session.csrf(),
                        session.method(),
                        session.createdAt(),
                        session.seenAt(),
                        session.expiresAt(),
                        session.factorAt(),
                        text(session.permissions()),
                        session.source(),
                        session.userAgent());
    }

    @Override
    public Optional<LoginSession> byHash(Transaction transaction, byte[] secretHash) {
        return Sql.of(transaction).first(JdbcLoginStore::session, SESSION + " WHERE token_hash = ?", secretHash);
    }

    @Override
    public Optional<LoginSession> find(Transaction transaction, String id) {
        return Sql.of(transaction).first(JdbcLoginStore::session, SESSION + " WHERE id = ?", id);
    }

    @Override
    public List<LoginSession> of(Transaction transaction, String userId) {
        return Sql.of(transaction)
                .list(JdbcLoginStore::session, SESSION + " WHERE user_id = ? ORDER BY id DESC", userId);
    }

    @Override
    public void rotate(Transaction transaction, String id, byte[] secretHash, Set<Permission> permissions) {
        Sql.of(transaction)
                .update(
                        "UPDATE login_session SET token_hash = ?, permissions = ? WHERE id = ?",
                        secretHash,
                        text(permissions),
                        id);
    }

    @Override
    public void factorShown(Transaction transaction, String id, Instant at) {
        Sql.of(transaction).update("UPDATE login_session SET factor_at = ? WHERE id = ?", at, id);
    }

    @Override
    public void seen(Transaction transaction, String id, Instant at) {
        Sql.of(transaction).update("UPDATE login_session SET seen_at = ? WHERE id = ? AND seen_at < ?", at, id, at);
    }

    @Override
    public boolean delete(Transaction transaction, String id) {
        return Sql.of(transaction).update("DELETE FROM login_session WHERE id = ?", id) == 1;
    }

    @Override
    public int deleteAll(Transaction transaction, String userId, Optional<String> exceptId) {
        return Sql.of(transaction)
                .update("DELETE FROM login_session WHERE user_id = ? AND id <> ?", userId, exceptId.orElse(""));
    }

    @Override
    public void deleteExpired(Transaction transaction, Instant now, Instant seenBefore) {
        Sql.of(transaction).update("DELETE FROM login_session WHERE expires_at <= ? OR seen_at <= ?", now, seenBefore);
    }

    @Override
    public Optional<String> knownDevice(Transaction transaction, String userId, byte[] secretHash) {
        return Sql.of(transaction)
                .first(
                        row -> row.text("id"),
                        "SELECT id FROM known_device WHERE token_hash = ? AND user_id = ?",
                        secretHash,
                        userId);
    }

    @Override
    public List<String> knownDevices(Transaction transaction, String userId) {
        return Sql.of(transaction)
                .list(row -> row.text("id"), "SELECT id FROM known_device WHERE user_id = ? ORDER BY id", userId);
    }

    @Override
    public void insertKnownDevice(Transaction transaction, KnownDevice device) {
        Sql sql = Sql.of(transaction);
        List<String> present = knownDevices(transaction, device.userId());
        for (int i = 0; i <= present.size() - MAX_KNOWN_DEVICES; i++) {
            sql.update("DELETE FROM known_device WHERE id = ?", present.get(i));
        }
        sql.update(
                "INSERT INTO known_device (id, user_id, token_hash, created_at, seen_at) VALUES (?, ?, ?, ?, ?)",
                device.id(),
                device.userId(),
                device.secretHash(),
                device.at(),
                device.at());
    }

    @Override
    public void forgetKnownDevices(Transaction transaction, String userId) {
        Sql.of(transaction).update("DELETE FROM known_device WHERE user_id = ?", userId);
    }
}
