package dev.sekisho.policy;

/// The name of an IP resource: 1..[#MAX_CHARS] characters, none of them a control character, no blank at either end.
public record ResourceId(String name) implements Comparable<ResourceId> {
    /// Longest name in characters.
    public static final int MAX_CHARS = Names.MAX_CHARS;

    /// @throws IllegalArgumentException with a sentence when the name is not one
    public ResourceId {
        Names.check("resource", name);
    }

    @Override
    public int compareTo(ResourceId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
