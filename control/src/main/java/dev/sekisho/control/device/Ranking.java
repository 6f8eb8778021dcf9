package dev.sekisho.control.device;

import dev.sekisho.policy.DeviceId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// An order of devices by a number that changes all the time, such as when they were last heard of. Immutable.
///
/// @param rank the number
/// @param descending whether the largest come first
record Ranking(ToLongFunction<DeviceId> rank, boolean descending) {
    /// Where a device stands.
    record Place(long rank, String id) {
        private static final Comparator<Place> ORDER =
                Comparator.comparingLong(Place::rank).thenComparing(Place::id);

        String cursor() {
            return rank + " " + id;
        }

        /// @throws IllegalArgumentException when it is no cursor of a ranking
        static Place parse(String cursor) {
            String[] parts = cursor.split(" ", 2);
            if (parts.length < 2) {
                throw new IllegalArgumentException("the cursor is of another order");
            }
            return new Place(Long.parseLong(parts[0]), parts[1]);
        }
    }

    /// The next places.
    ///
    /// @param after behind which they begin; empty = at the start
    List<Place> behind(Optional<Place> after, List<DeviceStore.Named> all, int most) {
        Comparator<Place> order = descending ? Place.ORDER.reversed() : Place.ORDER;
        return all.stream()
                .map(named -> new Place(rank.applyAsLong(named.name()), named.id()))
                .filter(place -> after.isEmpty() || order.compare(place, after.get()) > 0)
                .sorted(order)
                .limit(most)
                .toList();
    }
}
