package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.noise.HandshakeDrop;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// How many handshake messages were dropped for which reason. Thread-safe.
final class HandshakeDrops {
    private final Map<HandshakeDrop, LongAdder> counts = new EnumMap<>(HandshakeDrop.class);

    HandshakeDrops() {
        for (HandshakeDrop reason : HandshakeDrop.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    void increment(HandshakeDrop reason) {
        LongAdder count = counts.get(reason);
        if (count != null) {
            count.increment();
        }
    }

    /// Adds the counts by reason to `totals`.
    void addTo(Map<String, Long> totals) {
        counts.forEach((reason, count) -> totals.merge("HANDSHAKE_" + reason.name(), count.sum(), Long::sum));
    }
}
