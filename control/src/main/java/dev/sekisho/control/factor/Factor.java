package dev.sekisho.control.factor;

import java.time.Instant;
import java.util.Optional;

/// A second factor of a user, without what is secret of it. Immutable.
///
/// @param kind [Kind#TOTP] or [Kind#PASSKEY]
/// @param name what its owner calls it
/// @param confirmed whether it has been used once, and so counts
public record Factor(
        String id,
        String userId,
        Kind kind,
        String name,
        boolean confirmed,
        Instant createdAt,
        Optional<Instant> lastUsedAt) {
    /// Longest name.
    public static final int MAX_NAME = 64;

    /// More than anybody has authenticators.
    public static final int MAX_PER_USER = 20;

    /// A name as it is kept.
    ///
    /// @throws IllegalArgumentException with a sentence
    public static String checkName(String typed) {
        String name = typed.strip();
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("a name has 1 to " + MAX_NAME + " characters");
        }
        if (name.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)) {
            throw new IllegalArgumentException("a name has no control character");
        }
        return name;
    }
}
