package dev.sekisho.control.directory;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Settings of a directory by name; blank ones are left out. Immutable. `toString` shows names only, since a secret may
/// be among them on its way in.
public record Settings(Map<String, String> values) {
    private static final int MAX_CHARS = 256 << 10;

    public Settings {
        Map<String, String> kept = new TreeMap<>();
        values.forEach((name, value) -> {
            if (value.length() > MAX_CHARS) {
                throw new IllegalArgumentException(name + " is too long");
            }
            if (!value.isBlank()) {
                kept.put(name, value.strip());
            }
        });
        values = Map.copyOf(kept);
    }

    /// A setting, if it is set.
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /// A setting that there must be.
    ///
    /// @throws IllegalArgumentException when it is missing
    public String required(String name) {
        return text(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    /// A setting that is `true` or `false`; false without.
    ///
    /// @throws IllegalArgumentException when it is something else
    public boolean flag(String name) {
        return switch (text(name).orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(name + " is true or false");
        };
    }

    /// The words of a setting, between blanks or commas.
    public List<String> words(String name) {
        return Arrays.stream(text(name).orElse("").split("[\\s,]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /// The same without one.
    public Settings without(String name) {
        Map<String, String> rest = new TreeMap<>(values);
        rest.remove(name);
        return new Settings(rest);
    }

    /// Checks that there is none that nobody knows.
    ///
    /// @throws IllegalArgumentException naming it
    public void allow(Set<String> names) {
        for (String name : new TreeMap<>(values).keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("there is no such setting: " + name);
            }
        }
    }

    @Override
    public String toString() {
        return "Settings" + new TreeMap<>(values).keySet();
    }
}
