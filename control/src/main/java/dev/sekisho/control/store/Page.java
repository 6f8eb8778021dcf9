package dev.sekisho.control.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A part of a list.
///
/// @param items in the list's order
/// @param next where the next part starts, if there is one; opaque
/// @param total how many there are in all
public record Page<T>(List<T> items, Optional<String> next, long total) {
    public Page {
        items = List.copyOf(items);
    }

    /// The same part of a list of something else.
    public <R> Page<R> map(Function<T, R> function) {
        return new Page<>(items.stream().map(function).toList(), next, total);
    }

    /// Which part is wanted.
    ///
    /// @param after the sort key behind which it starts; empty = at the start
    /// @param limit items in it at most, 1 to 500
    public record Request(Optional<String> after, int limit) {
        /// Items that nobody should ask for at once.
        public static final int MAX_LIMIT = 500;

        /// Checks it.
        ///
        /// @throws IllegalArgumentException when the limit is out of range
        public Request {
            if (limit < 1 || limit > MAX_LIMIT) {
                throw new IllegalArgumentException("limit is 1 to " + MAX_LIMIT);
            }
        }

        /// Makes a page of what was read with `LIMIT limit() + 1`.
        ///
        /// @param key the sort key of an item
        public <T> Page<T> page(List<T> read, long total, Function<T, String> key) {
            boolean more = read.size() > limit;
            List<T> items = more ? read.subList(0, limit) : read;
            return new Page<>(items, more ? Optional.of(key.apply(items.getLast())) : Optional.empty(), total);
        }
    }
}
