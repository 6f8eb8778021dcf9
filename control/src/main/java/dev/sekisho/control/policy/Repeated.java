package dev.sekisho.control.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// Values that a large file says again and again in the same words: parsed once, held once. One owner
/// thread.
final class Repeated<T> {
    private final Map<String, T> known = new HashMap<>();
    private final Function<String, T> parser;

    Repeated(Function<String, T> parser) {
        this.parser = parser;
    }

    /// The value of a text.
    ///
    /// @throws IllegalArgumentException when the parser doesn't take it
    T of(String text) {
        return known.computeIfAbsent(text, parser);
    }
}
