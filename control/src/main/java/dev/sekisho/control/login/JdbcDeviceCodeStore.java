package dev.sekisho.control.login;

import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// Waiting command lines in the database. Stateless.
public final class JdbcDeviceCodeStore implements DeviceCodeStore {
    private static final String SELECT =
            "SELECT id, user_code, client, source, user_id, state, expires_at FROM device_code";

    private static DeviceCode map(Row row) throws SQLException {
        return new DeviceCode(
                row.text("id"),
                row.text("user_code"),
                row.text("client"),
                row.text("source"),
                row.optionalText("user_id"),
                DeviceCode.State.valueOf(row.text("state")),
                row.moment("expires_at"));
    }

    @Override
    public void insert(Transaction transaction, DeviceCode code, byte[] secretHash, Instant now) {
        Sql sql = Sql.of(transaction);
        sql.update("DELETE FROM device_code WHERE expires_at <= ?", now);
        sql.update(
                "INSERT INTO device_code (id, code_hash, user_code, client, source, state, expires_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                code.id(),
                secretHash,
                code.userCode(),
                code.client(),
                code.source(),
                code.state(),
                code.expiresAt());
    }

    @Override
    public Optional<DeviceCode> byHash(Transaction transaction, byte[] secretHash) {
        return Sql.of(transaction).first(JdbcDeviceCodeStore::map, SELECT + " WHERE code_hash = ?", secretHash);
    }

    @Override
    public Optional<DeviceCode> waiting(Transaction transaction, String userCode, Instant now) {
        return Sql.of(transaction)
                .first(
                        JdbcDeviceCodeStore::map,
                        SELECT + " WHERE user_code = ? AND state = 'PENDING' AND expires_at > ?",
                        userCode,
                        now);
    }

    @Override
    public boolean decide(Transaction transaction, String id, String userId, DeviceCode.State state) {
        return Sql.of(transaction)
                        .update(
                                "UPDATE device_code SET state = ?, user_id = ? WHERE id = ? AND state = 'PENDING'",
                                state,
                                userId,
                                id)
                == 1;
    }

    @Override
    public boolean delete(Transaction transaction, String id) {
        return Sql.of(transaction).update("DELETE FROM device_code WHERE id = ?", id) == 1;
    }
}
