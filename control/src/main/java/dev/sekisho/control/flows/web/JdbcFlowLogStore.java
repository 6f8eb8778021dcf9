package dev.sekisho.control.flows.web;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.Optional;

/// What the database knows of the flow log: one row of settings, users and the audit log. Thread-safe.
public final class JdbcFlowLogStore implements FlowLogStore {
    private record User(String name, long createdAt) {}

    @Override
    public Optional<FlowLogSettings.Kept> kept(Transaction transaction) {
        return Sql.of(transaction)
                .first(
                        row -> new FlowLogSettings.Kept(
                                row.integer("days"), row.number("max_bytes"), row.number("version")),
                        "SELECT days, max_bytes, version FROM flow_log_settings WHERE id = 1");
    }

    @Override
    public void keep(Transaction transaction, FlowLogSettings.Kept kept) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO flow_log_settings (id, days, max_bytes, version) VALUES (1, ?, ?, ?)"
                                + " ON CONFLICT (id) DO UPDATE SET days = excluded.days,"
                                + " max_bytes = excluded.max_bytes, version = excluded.version",
                        kept.days(),
                        kept.maxBytes(),
                        kept.version());
    }

    @Override
    public Optional<OwnName> ownName(Transaction transaction, String userId) {
        Optional<User> user = Sql.of(transaction)
                .first(
                        row -> new User(row.text("name"), row.number("created_at")),
                        "SELECT name, created_at FROM app_user WHERE id = ?",
                        userId);
        return user.map(known -> new OwnName(
                known.name(), Instant.ofEpochMilli(Math.max(known.createdAt(), givenUp(transaction, known.name())))));
    }

    /// When somebody last gave a name up; 0 = never.
    private static long givenUp(Transaction transaction, String name) {
        return Sql.of(transaction)
                .number(
                        "SELECT COALESCE(MAX(at), 0) AS n FROM audit_record WHERE target = ? AND (action ="
                                + " 'user.deleted' OR (action = 'user.changed' AND details LIKE '%\"name\"%'))",
                        name);
    }
}
