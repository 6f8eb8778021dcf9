package dev.sekisho.control.store;

import java.util.Optional;

/// The order of a list that comes in pages, and where in it a page begins: behind the last row of the page before, by
/// its
/// values. Immutable.
///
/// @param column by which it goes; holds texts
/// @param descending whether the largest come first
/// @param tie what decides between equal ones, ascending or descending with the column; empty = there are none
public record Keyset(String column, boolean descending, String tie) {
    /// Between the two parts of a cursor; no text of a column has it.
    private static final String SEPARATOR = "\n";

    /// Adds where a page begins.
    ///
    /// @param prefix of the columns, as `r.`, or empty
    public void begin(Filter filter, String prefix, Optional<String> after) {
        if (after.isEmpty()) {
            return;
        }
        String[] parts = after.get().split(SEPARATOR, 2);
        String value = parts[0];
        String sign = descending ? " < ?" : " > ?";
        String first = prefix + column;
        if (tie.isEmpty()) {
            filter.and(first + sign, value);
        } else {
            // Said twice, so that the index of the column is used from there.
            filter.and(first + (descending ? " <= ?" : " >= ?"), value);
            filter.and(
                    "(" + first + sign + " OR " + prefix + tie + sign + ")", value, parts.length < 2 ? "" : parts[1]);
        }
    }

    /// ` ORDER BY ...`.
    public String orderBy(String prefix) {
        return " ORDER BY " + order(prefix);
    }

    /// The same without the two words.
    public String order(String prefix) {
        String direction = descending ? " DESC" : "";
        return prefix + column + direction + (tie.isEmpty() ? "" : ", " + prefix + tie + direction);
    }

    /// Where a page begins that follows a row.
    public String cursor(Object value, String tieValue) {
        return tie.isEmpty() ? value.toString() : value + SEPARATOR + tieValue;
    }
}
