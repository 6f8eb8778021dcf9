package dev.sekisho.control.secret;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.util.List;
import java.util.Optional;

/// Keys and sealed columns in the database. The names in statements come from [SealedColumn], which lets plain names of
/// the schema through only.
final class JdbcKeyStore implements KeyStore {
    private static final int BATCH = 200;

    @Override
    public List<Wrapped> keys(Transaction transaction) {
        return Sql.of(transaction)
                .list(
                        row -> new Wrapped(
                                row.integer("version"), new Sealed(row.bytes("wrapped")), row.moment("created_at")),
                        "SELECT version, wrapped, created_at FROM secret_key ORDER BY version");
    }

    @Override
    public void add(Transaction transaction, Wrapped key) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO secret_key (version, wrapped, created_at) VALUES (?, ?, ?)",
                        key.version(),
                        key.wrapped().bytes(),
                        key.createdAt());
    }

    @Override
    public void removeOthers(Transaction transaction, int version) {
        Sql.of(transaction).update("DELETE FROM secret_key WHERE version <> ?", version);
    }

    @Override
    public List<Value> values(Transaction transaction, SealedColumn column, Optional<String> after) {
        String statement = "SELECT " + column.id() + " AS row_id, " + column.column() + " AS sealed FROM "
                + column.table() + " WHERE " + column.column() + " IS NOT NULL AND " + column.id() + " > ? ORDER BY "
                + column.id() + " LIMIT ?";
        return Sql.of(transaction)
                .list(
                        row -> new Value(row.text("row_id"), new Sealed(row.bytes("sealed"))),
                        statement,
                        after.orElse(""),
                        BATCH);
    }

    @Override
    public void replace(Transaction transaction, SealedColumn column, Value value) {
        String statement =
                "UPDATE " + column.table() + " SET " + column.column() + " = ? WHERE " + column.id() + " = ?";
        Sql.of(transaction).update(statement, value.sealed().bytes(), value.row());
    }
}
