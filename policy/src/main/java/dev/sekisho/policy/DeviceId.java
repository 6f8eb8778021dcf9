package dev.sekisho.policy;

/// The name of a device, the holder of one WireGuard key: 1..[#MAX_CHARS] characters, none of them a control character,
/// no blank at either end.
public record DeviceId(String name) implements Comparable<DeviceId> {
    /// Longest name in characters.
    public static final int MAX_CHARS = Names.MAX_CHARS;

    /// @throws IllegalArgumentException with a sentence when the name is not one
    public DeviceId {
        Names.check("device", name);
    }

    @Override
    public int compareTo(DeviceId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
