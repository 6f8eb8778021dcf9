package dev.sekisho.control.traffic;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Bytes per second out of successive readings of counters: the mean over a window of some seconds, so that
/// it is zero when nothing was counted for so long. Not thread-safe; time is an argument.
///
/// What is not in a reading is forgotten. A counter that is smaller than before belongs to a peer that was
/// made anew and counts from zero. A clock that does not go on makes all begin again: better no rate than a
/// wrong one. When readings are further apart than the window (the host slept), the rate is the mean since
/// the last one.
///
/// @param <K> what counters belong to
public final class Rates<K> {
    /// Readings that are remembered; with more of them in a window it is as long as these.
    private static final int MOST = 16;

    private static final double NANOS_PER_SECOND = 1e9;

    /// Bytes from and to one device, since its counters began.
    public record Counters(long receivedBytes, long sentBytes) {}

    private final long windowNanos;
    private final Map<K, Track> tracks = new HashMap<>();
    private long lastNanos;
    private long readings;

    /// @param windowNanos how far back the mean goes
    public Rates(long windowNanos) {
        if (windowNanos <= 0) {
            throw new IllegalArgumentException("a window is longer than nothing");
        }
        this.windowNanos = windowNanos;
    }

    /// Takes a reading.
    ///
    /// @param nowNanos when it was made, by a clock without jumps
    /// @param all the counters
    /// @param moving is given each that was not zero over the window, and its rate
    public <T> void read(
            long nowNanos, Map<K, T> all, Function<? super T, Counters> counters, BiConsumer<K, Rate> moving) {
        if (readings > 0 && nowNanos - lastNanos <= 0) {
            tracks.clear();
        }
        lastNanos = nowNanos;
        readings++;
        all.forEach((key, one) -> {
            Track track = tracks.computeIfAbsent(key, _ -> new Track());
            track.add(nowNanos, counters.apply(one), readings);
            Rate rate = track.rate(windowNanos);
            if (!rate.equals(Rate.NONE)) {
                moving.accept(key, rate);
            }
        });
        tracks.values().removeIf(track -> track.reading != readings);
    }

    /// The last readings of one pair of counters, in a ring: totals that never shrink.
    private static final class Track {
        private final long[] nanos = new long[MOST];
        private final long[] received = new long[MOST];
        private final long[] sent = new long[MOST];
        private int count;
        private int newest = -1;
        private long reading;
        private Counters last = new Counters(0, 0);

        void add(long nowNanos, Counters now, long number) {
            boolean first = count == 0;
            boolean anew = now.receivedBytes < last.receivedBytes || now.sentBytes < last.sentBytes;
            long moreReceived = first ? 0 : anew ? now.receivedBytes : now.receivedBytes - last.receivedBytes;
            long moreSent = first ? 0 : anew ? now.sentBytes : now.sentBytes - last.sentBytes;
            int next = (newest + 1) % MOST;
            nanos[next] = nowNanos;
            received[next] = first ? 0 : received[newest] + moreReceived;
            sent[next] = first ? 0 : sent[newest] + moreSent;
            newest = next;
            count = Math.min(count + 1, MOST);
            last = now;
            reading = number;
        }

        Rate rate(long windowNanos) {
            if (count < 2) {
                return Rate.NONE;
            }
            int back = 1;
            while (back + 1 < count && nanos[newest] - nanos[at(back + 1)] <= windowNanos) {
                back++;
            }
            int base = at(back);
            double seconds = (nanos[newest] - nanos[base]) / NANOS_PER_SECOND;
            return new Rate(
                    Math.round((received[newest] - received[base]) / seconds),
                    Math.round((sent[newest] - sent[base]) / seconds));
        }

        private int at(int back) {
            return (newest - back + MOST) % MOST;
        }
    }
}
