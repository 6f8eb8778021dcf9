package dev.sekisho.control.factor;

/// Seals what must be read again, under the installation's key: a port, served by `control.secret`. Thread-safe.
public interface Seals {
    /// Seals.
    ///
    /// @param owner what it belongs to; it opens for the same owner only
    byte[] seal(String owner, byte[] clear);

    /// Opens.
    ///
    /// @return the caller wipes it
    byte[] open(String owner, byte[] sealed);
}
