package dev.sekisho.control.flows.stats;

import java.util.EnumMap;
import java.util.Map;

/// Numbers by what they count; nothing = 0. Owner: whoever holds it.
final class Sums {
    private final Map<Measure, Long> values = new EnumMap<>(Measure.class);

    void add(Measure measure, long value) {
        values.merge(measure, value, Long::sum);
    }

    long get(Measure measure) {
        return values.getOrDefault(measure, 0L);
    }
}
