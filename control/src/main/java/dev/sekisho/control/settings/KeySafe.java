package dev.sekisho.control.settings;

/// Seals keys before they go to the database. Thread-safe.
public interface KeySafe {
    /// What a sealed key is for; one that was sealed for something else can't be opened.
    enum Use {
        /// The server's private key.
        SERVER_KEY,
        /// A device's preshared key.
        PRESHARED_KEY,
        /// A device's configuration that waits to be fetched.
        DEVICE_CONFIG
    }

    /// Seals. The caller wipes what it gave.
    ///
    /// @param row whose key it is: the identity in the table
    byte[] seal(Use use, String row, byte[] plain);

    /// Opens. The caller wipes what it gets.
    ///
    /// @throws RuntimeException with a sentence when it was sealed with another installation's key
    byte[] open(Use use, String row, byte[] sealed);
}
