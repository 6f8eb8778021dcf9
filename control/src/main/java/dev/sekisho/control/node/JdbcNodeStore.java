package dev.sekisho.control.node;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/// Nodes in the database. Stateless.
public final class JdbcNodeStore implements NodeStore {
    private static final int MAX_NODES = 1000;

    @Override
    public List<Node> all(Transaction transaction) {
        return Sql.of(transaction)
                .list(
                        row -> new Node(
                                row.text("id"),
                                row.text("name"),
                                row.text("version"),
                                row.moment("started_at"),
                                row.moment("seen_at")),
                        "SELECT id, name, version, started_at, seen_at FROM node ORDER BY name, id LIMIT ?",
                        MAX_NODES);
    }

    @Override
    public void put(Transaction transaction, Node node) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO node (id, name, version, started_at, seen_at) VALUES (?, ?, ?, ?, ?)"
                                + " ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version,"
                                + " started_at = excluded.started_at, seen_at = excluded.seen_at",
                        node.id(),
                        node.name(),
                        node.version(),
                        node.startedAt(),
                        node.seenAt());
    }

    @Override
    public void remove(Transaction transaction, String id) {
        Sql.of(transaction).update("DELETE FROM node WHERE id = ?", id);
    }

    @Override
    public int prune(Transaction transaction, Instant before) {
        return Sql.of(transaction).update("DELETE FROM node WHERE seen_at < ?", before);
    }

    @Override
    public List<Step> steps(Transaction transaction, long after, int limit) {
        return Sql.of(transaction)
                .list(
                        row -> new Step(
                                row.number("seq"),
                                row.text("action"),
                                HexFormat.of().formatHex(row.bytes("hash"))),
                        "SELECT seq, action, hash FROM audit_record WHERE seq > ? ORDER BY seq LIMIT ?",
                        after,
                        limit);
    }

    @Override
    public long last(Transaction transaction) {
        return Sql.of(transaction).number("SELECT size AS n FROM audit_head WHERE id = 1");
    }

    @Override
    public void signal(Transaction transaction, String text) {
        Sql.of(transaction).signal(text);
    }
}
