package dev.sekisho.control.secret;

import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Secrets in the database.
final class JdbcSecretStore implements SecretStore {
    private static final String COLUMNS =
            "SELECT id, name, name_key, kind, description, created_at, changed_at, version,"
                    + " CASE WHEN LENGTH(sealed) = 0 THEN 1 ELSE 0 END AS lost FROM secret";

    private static Secret secret(Row row) throws SQLException {
        return new Secret(
                row.text("id"),
                row.text("name"),
                Secret.Kind.valueOf(row.text("kind")),
                row.text("description"),
                row.moment("created_at"),
                row.moment("changed_at"),
                row.number("version"),
                row.flag("lost"));
    }

    /// What makes two names the same.
    static String key(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }

    @Override
    public Page<Secret> list(
            Transaction transaction, Optional<String> text, Optional<Secret.Kind> kind, Page.Request page) {
        Filter filter = new Filter()
                .contains(
                        "(name_key LIKE ? ESCAPE '!' OR LOWER(description) LIKE ? ESCAPE '!')",
                        text.map(JdbcSecretStore::key))
                .and("kind = ?", kind);
        Sql sql = Sql.of(transaction);
        long total = sql.number("SELECT COUNT(*) AS n FROM secret" + filter.where(), filter.parameters());
        filter.and("name_key > ?", page.after());
        List<Secret> read = sql.list(
                JdbcSecretStore::secret,
                COLUMNS + filter.where() + " ORDER BY name_key LIMIT ?",
                filter.parameters(page.limit() + 1));
        return page.page(read, total, secret -> key(secret.name()));
    }

    @Override
    public Optional<Secret> find(Transaction transaction, String id) {
        return Sql.of(transaction).first(JdbcSecretStore::secret, COLUMNS + " WHERE id = ?", id);
    }

    @Override
    public Optional<Sealed> value(Transaction transaction, String id) {
        return Sql.of(transaction)
                .first(row -> new Sealed(row.bytes("sealed")), "SELECT sealed FROM secret WHERE id = ?", id);
    }

    @Override
    public void add(Transaction transaction, Secret secret, Sealed value) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO secret (id, name, name_key, kind, description, sealed, created_at, changed_at,"
                                + " version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        secret.id(),
                        secret.name(),
                        key(secret.name()),
                        secret.kind(),
                        secret.description(),
                        value.bytes(),
                        secret.createdAt(),
                        secret.changedAt(),
                        secret.version());
    }

    @Override
    public boolean update(Transaction transaction, Secret secret) {
        return Sql.of(transaction)
                        .update(
                                "UPDATE secret SET name = ?, name_key = ?, kind = ?, description = ?, changed_at = ?,"
                                        + " version = ? WHERE id = ? AND version = ?",
                                secret.name(),
                                key(secret.name()),
                                secret.kind(),
                                secret.description(),
                                secret.changedAt(),
                                secret.version(),
                                secret.id(),
                                secret.version() - 1)
                == 1;
    }

    @Override
    public void replace(Transaction transaction, String id, Sealed value) {
        Sql.of(transaction).update("UPDATE secret SET sealed = ? WHERE id = ?", value.bytes(), id);
    }

    @Override
    public boolean remove(Transaction transaction, String id) {
        return Sql.of(transaction).update("DELETE FROM secret WHERE id = ?", id) == 1;
    }
}
