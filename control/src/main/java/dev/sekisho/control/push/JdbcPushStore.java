package dev.sekisho.control.push;

import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Subscriptions in the database.
public final class JdbcPushStore implements PushStore {
    private static final String SELECT =
            "SELECT id, user_id, label, keys, made_at, last_used_at FROM push_subscription";

    private static PushSubscription map(Row row, Seal seal) throws SQLException {
        String id = row.text("id");
        return new PushSubscription(
                id,
                row.text("user_id"),
                row.text("label"),
                seal.open(id, row.bytes("keys")),
                row.moment("made_at"),
                row.optionalMoment("last_used_at"));
    }

    @Override
    public List<PushSubscription> of(Transaction transaction, String userId, Seal seal) {
        return Sql.of(transaction)
                .list(
                        row -> map(row, seal),
                        SELECT + " WHERE user_id = ? ORDER BY id LIMIT ?",
                        userId,
                        PushSubscriptions.MAX_PER_USER);
    }

    @Override
    public Optional<PushSubscription> find(Transaction transaction, String id, Seal seal) {
        return Sql.of(transaction).first(row -> map(row, seal), SELECT + " WHERE id = ?", id);
    }

    @Override
    public void put(Transaction transaction, PushSubscription subscription, byte[] endpointHash, Seal seal) {
        Sql sql = Sql.of(transaction);
        sql.update("DELETE FROM push_subscription WHERE endpoint_hash = ?", endpointHash);
        sql.update(
                "INSERT INTO push_subscription (id, user_id, endpoint_hash, label, keys, made_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                subscription.id(),
                subscription.userId(),
                endpointHash,
                subscription.label(),
                seal.seal(subscription.id(), subscription.keys()),
                subscription.madeAt());
    }

    @Override
    public boolean delete(Transaction transaction, String id) {
        return Sql.of(transaction).update("DELETE FROM push_subscription WHERE id = ?", id) == 1;
    }

    @Override
    public void used(Transaction transaction, String id, Instant at) {
        Sql.of(transaction).update("UPDATE push_subscription SET last_used_at = ? WHERE id = ?", at, id);
    }

    @Override
    public Optional<byte[]> keyPair(Transaction transaction) {
        return Sql.of(transaction).first(row -> row.bytes("pair"), "SELECT pair FROM push_key WHERE id = 1");
    }

    @Override
    public void putKeyPair(Transaction transaction, byte[] sealed) {
        Sql.of(transaction).update("INSERT INTO push_key (id, pair) VALUES (1, ?) ON CONFLICT (id) DO NOTHING", sealed);
    }
}
