package dev.sekisho.control.audit.stream;

/// A stream as it is kept. Immutable.
///
/// @param name unique, in small or capital letters
/// @param sent the number of the last record that was sent
public record AuditStream(String id, String name, Target target, boolean enabled, long sent, long version) {
    /// The longest name.
    public static final int MAX_NAME = 60;

    public AuditStream {
        if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("a stream's name is 1 to " + MAX_NAME + " characters");
        }
    }
}
