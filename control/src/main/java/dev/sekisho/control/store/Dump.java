package dev.sekisho.control.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.postgresql.PGConnection;

/// All of a database as parts, as of one moment, while it is written to; and back into an empty one. Thread-safe.
///
/// SQLite: one part, [#FILE], a database file. PostgreSQL: a part per table, by its name, in `COPY`'s binary format,
/// those that others refer to first; the schema is made anew by the migrations.
public final class Dump {
    /// The part of a SQLite database.
    public static final String FILE = "sqlite";

    private static final String HISTORY = "flyway_schema_history";
    private static final String NAME = "[a-z][a-z0-9_]{0,62}";

    private Dump() {}

    /// Takes parts.
    @FunctionalInterface
    public interface Sink {
        /// Writes one part.
        ///
        /// @param name of the part
        /// @param content writes it
        void part(String name, Content content) throws IOException;
    }

    /// Writes a part.
    @FunctionalInterface
    public interface Content {
        /// Writes it; does not close the stream.
        void write(OutputStream out) throws IOException;
    }

    /// The newest migration that this program knows.
    public static int schema() {
        return Migrations.migrations(Dialect.SQLITE).lastKey();
    }

    /// Takes all of a database.
    ///
    /// @param scratch a directory for its owner only, with room for a SQLite database
    /// @throws StoreException when the database can't be read
    /// @throws IOException when the sink can't be written
    static void take(Pools pools, Path scratch, Sink sink) throws IOException {
        try (Connection connection = pools.readers().getConnection()) {
            if (pools.dialect() == Dialect.SQLITE) {
                takeFile(connection, scratch, sink);
            } else {
                takeTables(connection, sink);
            }
        } catch (SQLException e) {
            throw pools.dialect().explain(e);
        }
    }

    private static void takeFile(Connection connection, Path scratch, Sink sink) throws SQLException, IOException {
        Path copy = scratch.resolve("copy.db");
        Files.deleteIfExists(copy);
        try (PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
            vacuum.setString(1, copy.toString());
            vacuum.execute();
            sink.part(FILE, out -> Files.copy(copy, out));
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private static void takeTables(Connection connection, Sink sink) throws SQLException, IOException {
        Dialect.POSTGRESQL.begin(connection, false);
        try {
            execute(connection, "SET LOCAL statement_timeout = 0");
            for (String table : tables(connection)) {
                sink.part(table, out -> copyOut(connection, table, out));
            }
        } finally {
            connection.rollback();
        }
    }

    private static void copyOut(Connection connection, String table, OutputStream out) throws IOException {
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY " + table + " TO STDOUT (FORMAT binary)", out);
        } catch (SQLException e) {
            throw Dialect.POSTGRESQL.explain(e);
        }
    }

    /// The tables, each after those that it refers to.
    private static List<String> tables(Connection connection) throws SQLException {
        Map<String, Set<String>> needs = new LinkedHashMap<>();
        for (String[] row : rows(
                connection,
                "SELECT tablename, tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
                        + " ORDER BY tablename")) {
            if (!row[0].equals(HISTORY)) {
                needs.put(row[0], new TreeSet<>());
            }
        }
        for (String[] row : rows(
                connection,
                "SELECT f.relname, t.relname FROM pg_catalog.pg_constraint c"
                        + " JOIN pg_catalog.pg_class f ON f.oid = c.conrelid"
                        + " JOIN pg_catalog.pg_class t ON t.oid = c.confrelid"
                        + " WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace")) {
            Set<String> needed = needs.get(row[0]);
            if (needed != null && !row[0].equals(row[1])) {
                needed.add(row[1]);
            }
        }
        List<String> ordered = new ArrayList<>();
        while (ordered.size() < needs.size()) {
            List<String> next = needs.entrySet().stream()
                    .filter(entry -> !ordered.contains(entry.getKey()) && ordered.containsAll(entry.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
            if (next.isEmpty()) {
                throw new IllegalStateException("tables refer to each other in a circle");
            }
            ordered.addAll(next);
        }
        return ordered;
    }

    private static List<String[]> rows(Connection connection, String query) throws SQLException {
        List<String[]> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                rows.add(new String[] {String.valueOf(result.getString(1)), String.valueOf(result.getString(2))});
            }
        }
        return rows;
    }

    private static void execute(Connection connection, String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    /// A part to be put back.
    ///
    /// @param name of the part
    /// @param file with its content
    public record Part(String name, Path file) {
        public Part {
            if (!name.matches(NAME)) {
                throw new IllegalArgumentException("no table is called so");
            }
        }
    }

    /// Puts parts back into a PostgreSQL database without tables, in one transaction after the schema is made.
    ///
    /// @param schema the newest migration at the time of the dump
    /// @param aside whether tables that are there are kept in a schema of another name; else they are a reason
    ///     to refuse
    /// @throws StoreException when the database is not empty or can't be written
    public static void restore(DatabaseUrl url, int schema, List<Part> parts, boolean aside) throws IOException {
        try (Pools pools = Pools.postgresql(url)) {
            try (Connection connection = pools.writers().getConnection()) {
                makeRoom(connection, aside);
            }
            Migrations.flyway(pools).target(String.valueOf(schema)).load().migrate();
            try (Connection connection = pools.writers().getConnection()) {
                fill(connection, parts);
            }
        } catch (SQLException e) {
            throw Dialect.POSTGRESQL.explain(e);
        }
    }

    private static void makeRoom(Connection connection, boolean aside) throws SQLException {
        List<String[]> there = rows(
                connection,
                "SELECT current_schema(), tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()");
        if (there.isEmpty()) {
            return;
        }
        if (!aside) {
            throw new StoreException(
                    StoreException.Kind.CONFLICT,
                    "the database is not empty: name an empty one, or use --force, which keeps what is there aside",
                    null);
        }
        String schema = there.getFirst()[0].replace("\"", "\"\"");
        execute(
                connection,
                "ALTER SCHEMA \"" + schema + "\" RENAME TO \"before_restore_" + System.currentTimeMillis() + "\"");
        execute(connection, "CREATE SCHEMA \"" + schema + "\"");
    }

    private static void fill(Connection connection, List<Part> parts) throws SQLException, IOException {
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            execute(connection, "SET LOCAL statement_timeout = 0");
            for (Part part : parts) {
                try (InputStream in = Files.newInputStream(part.file())) {
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("COPY " + part.name() + " FROM STDIN (FORMAT binary)", in);
                }
            }
            for (String[] column : rows(
                    connection,
                    "SELECT table_name, column_name FROM information_schema.columns"
                            + " WHERE table_schema = current_schema() AND is_identity = 'YES'")) {
                execute(
                        connection,
                        "SELECT setval(pg_get_serial_sequence('" + column[0] + "', '" + column[1]
                                + "'), (SELECT COALESCE(MAX(" + column[1] + "), 0) + 1 FROM " + column[0]
                                + "), false)");
            }
            connection.commit();
            done = true;
        } finally {
            if (!done) {
                connection.rollback();
            }
        }
    }

    /// Checks a SQLite file that was dumped.
    ///
    /// @return what is wrong with it; empty when it is sound
    public static List<String> check(Path file) {
        try (Pools pools = Pools.sqlite(file);
                Connection connection = pools.writers().getConnection()) {
            return rows(connection, "SELECT integrity_check, 1 FROM pragma_integrity_check").stream()
                    .map(row -> row[0])
                    .filter(row -> !row.equals("ok"))
                    .toList();
        } catch (SQLException e) {
            throw Dialect.SQLITE.explain(e);
        }
    }
}
