package dev.sekisho.control.outbox;

/// Seals what must not be readable in the database: the port that the vault fills. Thread-safe.
public interface Sealer {
    /// Seals; the result opens under the same names only.
    ///
    /// @param table the table
    /// @param row the row's identity
    /// @param column the column
    byte[] seal(String table, String row, String column, byte[] plain);

    /// Opens; the caller wipes what it gets.
    ///
    /// @throws RuntimeException with a sentence when it was changed, moved, or sealed by another installation
    byte[] open(String table, String row, String column, byte[] sealed);
}
