package dev.sekisho.control.node;

import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Nodes in the database. Stateless.
public final class JdbcNodeStore implements NodeStore {
    private static final int MAX_NODES = 1000;

    @Override
    public List<Node> all(Transaction transaction) {
        return Sql.of(transaction)
                .list(
                        JdbcNodeStore::node,
                        "SELECT id, name, version, started_at, seen_at, policy_version, trouble, trouble_since,"
                                + " trouble_at, trouble_over FROM node ORDER BY name, id LIMIT ?",
                        MAX_NODES);
    }

    @Override
    public Set<String> toldSilent(Transaction transaction) {
        return Set.copyOf(Sql.of(transaction)
                .list(row -> row.text("id"), "SELECT id FROM node WHERE told_silent = 1 LIMIT ?", MAX_NODES));
    }

    @Override
    public void told(Transaction transaction, String id, boolean silent) {
        Sql.of(transaction).update("UPDATE node SET told_silent = ? WHERE id = ?", silent, id);
    }

    private static Node node(Row row) throws SQLException {
        boolean over = row.flag("trouble_over");
        Optional<Instant> since = row.optionalMoment("trouble_since");
        Optional<Instant> at = row.optionalMoment("trouble_at");
        Optional<Node.Trouble> trouble = row.optionalText("trouble")
                .flatMap(error -> since.flatMap(from -> at.map(to -> new Node.Trouble(error, from, to, over))));
        return new Node(
                row.text("id"),
                row.text("name"),
                row.text("version"),
                row.moment("started_at"),
                row.moment("seen_at"),
                new Node.Condition(row.number("policy_version"), trouble));
    }

    @Override
    public void put(Transaction transaction, Node node) {
        Optional<Node.Trouble> trouble = node.condition().trouble();
        Sql.of(transaction)
                .update(
                        "INSERT INTO node (id, name, version, started_at, seen_at, policy_version, trouble,"
                                + " trouble_since, trouble_at, trouble_over) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version,"
                                + " started_at = excluded.started_at, seen_at = excluded.seen_at,"
                                + " policy_version = excluded.policy_version, trouble = excluded.trouble,"
                                + " trouble_since = excluded.trouble_since, trouble_at = excluded.trouble_at,"
                                + " trouble_over = excluded.trouble_over",
                        node.id(),
                        node.name(),
                        node.version(),
                        node.startedAt(),
                        node.seenAt(),
                        node.condition().policyVersion(),
                        trouble.map(Node.Trouble::error),
                        trouble.map(Node.Trouble::since),
                        trouble.map(Node.Trouble::at),
                        trouble.map(Node.Trouble::over).orElse(false));
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
    public void signal(Transaction transaction, List<String> texts) {
        Sql.of(transaction).signal(texts);
    }
}
