package dev.sekisho.control.store;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A column that is searched for texts anywhere in it, and its index of trigrams, which SQLite has (migration V019).
/// Immutable.
///
/// The index finds what the scan of the column finds, and is asked for what is rare: three characters at least, and
/// not too many rows. What nearly all rows have is found sooner where they stand.
///
/// @param index what the names of the index begin with, as `resource` of `resource_find` and `resource_text`
/// @param column of the index
/// @param scan the condition without it: `%s` where the table's alias comes, `LIKE ? ESCAPE '!'` at the end
public record Searched(String index, String column, String scan) {
    /// The index knows nothing shorter.
    private static final int TRIGRAM = 3;

    /// Characters of a text that the index is asked for: each costs as much as looking at a part of all rows, and who
    /// has these is then asked for the whole text.
    private static final int ASKED = 32;

    /// Rows up to which the index is used; each is a parameter of the statement.
    public static final int FEW = 500;

    /// What can stand in an address or a block, of either family; nothing else need be looked for there.
    public static final Pattern OF_AN_ADDRESS = Pattern.compile("[0-9a-f.:/]+");

    /// A condition and its parameters.
    public record Condition(String sql, List<String> parameters) {
        public Condition {
            parameters = List.copyOf(parameters);
        }

        /// The same as parameters of a statement.
        public @Nullable Object[] values() {
            return parameters.toArray();
        }
    }

    /// What holds for rows that have the text.
    ///
    /// @param alias of the table, as `r.`, or empty
    /// @param text as the column has it: a name key
    public Condition in(Sql sql, String alias, String text) {
        return few(sql, text)
                .map(ids -> oneOf(alias + "id", ids))
                .orElseGet(() -> new Condition(scan.formatted(alias), List.of(Filter.anywhere(text))));
    }

    /// That a column has one of some values; nothing has one of none.
    public static Condition oneOf(String column, List<String> values) {
        return values.isEmpty()
                ? new Condition("1 = 0", List.of())
                : new Condition(column + " IN " + Sql.marks(values), values);
    }

    /// The identities of the rows that have the text; empty when the index can't tell them, or they are many.
    private Optional<List<String>> few(Sql sql, String text) {
        if (sql.dialect() != Dialect.SQLITE || text.codePointCount(0, text.length()) < TRIGRAM) {
            return Optional.empty();
        }
        // The index doesn't tell capitals, nor does LIKE, but for letters of ASCII only.
        List<String> ids = sql.list(
                row -> row.text("id"),
                "SELECT t.id FROM " + index + "_find CROSS JOIN " + index + "_text t WHERE " + index
                        + "_find MATCH ? AND t.n = " + index + "_find.rowid AND t." + column
                        + " LIKE ? ESCAPE '!' LIMIT ?",
                column + " : \"" + asked(text).replace("\"", "\"\"") + "\"",
                Filter.anywhere(text),
                FEW + 1);
        return ids.size() > FEW ? Optional.empty() : Optional.of(ids);
    }

    private static String asked(String text) {
        return text.codePointCount(0, text.length()) <= ASKED
                ? text
                : text.substring(0, text.offsetByCodePoints(0, ASKED));
    }
}
