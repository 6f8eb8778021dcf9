package dev.sekisho.control.tries;

import java.util.Objects;

/// How many tries somebody or something has. Immutable.
///
/// @param subject for whom: a kind, a colon, an identity
/// @param limit tries until it must wait
/// @param streak whether failures in a row count, and a success ends the row; otherwise all tries of the last
///     [Tries#PAUSE] count, whatever came of them
public record Budget(String subject, int limit, boolean streak) {
    /// Failures in a row that lock out (product line A12).
    public static final int FAILURES = 10;

    /// Subjects of which only the tries of the last [Tries#PAUSE] count begin so, and no others.
    static final String FOR_A_WHILE = "~";

    /// Subjects that nobody is known by begin so, and no others.
    static final String NOBODY = "?";

    /// Tries of one address, whoever they are for.
    public static final int PER_ADDRESS = 30;

    /// Checks it.
    public Budget {
        Objects.requireNonNull(subject, "subject");
        if (limit < 1) {
            throw new IllegalArgumentException("a budget has at least one try");
        }
    }

    /// Failures in a row of one subject: ten of them.
    public static Budget failuresOf(String kind, String id) {
        return new Budget(kind + ":" + id, FAILURES, true);
    }

    /// Failures in a row of a subject that there isn't: ten as well, so that it looks like any other.
    public static Budget failuresOfNobody(String kind, String name) {
        return new Budget(NOBODY + kind + ":" + name, FAILURES, true);
    }

    /// Tries within a quarter of an hour.
    public static Budget within(String kind, String id, int limit) {
        return new Budget(FOR_A_WHILE + kind + ":" + id, limit, false);
    }
}
