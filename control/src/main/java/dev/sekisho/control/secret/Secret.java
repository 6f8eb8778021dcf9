package dev.sekisho.control.secret;

import java.time.Instant;

/// A secret without its value. Immutable.
///
/// @param name unique, in small or capital letters
/// @param kind what it opens
/// @param description may be empty
/// @param changedAt when value, name or description last were
/// @param version counts changes
/// @param lost whether its value was lost with the installation's key, and waits to be given again
public record Secret(
        String id,
        String name,
        Kind kind,
        String description,
        Instant createdAt,
        Instant changedAt,
        long version,
        boolean lost) {
    /// What a secret opens (product line S01).
    public enum Kind {
        /// A database account's password.
        DATABASE,
        /// An SSH account's password or private key.
        SSH,
        /// A remote desktop account's password.
        DESKTOP,
        /// A cryptographic key.
        KEY,
        /// Anything else.
        TEXT
    }
}
