package dev.sekisho.control.audit;

import dev.sekisho.control.merkle.CompactRange;
import dev.sekisho.control.merkle.TreeHash;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The audit log in the database: each record is a leaf of a Merkle tree. Appending reads and writes one small row
/// besides the record itself, and one more every 256 records. Thread-safe; writers take turns, which gives the order.
public final class JdbcAuditLog implements AuditLog {
    /// Hashes of subtrees are kept on each level that is a multiple of this; the others are computed when asked for.
    static final int LEVELS = 8;

    private static final HexFormat HEX = HexFormat.of();

    private final InstantSource clock;

    public JdbcAuditLog(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public List<AuditRecord> append(Transaction transaction, Actor actor, List<ControlEvent> events) {
        if (events.isEmpty()) {
            return List.of();
        }
        Sql sql = Sql.of(transaction);
        CompactRange tree = tree(sql);
        boolean first = tree.size() == 0;
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Actor clean = new Actor(
                AuditLine.name(actor.name()),
                actor.userId().map(AuditLine::name),
                actor.via(),
                AuditLine.name(actor.source()));
        TreeHash hash = new TreeHash();
        List<AuditRecord> records = new ArrayList<>();
        for (ControlEvent event : events) {
            AuditRecord record = new AuditRecord(
                    tree.size() + 1,
                    now,
                    clean,
                    event.action(),
                    AuditLine.name(event.target()),
                    AuditLine.details(event),
                    "");
            byte[] leaf = hash.leaf(record.line());
            tree.append(leaf, (level, position, node) -> keep(sql, level, position, node));
            insert(sql, record, leaf);
            records.add(record.withHash(HEX.formatHex(leaf)));
        }
        sql.update(
                first
                        ? "INSERT INTO audit_head (size, peaks, id) VALUES (?, ?, 1)"
                        : "UPDATE audit_head SET size = ?, peaks = ? WHERE id = 1",
                tree.size(),
                tree.bytes());
        return records;
    }

    /// The tree as it is.
    static CompactRange tree(Sql sql) {
        return sql.first(
                        row -> CompactRange.of(row.number("size"), row.bytes("peaks")),
                        "SELECT size, peaks FROM audit_head WHERE id = 1")
                .orElseGet(CompactRange::empty);
    }

    private static void keep(Sql sql, int level, long position, byte[] node) {
        if (level > 0 && level % LEVELS == 0) {
            sql.update("INSERT INTO audit_node (level, position, hash) VALUES (?, ?, ?)", level, position, node);
        }
    }

    private static void insert(Sql sql, AuditRecord record, byte[] leaf) {
        sql.update(
                "INSERT INTO audit_record (seq, at, actor, actor_id, via, source, action, target, details, hash)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                record.seq(),
                record.at(),
                record.actor().name(),
                record.actor().userId(),
                record.actor().via(),
                record.actor().source(),
                record.action(),
                record.target(),
                record.details(),
                leaf);
    }
}
