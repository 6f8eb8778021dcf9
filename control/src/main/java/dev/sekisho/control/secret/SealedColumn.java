package dev.sekisho.control.secret;

/// A column of sealed values, told by the feature that has it, so that a rotation of the key finds it. A value of no
/// bytes is one that was lost with its key.
///
/// @param table of the database
/// @param id the column with the row's identity, which is the row of the [Scope]
/// @param numbered whether that is a number
/// @param column with the sealed bytes, or null
/// @param loss what becomes of a row whose value can't be opened by anybody any more
public record SealedColumn(String table, String id, boolean numbered, String column, Loss loss) {
    private static final String NAME = "[a-z][a-z0-9_]{0,60}";

    /// What becomes of a row that has lost its value.
    public enum Loss {
        /// It stays, without the value, for somebody to give it again.
        MARKED,
        /// It stays, without the value and switched off: the table has a column `enabled`.
        MARKED_AND_OFF,
        /// It goes: nothing is left of it without the value.
        REMOVED
    }

    public SealedColumn {
        if (!table.matches(NAME) || !id.matches(NAME) || !column.matches(NAME)) {
            throw new IllegalArgumentException("a sealed column has plain names of the schema");
        }
    }

    /// One of a table whose identities are texts.
    public static SealedColumn of(String table, String id, String column, Loss loss) {
        return new SealedColumn(table, id, false, column, loss);
    }

    /// That of a table with one row.
    public static SealedColumn single(String table, String column, Loss loss) {
        return new SealedColumn(table, "id", true, column, loss);
    }

    Scope scope(String row) {
        return new Scope(table, row, column);
    }
}
