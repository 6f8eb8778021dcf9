package dev.sekisho.control.web;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Turns what is wrong with one field of a request into a problem that names it. Stateless.
public final class Checked {
    private Checked() {}

    /// What a field means.
    ///
    /// @param read throws [IllegalArgumentException] with a sentence when the text can't be used
    /// @throws Problem 400 naming the field
    public static <T> T field(String name, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new Problem(
                    400,
                    "invalid",
                    name + ": " + e.getMessage(),
                    List.of(new Problem.FieldError(name, String.valueOf(e.getMessage()))),
                    e);
        }
    }

    /// A component that has to be there.
    ///
    /// @throws IllegalArgumentException when it is missing
    public static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    /// A text that is shown to people: no control characters, not too long.
    ///
    /// @throws IllegalArgumentException when it isn't one
    public static String text(String name, @Nullable String value, int most) {
        String text = required(name, value);
        if (text.length() > most) {
            throw new IllegalArgumentException(name + " has at most " + most + " characters");
        }
        if (text.codePoints().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
            throw new IllegalArgumentException(name + " holds control characters");
        }
        return text;
    }

    /// The same for a text that may be missing; missing = empty.
    public static String text(String name, Optional<String> value, int most) {
        return text(name, value.orElse(""), most);
    }

    /// Refuses a change of something that is no longer as the client has read it.
    ///
    /// @param ifMatch the version that the client has read, if it said so
    /// @throws Problem 412
    public static void version(OptionalLong ifMatch, long version) {
        if (ifMatch.isPresent() && ifMatch.getAsLong() != version) {
            throw Problem.stale();
        }
    }
}
