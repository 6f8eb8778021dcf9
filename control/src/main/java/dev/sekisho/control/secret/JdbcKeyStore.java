package dev.sekisho.control.secret;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.util.List;
import java.util.Optional;

/// Keys and sealed columns in the database. The names in statements come from [SealedColumn], which lets plain names of
/// the schema through only.
final class JdbcKeyStore implements KeyStore {
    private static final int BATCH = 200;
    private static final byte[] LOST = {};

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
    public void rewrap(Transaction transaction, Wrapped key) {
        Sql.of(transaction)
                .update(
                        "UPDATE secret_key SET wrapped = ? WHERE version = ?",
                        key.wrapped().bytes(),
                        key.version());
    }

    @Override
    public void removeOthers(Transaction transaction, int version) {
        Sql.of(transaction).update("DELETE FROM secret_key WHERE version <> ?", version);
    }

    @Override
    public Optional<Installed> installed(Transaction transaction) {
        return Sql.of(transaction)
                .first(
                        row -> new Installed(
                                row.text("mark"),
                                row.optionalText("previous"),
                                row.moment("changed_at"),
                                Optional.ofNullable(row.optionalBytes("hand_over"))
                                        .map(Sealed::new)),
                        "SELECT mark, previous, changed_at, hand_over FROM installation_key WHERE id = 1");
    }

    @Override
    public void install(Transaction transaction, Installed installed) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO installation_key (id, mark, previous, changed_at, hand_over)"
                                + " VALUES (1, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark,"
                                + " previous = excluded.previous, changed_at = excluded.changed_at,"
                                + " hand_over = excluded.hand_over",
                        installed.mark(),
                        installed.previous(),
                        installed.changedAt(),
                        installed.handOver().map(Sealed::bytes));
    }

    @Override
    public void endHandOver(Transaction transaction) {
        Sql.of(transaction).update("UPDATE installation_key SET hand_over = NULL WHERE hand_over IS NOT NULL");
    }

    @Override
    public boolean isShared(Transaction transaction) {
        return Sql.of(transaction).isShared();
    }

    /// The row's identity as text: numbers would compare otherwise, or not at all.
    private static String row(SealedColumn column) {
        return column.numbered() ? "CAST(" + column.id() + " AS TEXT)" : column.id();
    }

    @Override
    public List<Value> values(Transaction transaction, SealedColumn column, Optional<String> after) {
        String statement = "SELECT " + row(column) + " AS row_id, " + column.column() + " AS sealed FROM "
                + column.table() + " WHERE LENGTH(" + column.column() + ") > 0 AND " + row(column) + " > ? ORDER BY "
                + row(column) + " LIMIT ?";
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
                "UPDATE " + column.table() + " SET " + column.column() + " = ? WHERE " + row(column) + " = ?";
        Sql.of(transaction).update(statement, value.sealed().bytes(), value.row());
    }

    @Override
    public int lose(Transaction transaction, SealedColumn column) {
        Sql sql = Sql.of(transaction);
        String there = " WHERE LENGTH(" + column.column() + ") > 0";
        String table = column.table();
        return switch (column.loss()) {
            case MARKED -> sql.update("UPDATE " + table + " SET " + column.column() + " = ?" + there, LOST);
            case MARKED_AND_OFF ->
                sql.update("UPDATE " + table + " SET enabled = 0, " + column.column() + " = ?" + there, LOST);
            case REMOVED -> sql.update("DELETE FROM " + table + there);
        };
    }
}
