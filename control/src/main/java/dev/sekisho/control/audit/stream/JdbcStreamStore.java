package dev.sekisho.control.audit.stream;

import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/// Streams in the database. A target is kept as a word and its parts, separated by spaces.
final class JdbcStreamStore implements StreamStore {
    private static final String FILE = "file";

    private static AuditStream stream(Row row) throws SQLException {
        return new AuditStream(
                row.text("id"),
                row.text("name"),
                target(row.text("settings").split(" ", -1)),
                row.flag("enabled"),
                row.number("sent"),
                row.number("version"));
    }

    private static Target target(String[] parts) {
        return parts[0].equals(FILE)
                ? new Target.File(parts[1])
                : new Target.Syslog(parts[1], Integer.parseInt(parts[2]), Target.Transport.valueOf(parts[0]));
    }

    private static String settings(Target target) {
        return switch (target) {
            case Target.File file -> FILE + " " + file.name();
            case Target.Syslog syslog -> syslog.transport() + " " + syslog.host() + " " + syslog.port();
        };
    }

    @Override
    public List<AuditStream> list(Transaction transaction) {
        return Sql.of(transaction)
                .list(
                        JdbcStreamStore::stream,
                        "SELECT id, name, settings, enabled, sent, version FROM audit_stream ORDER BY name_key");
    }

    @Override
    public void save(Transaction transaction, AuditStream stream) {
        Sql sql = Sql.of(transaction);
        String key = Normalizer.normalize(stream.name(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        int changed = sql.update(
                "UPDATE audit_stream SET name = ?, name_key = ?, settings = ?, enabled = ?, version = version + 1"
                        + " WHERE id = ?",
                stream.name(),
                key,
                settings(stream.target()),
                stream.enabled(),
                stream.id());
        if (changed == 0) {
            sql.update(
                    "INSERT INTO audit_stream (id, name, name_key, settings, enabled, sent, version)"
                            + " VALUES (?, ?, ?, ?, ?, ?, 1)",
                    stream.id(),
                    stream.name(),
                    key,
                    settings(stream.target()),
                    stream.enabled(),
                    stream.sent());
        }
    }

    @Override
    public void remove(Transaction transaction, String id) {
        Sql.of(transaction).update("DELETE FROM audit_stream WHERE id = ?", id);
    }

    @Override
    public void sent(Transaction transaction, String id, long seq) {
        Sql.of(transaction).update("UPDATE audit_stream SET sent = ? WHERE id = ? AND sent < ?", seq, id, seq);
    }
}
