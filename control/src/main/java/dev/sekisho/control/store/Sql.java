package dev.sekisho.control.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The statements of one transaction, for `Jdbc*` adapters only. Values are always parameters, never text of the
/// statement. Parameters: `String`, `Long`, `Integer`, `Boolean` (0 or 1), `Instant` (milliseconds), `byte[]`, `Enum`
/// (its name), `Optional` of these, null. Owner: the thread of the transaction.
public final class Sql implements Transaction {
    /// Parameters of one statement: a page and one more.
    private static final int KEYS = Page.Request.MAX_LIMIT + 1;

    private final Connection connection;
    private final Dialect dialect;
    private final boolean writable;

    /// The failure of a statement, after which PostgreSQL refuses all others; SQLite would go on, and behave otherwise
    /// than what was tested.
    private @Nullable StoreException failure;

    Sql(Connection connection, Dialect dialect, boolean writable) {
        this.connection = connection;
        this.dialect = dialect;
        this.writable = writable;
    }

    /// The statements of a transaction.
    public static Sql of(Transaction transaction) {
        return switch (transaction) {
            case Sql sql -> sql;
        };
    }

    /// Reads one row.
    @FunctionalInterface
    public interface Mapper<T> {
        /// What a row says.
        T map(Row row) throws SQLException;
    }

    /// Inserts, changes or deletes.
    ///
    /// @return how many rows
    /// @throws StoreException with kind CONFLICT when a rule of the schema refuses
    public int update(String statement, @Nullable Object... parameters) {
        if (!writable) {
            throw new IllegalStateException("a read may not change anything");
        }
        try (PreparedStatement prepared = prepare(statement, parameters)) {
            return prepared.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /// Inserts or changes many rows by one statement.
    ///
    /// @param rows the parameters of each
    /// @throws StoreException as [#update]
    public void updateEach(String statement, List<@Nullable Object[]> rows) {
        if (!writable) {
            throw new IllegalStateException("a read may not change anything");
        }
        for (int from = 0; from < rows.size(); from += KEYS) {
            List<@Nullable Object[]> part = rows.subList(from, Math.min(rows.size(), from + KEYS));
            try (PreparedStatement prepared = prepare(statement)) {
                for (@Nullable Object[] row : part) {
                    bindAll(prepared, row);
                    prepared.addBatch();
                }
                prepared.executeBatch();
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }

    /// All rows of an answer, in its order. Statements have a `LIMIT` where the number of rows is not bounded
    /// otherwise.
    public <T> List<T> list(Mapper<T> mapper, String statement, @Nullable Object... parameters) {
        try (PreparedStatement prepared = prepare(statement, parameters);
                ResultSet result = prepared.executeQuery()) {
            List<T> rows = new ArrayList<>();
            Row row = new Row(result);
            while (result.next()) {
                rows.add(mapper.map(row));
            }
            return rows;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /// All rows that belong to some of many keys, asked for in parts.
    ///
    /// @param statement with `(:keys)`, once, where the keys come, and no other parameter
    public <T> List<T> listOf(Mapper<T> mapper, String statement, Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        List<T> rows = new ArrayList<>();
        for (int from = 0; from < all.size(); from += KEYS) {
            List<String> part = all.subList(from, Math.min(all.size(), from + KEYS));
            rows.addAll(list(mapper, statement.replace("(:keys)", marks(part)), part.toArray()));
        }
        return rows;
    }

    /// A list of parameters in a statement, such as `(?,?)`.
    ///
    /// @param parameters at least one
    public static String marks(Collection<?> parameters) {
        return "(" + "?,".repeat(parameters.size() - 1) + "?)";
    }

    /// What a search found.
    ///
    /// @param ids of a page and one more, in order
    /// @param total how many there are in all
    public record Hits(List<String> ids, long total) {
        public Hits {
            ids = List.copyOf(ids);
        }
    }

    /// Searches once for both, the page and how many there are: for conditions that have to look at everything.
    ///
    /// @param select with the columns `id` and whatever `after` and `order` name, without conditions
    /// @param filter what is searched for
    /// @param after where the page begins, by columns of `select`
    /// @param order of the page, columns of `select`
    /// @param limit of ids
    public Hits search(String select, Filter filter, Filter after, String order, int limit) {
        record Hit(String id, long total) {}
        List<Hit> page = list(
                row -> new Hit(row.text("id"), row.number("n")),
                "WITH hit AS MATERIALIZED (" + select + filter.where() + ") SELECT id, (SELECT COUNT(*) FROM hit) AS n"
                        + " FROM hit" + after.where() + " ORDER BY " + order + " LIMIT ?",
                filter.parameters(after.parameters(limit)));
        long total = !page.isEmpty()
                ? page.getFirst().total()
                : after.where().isEmpty()
                        ? 0
                        : number(
                                "SELECT COUNT(*) AS n FROM (" + select + filter.where() + ") hit", filter.parameters());
        return new Hits(page.stream().map(Hit::id).toList(), total);
    }

    /// The first row, if there is one.
    public <T> Optional<T> first(Mapper<T> mapper, String statement, @Nullable Object... parameters) {
        List<T> rows = list(mapper, statement, parameters);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
    }

    /// The number in the column `n` of the one row of an answer, such as `SELECT COUNT(*) AS n`.
    public long number(String statement, @Nullable Object... parameters) {
        return first(row -> row.number("n"), statement, parameters).orElse(0L);
    }

    /// Tells all nodes something once the transaction commits, by one statement; on SQLite there are none.
    ///
    /// @param texts each of 7,999 bytes at most; of two that are alike PostgreSQL tells one
    public void signal(List<String> texts) {
        if (dialect == Dialect.POSTGRESQL && !texts.isEmpty()) {
            List<@Nullable Object> parameters = new ArrayList<>(List.of(Signals.CHANNEL));
            parameters.addAll(texts);
            String rows = "(?),".repeat(texts.size() - 1) + "(?)";
            list(
                    _ -> "",
                    "SELECT pg_notify(?, told.text) FROM (VALUES " + rows + ") AS told(text)",
                    parameters.toArray());
        }
    }

    /// Whether other nodes may have opened the same database.
    public boolean isShared() {
        return dialect == Dialect.POSTGRESQL;
    }

    /// Which of the two databases answers.
    Dialect dialect() {
        return dialect;
    }

    private StoreException failed(SQLException e) {
        StoreException explained = dialect.explain(e);
        failure = explained;
        return explained;
    }

    /// Ends it before the commit.
    ///
    /// @throws StoreException the failure of a statement in it, if one failed
    void end() {
        if (failure != null) {
            throw failure;
        }
    }

    private PreparedStatement prepare(String statement, @Nullable Object... parameters) throws SQLException {
        if (failure != null) {
            throw new IllegalStateException("the transaction failed already", failure);
        }
        PreparedStatement prepared = connection.prepareStatement(statement);
        try {
            bindAll(prepared, parameters);
            return prepared;
        } catch (SQLException | RuntimeException e) {
            prepared.close();
            throw e;
        }
    }

    private static void bindAll(PreparedStatement prepared, @Nullable Object[] parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            bind(prepared, i + 1, parameters[i]);
        }
    }

    private static void bind(PreparedStatement prepared, int index, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> prepared.setNull(index, Types.NULL);
            case String text -> prepared.setString(index, text);
            case Integer number -> prepared.setInt(index, number);
            case Long number -> prepared.setLong(index, number);
            case Boolean flag -> prepared.setInt(index, flag ? 1 : 0);
            case Instant moment -> prepared.setLong(index, moment.toEpochMilli());
            case byte[] bytes -> prepared.setBytes(index, bytes);
            case Enum<?> constant -> prepared.setString(index, constant.name());
            case Optional<?> optional -> bind(prepared, index, optional.orElse(null));
            default -> throw new IllegalArgumentException("no such parameter: " + value.getClass());
        }
    }
}
