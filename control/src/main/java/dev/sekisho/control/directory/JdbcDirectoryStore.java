package dev.sekisho.control.directory;

import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Directories in the database. Stateless.
public final class JdbcDirectoryStore implements DirectoryStore {
    private static final String KNOWN = "SELECT subject, name_key, gone FROM directory_person WHERE directory_id = ?";

    private record Head(String id, Kind kind, String name, boolean enabled, long version) {}

    private record Pair(String name, String value) {}

    @Override
    public List<ConnectedDirectory> all(Transaction transaction) {
        Sql sql = Sql.of(transaction);
        return sql
                .list(
                        JdbcDirectoryStore::head,
                        "SELECT id, kind, name, enabled, version FROM directory ORDER BY name_key")
                .stream()
                .map(head -> complete(sql, head))
                .toList();
    }

    @Override
    public Optional<ConnectedDirectory> find(Transaction transaction, String id) {
        Sql sql = Sql.of(transaction);
        return sql.first(
                        JdbcDirectoryStore::head,
                        "SELECT id, kind, name, enabled, version FROM directory WHERE id = ?",
                        id)
                .map(head -> complete(sql, head));
    }

    private static Head head(Row row) throws SQLException {
        return new Head(
                row.text("id"),
                Kind.valueOf(row.text("kind")),
                row.text("name"),
                row.flag("enabled"),
                row.number("version"));
    }

    private static ConnectedDirectory complete(Sql sql, Head head) {
        Map<String, String> settings =
                pairs(sql, "SELECT name, value FROM directory_setting WHERE directory_id = ?", head.id());
        Map<String, String> groupRoles = pairs(
                sql,
                "SELECT group_name AS name, role_id AS value FROM directory_group_role WHERE directory_id = ?",
                head.id());
        return new ConnectedDirectory(
                head.id(),
                head.kind(),
                head.name(),
                head.enabled(),
                new Settings(settings),
                groupRoles,
                head.version());
    }

    private static Map<String, String> pairs(Sql sql, String statement, String id) {
        return sql.list(row -> new Pair(row.text("name"), row.text("value")), statement, id).stream()
                .collect(Collectors.toMap(Pair::name, Pair::value));
    }

    @Override
    public void insert(Transaction transaction, ConnectedDirectory directory) {
        Sql sql = Sql.of(transaction);
        sql.update(
                "INSERT INTO directory (id, kind, name, name_key, enabled, version) VALUES (?, ?, ?, ?, ?, ?)",
                directory.id(),
                directory.kind(),
                directory.name(),
                NameKey.of(directory.name()),
                directory.enabled(),
                directory.version());
        insertParts(sql, directory);
    }

    @Override
    public boolean update(Transaction transaction, ConnectedDirectory directory) {
        Sql sql = Sql.of(transaction);
        int rows = sql.update(
                "UPDATE directory SET name = ?, name_key = ?, enabled = ?, version = version + 1"
                        + " WHERE id = ? AND version = ?",
                directory.name(),
                NameKey.of(directory.name()),
                directory.enabled(),
                directory.id(),
                directory.version());
        if (rows == 0) {
            return false;
        }
        sql.update("DELETE FROM directory_setting WHERE directory_id = ?", directory.id());
        sql.update("DELETE FROM directory_group_role WHERE directory_id = ?", directory.id());
        insertParts(sql, directory);
        return true;
    }

    private static void insertParts(Sql sql, ConnectedDirectory directory) {
        directory
                .settings()
                .values()
                .forEach((name, value) -> sql.update(
                        "INSERT INTO directory_setting (directory_id, name, value) VALUES (?, ?, ?)",
                        directory.id(),
                        name,
                        value));
        directory
                .groupRoles()
                .forEach((group, role) -> sql.update(
                        "INSERT INTO directory_group_role (directory_id, group_name, role_id) VALUES (?, ?, ?)",
                        directory.id(),
                        group,
                        role));
    }

    @Override
    public boolean delete(Transaction transaction, String id, long version) {
        return Sql.of(transaction).update("DELETE FROM directory WHERE id = ? AND version = ?", id, version) == 1;
    }

    @Override
    public Optional<byte[]> secret(Transaction transaction, String id) {
        return Sql.of(transaction)
                .first(
                        row -> row.bytes("secret"),
                        "SELECT secret FROM directory WHERE id = ? AND LENGTH(secret) > 0",
                        id);
    }

    @Override
    public void setSecret(Transaction transaction, String id, byte[] sealed) {
        Sql.of(transaction).update("UPDATE directory SET secret = ? WHERE id = ?", sealed, id);
    }

    @Override
    public List<String> rolesOfUsers(Transaction transaction, String id) {
        return Sql.of(transaction)
                .list(
                        row -> row.text("role_id"),
                        "SELECT DISTINCT m.role_id FROM role_member m JOIN app_user u ON u.id = m.user_id"
                                + " WHERE u.directory = ? ORDER BY m.role_id",
                        id);
    }

    @Override
    public List<String> activeUsers(Transaction transaction, String id) {
        return Sql.of(transaction)
                .list(
                        row -> row.text("id"),
                        "SELECT id FROM app_user WHERE directory = ? AND disabled = 0 ORDER BY id",
                        id);
    }

    @Override
    public List<Known> people(Transaction transaction, String id) {
        return Sql.of(transaction).list(JdbcDirectoryStore::known, KNOWN + " ORDER BY name_key", id);
    }

    @Override
    public Optional<Known> bySubject(Transaction transaction, String id, String subject) {
        return Sql.of(transaction).first(JdbcDirectoryStore::known, KNOWN + " AND subject = ?", id, subject);
    }

    @Override
    public Optional<Known> byName(Transaction transaction, String id, String nameKey) {
        return Sql.of(transaction).first(JdbcDirectoryStore::known, KNOWN + " AND name_key = ?", id, nameKey);
    }

    private static Known known(Row row) throws SQLException {
        return new Known(row.text("subject"), row.text("name_key"), row.flag("gone"));
    }

    @Override
    public void remember(Transaction transaction, String id, Known known, Instant at) {
        Sql sql = Sql.of(transaction);
        sql.update(
                "DELETE FROM directory_person WHERE directory_id = ? AND (subject = ? OR name_key = ?)",
                id,
                known.subject(),
                known.nameKey());
        sql.update(
                "INSERT INTO directory_person (directory_id, subject, name_key, gone, seen_at) VALUES (?, ?, ?, ?, ?)",
                id,
                known.subject(),
                known.nameKey(),
                known.gone(),
                at);
    }
}
