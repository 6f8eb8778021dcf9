package dev.sekisho.policy;

/// The name of a grant: 1..[#MAX_CHARS] characters, none of them a control character, no blank at either end.
public record GrantId(String name) implements Comparable<GrantId> {
    /// Longest name in characters.
    public static final int MAX_CHARS = Names.MAX_CHARS;

    /// @throws IllegalArgumentException with a sentence when the name is not one
    public GrantId {
        Names.check("grant", name);
    }

    @Override
    public int compareTo(GrantId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
