package dev.sekisho.control.audit;

import dev.sekisho.control.merkle.CompactRange;
import dev.sekisho.control.merkle.Proofs;
import dev.sekisho.control.merkle.TreeHash;
import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The audit log as it is read from the database. Thread-safe.
public final class JdbcAuditStore implements AuditStore {
    private static final String COLUMNS =
            "SELECT seq, at, actor, actor_id, via, source, action, target, details, hash FROM audit_record";

    private static AuditRecord record(Row row) throws SQLException {
        return new AuditRecord(
                row.number("seq"),
                row.moment("at"),
                new Actor(row.text("actor"), row.optionalText("actor_id"), via(row.text("via")), row.text("source")),
                row.text("action"),
                row.text("target"),
                row.text("details"),
                HexFormat.of().formatHex(row.bytes("hash")));
    }

    /// What somebody wrote into the table by hand is shown, and found by its hash.
    private static Actor.Via via(String name) {
        for (Actor.Via via : Actor.Via.values()) {
            if (via.name().equals(name)) {
                return via;
            }
        }
        return Actor.Via.SYSTEM;
    }

    private static SignedCheckpoint checkpoint(Row row) throws SQLException {
        return new SignedCheckpoint(row.number("size"), row.moment("at"), row.text("note"));
    }

    /// Conditions and their parameters.
    private static final class Where {
        private final StringBuilder text = new StringBuilder(" WHERE 1 = 1");
        private final List<@Nullable Object> parameters = new ArrayList<>();

        void and(String condition, Object... values) {
            text.append(" AND ").append(condition);
            parameters.addAll(List.of(values));
        }

        @Nullable
        Object[] parameters(Object... more) {
            List<@Nullable Object> all = new ArrayList<>(parameters);
            all.addAll(List.of(more));
            return all.toArray();
        }
    }

    private static Where where(AuditQuery query) {
        Where where = new Where();
        query.actor().ifPresent(actor -> where.and("actor = ?", actor));
        query.action().ifPresent(action -> where.and("action >= ? AND action < ?", action, action + '\uffff'));
        query.target().ifPresent(target -> where.and("target = ?", target));
        query.from().ifPresent(from -> where.and("at >= ?", from));
        query.to().ifPresent(to -> where.and("at < ?", to));
        query.text().ifPresent(text -> {
            StringBuilder quoted = new StringBuilder();
            AuditLine.quote(quoted, text);
            String plain = like(text);
            where.and(
                    "(LOWER(actor) LIKE ? ESCAPE '!' OR LOWER(target) LIKE ? ESCAPE '!'"
                            + " OR LOWER(details) LIKE ? ESCAPE '!')",
                    plain,
                    plain,
                    like(quoted.substring(1, quoted.length() - 1)));
        });
        return where;
    }

    private static String like(String text) {
        return "%"
                + text.toLowerCase(Locale.ROOT)
                        .replace("!", "!!")
                        .replace("%", "!%")
                        .replace("_", "!_") + "%";
    }

    @Override
    public Page<AuditRecord> search(Transaction transaction, AuditQuery query, Page.Request page) {
        Sql sql = Sql.of(transaction);
        Where where = where(query);
        long total = query.equals(AuditQuery.ALL)
                ? tree(transaction).size()
                : sql.number("SELECT COUNT(*) AS n FROM audit_record" + where.text, where.parameters());
        page.after().ifPresent(after -> where.and("seq < ?", number(after)));
        List<AuditRecord> read = sql.list(
                JdbcAuditStore::record,
                COLUMNS + where.text + " ORDER BY seq DESC LIMIT ?",
                where.parameters(page.limit() + 1));
        return page.page(read, total, record -> String.valueOf(record.seq()));
    }

    private static long number(String key) {
        if (!key.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("the cursor is none of this list");
        }
        return Long.parseLong(key);
    }

    @Override
    public List<AuditRecord> records(Transaction transaction, long after, int limit) {
        return Sql.of(transaction)
                .list(JdbcAuditStore::record, COLUMNS + " WHERE seq > ? ORDER BY seq LIMIT ?", after, limit);
    }

    @Override
    public CompactRange tree(Transaction transaction) {
        return JdbcAuditLog.tree(Sql.of(transaction));
    }

    @Override
    public Proofs.Nodes nodes(Transaction transaction) {
        Sql sql = Sql.of(transaction);
        TreeHash hash = new TreeHash();
        return (level, position) -> node(sql, hash, level, position);
    }

    private static byte[] node(Sql sql, TreeHash hash, int level, long position) {
        int kept = level / JdbcAuditLog.LEVELS * JdbcAuditLog.LEVELS;
        int above = level - kept;
        long first = position << above;
        long end = (position + 1) << above;
        Sql.Mapper<byte[]> mapper = row -> row.bytes("hash");
        List<byte[]> nodes = new ArrayList<>(
                kept == 0
                        ? sql.list(
                                mapper,
                                "SELECT hash FROM audit_record WHERE seq > ? AND seq <= ? ORDER BY seq",
                                first,
                                end)
                        : sql.list(
                                mapper,
                                "SELECT hash FROM audit_node WHERE level = ? AND position >= ? AND position < ?"
                                        + " ORDER BY position",
                                kept,
                                first,
                                end));
        if (nodes.size() != 1 << above) {
            throw new IllegalStateException(
                    "the audit log lacks records among " + ((first << kept) + 1) + " to " + (end << kept));
        }
        while (nodes.size() > 1) {
            List<byte[]> parents = new ArrayList<>(nodes.size() / 2);
            for (int i = 0; i < nodes.size(); i += 2) {
                parents.add(hash.node(nodes.get(i), nodes.get(i + 1)));
            }
            nodes = parents;
        }
        return nodes.getFirst();
    }

    @Override
    public Optional<SignedCheckpoint> lastCheckpoint(Transaction transaction) {
        return Sql.of(transaction)
                .first(
                        JdbcAuditStore::checkpoint,
                        "SELECT size, at, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1");
    }

    @Override
    public Page<SignedCheckpoint> checkpoints(
            Transaction transaction, Optional<Instant> from, Optional<Instant> to, Page.Request page) {
        Filter filter = new Filter().and("at >= ?", from).and("at < ?", to);
        Sql sql = Sql.of(transaction);
        long total = sql.number("SELECT COUNT(*) AS n FROM audit_checkpoint" + filter.where(), filter.parameters());
        filter.and("size < ?", page.after().map(JdbcAuditStore::number));
        List<SignedCheckpoint> read = sql.list(
                JdbcAuditStore::checkpoint,
                "SELECT size, at, note FROM audit_checkpoint" + filter.where() + " ORDER BY size DESC LIMIT ?",
                filter.parameters(page.limit() + 1));
        return page.page(read, total, checkpoint -> String.valueOf(checkpoint.size()));
    }

    @Override
    public List<SignedCheckpoint> checkpoints(Transaction transaction, long after, int limit) {
        return Sql.of(transaction)
                .list(
                        JdbcAuditStore::checkpoint,
                        "SELECT size, at, note FROM audit_checkpoint WHERE size > ? ORDER BY size LIMIT ?",
                        after,
                        limit);
    }

    @Override
    public void removeCheckpoints(Transaction transaction) {
        Sql.of(transaction).update("DELETE FROM audit_checkpoint");
    }

    @Override
    public void add(Transaction transaction, SignedCheckpoint checkpoint) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO audit_checkpoint (size, at, note) VALUES (?, ?, ?)",
                        checkpoint.size(),
                        checkpoint.at(),
                        checkpoint.note());
    }
}
