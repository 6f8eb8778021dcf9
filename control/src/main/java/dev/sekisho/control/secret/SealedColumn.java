package dev.sekisho.control.secret;

/// A column of sealed values, told by the feature that has it, so that a rotation of the key finds it.
///
/// @param table of the database
/// @param id the column with the row's identity, which is the row of the [Scope]
/// @param column with the sealed bytes, or null
public record SealedColumn(String table, String id, String column) {
    private static final String NAME = "[a-z][a-z0-9_]{0,60}";

    public SealedColumn {
        if (!table.matches(NAME) || !id.matches(NAME) || !column.matches(NAME)) {
            throw new IllegalArgumentException("a sealed column has plain names of the schema");
        }
    }

    Scope scope(String row) {
        return new Scope(table, row, column);
    }
}
