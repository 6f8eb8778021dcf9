package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.ScanRules;
import dev.sekisho.dataplane.flow.ScanTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// What one device tried in vain (I01, I05), and how many of its refusals may still be reported.
final class ReferenceScans {
    private static final long TOKEN_NANOS = 100_000_000L;
    private static final int BURST = 40;

    private record Place(long high, long low, int port) {}

    private record Try(Place place, long nanos) {}

    /// Oldest first, each place once.
    private final List<Try> tries = new ArrayList<>();

    private long tokenNanos = BURST * TOKEN_NANOS;
    private long refilledNanos;
    private long suppressed;

    /// Notes a try.
    ///
    /// @return whether there are more now than the rules let pass
    boolean observe(long now, ScanRules rules, long high, long low, int port) {
        Place place = new Place(high, low, port);
        tries.removeIf(t -> t.place.equals(place) || now - t.nanos >= rules.slowWindowNanos());
        tries.add(new Try(place, now));
        while (tries.size() > rules.slowThreshold() + 1) {
            tries.removeFirst();
        }
        long fast =
                tries.stream().filter(t -> now - t.nanos < rules.windowNanos()).count();
        return fast > rules.threshold() || tries.size() > rules.slowThreshold();
    }

    List<ScanTarget> evidence(long now, long nowMillis) {
        return tries.stream()
                .map(t -> new ScanTarget(
                        t.place.high, t.place.low, t.place.port, nowMillis - (now - t.nanos) / 1_000_000))
                .toList();
    }

    /// Whether a refusal may be reported (40 at once, 10 a second), and how many before it were not.
    OptionalLong admit(long now) {
        tokenNanos = Math.min(BURST * TOKEN_NANOS, tokenNanos + now - refilledNanos);
        refilledNanos = now;
        if (tokenNanos < TOKEN_NANOS) {
            suppressed++;
            return OptionalLong.empty();
        }
        tokenNanos -= TOKEN_NANOS;
        long before = suppressed;
        suppressed = 0;
        return OptionalLong.of(before);
    }

    long suppressed() {
        return suppressed;
    }

    void forget() {
        tries.clear();
        tokenNanos = BURST * TOKEN_NANOS;
        suppressed = 0;
    }
}
