package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.Entropy;
import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Limits handshake messages per source: 20 a second, 5 at once, per IPv4 address or IPv6 /64.
///
/// One time per source is enough for a token bucket: the time at which the bucket will be full again. A
/// bucket that is full says nothing, so its place is free for another source; that makes the table a fixed
/// size. It is 8-way associative under a secret hash; when all eight places of a new source hold buckets in
/// use, the source is refused. Thread-safe by a lock; 128 KiB, allocated at first use. Source: WireGuard
/// paper section 5.3; kernel `ratelimiter.c` for the figures.
public final class RateLimiter {
    private static final long NANOS_PER_TOKEN = 1_000_000_000L / Limits.HANDSHAKES_PER_SOURCE_PER_SECOND;
    private static final long BUCKET_NANOS = NANOS_PER_TOKEN * Limits.HANDSHAKE_BURST_PER_SOURCE;
    private static final int WAYS = 8;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ReentrantLock lock = new ReentrantLock();
    private final int sets;
    private final long secret;
    /// Pairs of source and the time at which its bucket is full.
    private long @Nullable [] table;

    /// A limiter for [Limits#RATE_LIMITED_SOURCES] sources; `entropy` seeds its hash.
    public RateLimiter(Entropy entropy) {
        this(entropy, Limits.RATE_LIMITED_SOURCES);
    }

    /// A limiter for `sources` sources, a power of two that is at least 8.
    RateLimiter(Entropy entropy, int sources) {
        assert sources >= WAYS && Integer.bitCount(sources) == 1;
        byte[] random = new byte[Long.BYTES];
        entropy.fill(random, 0, random.length);
        secret = (long) LONG.get(random, 0);
        sets = sources / WAYS;
    }

    /// Takes a token of the source of `from`; false when it has none left.
    boolean allow(long nowNanos, Endpoint from) {
        // The IPv4 form starts with 0000:ffff, a /64 that no IPv6 host has, so the two do not collide.
        long source = from.isV4() ? from.addressLow() : from.addressHigh();
        lock.lock();
        try {
            return take(nowNanos, source);
        } finally {
            lock.unlock();
        }
    }

    private boolean take(long nowNanos, long source) {
        long[] places = table;
        if (places == null) {
            places = new long[sets * WAYS * 2];
            Arrays.fill(places, nowNanos);
            table = places;
        }
        int first = (int) (mix(source ^ secret) & (sets - 1)) * WAYS * 2;
        int free = -1;
        for (int place = first; place < first + WAYS * 2; place += 2) {
            long untilFull = places[place + 1] - nowNanos;
            if (untilFull <= 0) {
                free = place;
            } else if (places[place] == source) {
                if (untilFull > BUCKET_NANOS - NANOS_PER_TOKEN) {
                    return false;
                }
                places[place + 1] += NANOS_PER_TOKEN;
                return true;
            }
        }
        if (free < 0) {
            return false;
        }
        places[free] = source;
        places[free + 1] = nowNanos + NANOS_PER_TOKEN;
        return true;
    }

    /// The 64-bit finaliser of MurmurHash3: every input bit reaches every output bit.
    private static long mix(long value) {
        long z = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return z ^ (z >>> 33);
    }
}
