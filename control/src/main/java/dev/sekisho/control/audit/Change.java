package dev.sekisho.control.audit;

import java.util.List;

/// What a transaction did: its result and what to record of it.
///
/// @param value the result
/// @param events in the order in which they happened; empty only when nothing was changed
public record Change<T>(T value, List<ControlEvent> events) {
    public Change {
        events = List.copyOf(events);
    }

    /// One event.
    public static <T> Change<T> of(T value, ControlEvent event) {
        return new Change<>(value, List.of(event));
    }

    /// Nothing was changed.
    public static <T> Change<T> none(T value) {
        return new Change<>(value, List.of());
    }
}
