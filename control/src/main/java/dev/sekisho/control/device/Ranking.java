package dev.sekisho.control.device;

import dev.sekisho.policy.DeviceId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An order of devices by a number that changes all the time, such as when they were last heard of. Immutable.
///
/// @param ranks the numbers, above 0; all other devices have 0
/// @param descending whether the largest come first
record Ranking(Map<DeviceId, Long> ranks, boolean descending) {
    /// Reads for one page. Of ten thousand devices a page has fifty; when so many don't have them, those that are
    /// wanted are few, and all of them are read.
    private static final int READS = 4;

    /// Where a device stands.
    ///
    /// @param rank its number
    /// @param tie the device's name, for the data plane knows no identity; of those that have 0, the identity: the
    ///     database has them in this order
    record Place(long rank, String tie) {
        private static final Comparator<Place> ORDER =
                Comparator.comparingLong(Place::rank).thenComparing(Place::tie);

        String cursor() {
            return rank + " " + tie;
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

    /// A device in its place.
    record Ranked(Place place, String id) {}

    /// The devices that are wanted, some at a time.
    interface Source {
        /// Those with these names.
        List<DeviceStore.Named> named(List<DeviceId> names);

        /// The next by identity, in the direction of the ranking.
        ///
        /// @param after behind which they begin; empty = at the start
        List<DeviceStore.Named> next(Optional<String> after, int most);
    }

    private Comparator<Place> order() {
        return descending ? Place.ORDER.reversed() : Place.ORDER;
    }

    private Ranked ranked(DeviceStore.Named named) {
        long rank = ranks.getOrDefault(named.name(), 0L);
        return new Ranked(new Place(rank, rank == 0 ? named.id() : named.name().name()), named.id());
    }

    /// The next places, of all devices that are wanted.
    ///
    /// @param after behind which they begin; empty = at the start
    List<Ranked> behind(Optional<Place> after, List<DeviceStore.Named> all, int most) {
        return all.stream()
                .map(this::ranked)
                .filter(ranked -> isBehind(after, ranked.place()))
                .sorted(Comparator.comparing(Ranked::place, order()))
                .limit(most)
                .toList();
    }

    private boolean isBehind(Optional<Place> after, Place place) {
        return after.isEmpty() || order().compare(place, after.get()) > 0;
    }

    /// The same, read in the order of the ranking.
    ///
    /// @return empty when too few of those that were read are wanted
    Optional<List<Ranked>> walk(Optional<Place> after, Source source, int most) {
        List<Ranked> found = new ArrayList<>();
        boolean full = descending
                ? loud(after, source, most, found) && silent(after, source, most, found)
                : silent(after, source, most, found) && loud(after, source, most, found);
        return full ? Optional.of(List.copyOf(found)) : Optional.empty();
    }

    /// Those that have a number.
    ///
    /// @return whether there are enough, or no more
    private boolean loud(Optional<Place> after, Source source, int most, List<Ranked> found) {
        if (found.size() == most) {
            return true;
        }
        int step = 2 * most;
        List<Place> places = ranks.entrySet().stream()
                .map(entry -> new Place(entry.getValue(), entry.getKey().name()))
                .filter(place -> isBehind(after, place))
                .sorted(order())
                .limit((long) READS * step + 1)
                .toList();
        int begin = 0;
        for (int read = 0; read < READS && begin < places.size() && found.size() < most; read++) {
            List<Place> part = places.subList(begin, Math.min(places.size(), begin + step));
            begin += part.size();
            Map<DeviceId, String> ids = new HashMap<>();
            source.named(part.stream().map(place -> new DeviceId(place.tie())).toList())
                    .forEach(named -> ids.put(named.name(), named.id()));
            part.stream()
                    .filter(place -> ids.containsKey(new DeviceId(place.tie())))
                    .map(place -> new Ranked(place, ids.getOrDefault(new DeviceId(place.tie()), "")))
                    .limit(most - found.size())
                    .forEach(found::add);
        }
        return found.size() == most || begin == places.size();
    }

    /// Those that have none.
    ///
    /// @return whether there are enough, or no more
    private boolean silent(Optional<Place> after, Source source, int most, List<Ranked> found) {
        boolean begun = after.filter(place -> place.rank() == 0).isPresent();
        if (!descending && after.isPresent() && !begun) {
            return true;
        }
        Optional<String> last = begun ? after.map(Place::tie) : Optional.empty();
        int step = 2 * most;
        for (int read = 0; read < READS && found.size() < most; read++) {
            List<DeviceStore.Named> part = source.next(last, step);
            part.stream()
                    .map(this::ranked)
                    .filter(ranked -> ranked.place().rank() == 0)
                    .limit(most - found.size())
                    .forEach(found::add);
            if (part.size() < step) {
                return true;
            }
            last = Optional.of(part.getLast().id());
        }
        return found.size() == most;
    }
}
