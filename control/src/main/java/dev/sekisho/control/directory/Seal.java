package dev.sekisho.control.directory;

/// Seals the secrets of directories for their place, column `secret` of table `directory`: a port, served by
/// `control.secret`. Thread-safe.
public interface Seal {
    /// Seals.
    ///
    /// @param directory the identity; it opens for the same one only
    /// @param clear the caller wipes it
    byte[] seal(String directory, byte[] clear);

    /// Opens.
    ///
    /// @return the caller wipes it
    byte[] open(String directory, byte[] sealed);
}
