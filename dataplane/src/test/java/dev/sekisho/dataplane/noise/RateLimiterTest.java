package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.Seeds;
import dev.sekisho.dataplane.wire.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private static final long MILLI = 1_000_000;
    private static final long START = nearTheEndOfTheClock();

    private final SplittableRandom random = Seeds.random();

    private final RateLimiter limiter = new RateLimiter(new SeededEntropy(1));

    /// A monotonic clock may start anywhere, also where it soon wraps.
    private static long nearTheEndOfTheClock() {
        return Long.MAX_VALUE - 3_000 * MILLI;
    }

    private static Endpoint v4(int host) {
        return Endpoint.of(0, 0x0000_ffff_0a00_0000L + host, 1234, 0, 0, 0, 0);
    }

    @Test
    void allowsABurstOfFiveAndThenTwentyASecond() {
        Endpoint source = v4(1);
        for (int i = 0; i < 5; i++) {
            assertThat(limiter.allow(START, source)).isTrue();
        }
        assertThat(limiter.allow(START, source)).isFalse();
        assertThat(limiter.allow(START + 49 * MILLI, source)).isFalse();
        assertThat(limiter.allow(START + 50 * MILLI, source)).isTrue();
        assertThat(limiter.allow(START + 50 * MILLI, source)).isFalse();
        assertThat(limiter.allow(START + 100 * MILLI, source)).isTrue();
    }

    @Test
    void aQuietSecondFillsTheBucketAndNoMore() {
        Endpoint source = v4(1);
        for (int i = 0; i < 9; i++) {
            limiter.allow(START, source);
        }
        long later = START + 5_000 * MILLI;
        for (int i = 0; i < 5; i++) {
            assertThat(limiter.allow(later, source)).isTrue();
        }
        assertThat(limiter.allow(later, source)).isFalse();
    }

    @Test
    void countsAnIpv4AddressAndAnIpv6NetworkAsOneSource() {
        for (int i = 0; i < 5; i++) {
            assertThat(limiter.allow(START, Endpoint.parse("192.0.2.1:" + (1000 + i))))
                    .isTrue();
            assertThat(limiter.allow(START, Endpoint.parse("[2001:db8:1:2::" + i + "]:1000")))
                    .isTrue();
        }
        assertThat(limiter.allow(START, Endpoint.parse("192.0.2.1:9999"))).isFalse();
        assertThat(limiter.allow(START, Endpoint.parse("[2001:db8:1:2:ffff::]:1000")))
                .isFalse();
        assertThat(limiter.allow(START, Endpoint.parse("192.0.2.2:9999"))).isTrue();
        assertThat(limiter.allow(START, Endpoint.parse("[2001:db8:1:3::1]:1000")))
                .isTrue();
    }

    @Test
    void aFullTableRefusesNewSourcesUntilOldOnesAreQuiet() {
        RateLimiter small = new RateLimiter(new SeededEntropy(1), 64);
        int allowed = 0;
        for (int host = 0; host < 100_000; host++) {
            allowed += small.allow(START, v4(host)) ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(64);
        assertThat(small.allow(START + 50 * MILLI, v4(200_000))).isTrue();
    }

    @Test
    void agreesWithABucketPerSource() {
        Map<Integer, long[]> buckets = new HashMap<>();
        long now = START;
        for (int i = 0; i < 100_000; i++) {
            now += random.nextLong(4 * MILLI);
            int host = random.nextInt(20);
            // What is in the bucket, in nanoseconds of filling, and when that was so.
            long at = now;
            long[] bucket = buckets.computeIfAbsent(host, h -> new long[] {250 * MILLI, at});
            bucket[0] = Math.min(250 * MILLI, bucket[0] + (now - bucket[1]));
            bucket[1] = now;
            boolean expected = bucket[0] >= 50 * MILLI;
            bucket[0] -= expected ? 50 * MILLI : 0;
            assertThat(limiter.allow(now, v4(host))).as("step %d", i).isEqualTo(expected);
        }
    }
}
