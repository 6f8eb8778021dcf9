package dev.sekisho.policy;

/// The name of a role: 1..[#MAX_CHARS] characters, none of them a control character, no blank at either end.
public record RoleId(String name) implements Comparable<RoleId> {
    /// Longest name in characters.
    public static final int MAX_CHARS = Names.MAX_CHARS;

    /// @throws IllegalArgumentException with a sentence when the name is not one
    public RoleId {
        Names.check("role", name);
    }

    @Override
    public int compareTo(RoleId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
