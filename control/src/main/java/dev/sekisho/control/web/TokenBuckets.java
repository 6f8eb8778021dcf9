package dev.sekisho.control.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A token bucket for each of many keys, of which those used last are remembered. Thread-safe.
final class TokenBuckets {
    /// How often something may be done.
    ///
    /// @param perSecond in the long run
    /// @param burst at once after a pause
    record Rate(double perSecond, int burst) {}

    /// A bucket.
    ///
    /// @param tokens what is in it
    /// @param atNanos when that was
    private record Bucket(double tokens, long atNanos) {}

    private static final int MAX_KEYS = 16_384;
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Rate rate;

    /// Guarded by this object's monitor. Whoever is forgotten starts with a full bucket.
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_KEYS;
        }
    };

    TokenBuckets(Rate rate) {
        this.rate = rate;
    }

    /// Takes a token.
    ///
    /// @return 0 when there was one, else the seconds until there is
    synchronized long take(String key, long nowNanos) {
        Bucket bucket = buckets.getOrDefault(key, new Bucket(rate.burst(), nowNanos));
        double tokens = Math.min(
                rate.burst(), bucket.tokens() + Math.max(0, nowNanos - bucket.atNanos()) / NANOS * rate.perSecond());
        if (tokens < 1) {
            buckets.put(key, new Bucket(tokens, nowNanos));
            return Math.max(1, (long) Math.ceil((1 - tokens) / rate.perSecond()));
        }
        buckets.put(key, new Bucket(tokens - 1, nowNanos));
        return 0;
    }
}
