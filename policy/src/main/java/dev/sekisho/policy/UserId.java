package dev.sekisho.policy;

/// The name of a person: 1..[#MAX_CHARS] characters, none of them a control character, no blank at either end.
public record UserId(String name) implements Comparable<UserId> {
    /// Longest name in characters.
    public static final int MAX_CHARS = Names.MAX_CHARS;

    /// @throws IllegalArgumentException with a sentence when the name is not one
    public UserId {
        Names.check("user", name);
    }

    @Override
    public int compareTo(UserId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
