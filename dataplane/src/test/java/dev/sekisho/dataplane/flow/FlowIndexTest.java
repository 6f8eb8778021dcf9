package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Keys that an attacker or an ordinary network lines up must spread like random ones.
class FlowIndexTest {
    private static final int FLOWS = 1 << 16;

    /// In a half full table of so many buckets the longest run of random keys is about 60, and 200 are less likely than
    /// 1 in 2^40.
    private static final int LONGEST_RUN = 200;

    private static int longestRun(int capacity, long seed, List<FlowKey> keys) {
        FlowRecords records = new FlowRecords(Arena.ofAuto(), capacity);
        MemorySegment buckets = buckets(capacity);
        FlowIndex index = new FlowIndex(buckets, records, seed);
        for (int slot = 0; slot < keys.size(); slot++) {
            index.add(hash(index, keys.get(slot)), slot);
        }
        int longest = 0;
        int run = 0;
        for (int bucket : buckets.toArray(ValueLayout.JAVA_INT)) {
            run = bucket == 0 ? 0 : run + 1;
            longest = Math.max(longest, run);
        }
        assertThat(longest).isPositive();
        return longest;
    }

    private static MemorySegment buckets(int capacity) {
        return Arena.ofAuto().allocate(2L * capacity * FlowIndex.BUCKET_BYTES, FlowIndex.BUCKET_BYTES);
    }

    private static long hash(FlowIndex index, FlowKey key) {
        return index.hash(
                key.deviceHigh(),
                key.deviceLow(),
                key.targetHigh(),
                key.targetLow(),
                FlowRecords.portsAndProtocol(key.ports(), key.protocol()));
    }

    static List<Arguments> patterns() {
        return List.of(
                pattern("target ports", n -> FlowKey.tcp4(1, 40_000, 1, n)),
                pattern("device ports", n -> FlowKey.tcp4(1, n, 1, 443)),
                pattern("both ports alike", n -> FlowKey.tcp4(1, n, 1, n)),
                pattern("target addresses", n -> FlowKey.tcp4(1, 40_000, n, 443)),
                pattern("device addresses", n -> FlowKey.tcp4(n, 40_000, 1, 443)),
                pattern("both addresses alike", n -> FlowKey.tcp4(n, 40_000, n, 443)),
                pattern("address and port in step", n -> FlowKey.tcp4(1, 0xffff - n, n, 443)),
                pattern("strides", n -> FlowKey.tcp4(1, 40_000, n << 8, 443)),
                pattern("high bits of an IPv6 target", n -> new FlowKey(0, 1, (long) n << 48, 1, 1, 17)),
                pattern("low bits of an IPv6 target", n -> new FlowKey(1L << 60, 1, 1L << 61, n, 1, 17)),
                pattern("all words alike", n -> new FlowKey(n, n, n, n, n, 17)),
                pattern("words and their complements", n -> new FlowKey(n, ~n, n, ~n, n, 17)),
                pattern("sparse bits", n -> new FlowKey(0, Long.expand(n, 0x8888_8888_8888_8888L), 0, 0, 0, 17)));
    }

    private static Arguments pattern(String name, IntFunction<FlowKey> key) {
        return Arguments.of(name, key);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("patterns")
    void patternsSpreadLikeRandomKeys(String name, IntFunction<FlowKey> key) {
        List<FlowKey> keys = IntStream.range(0, FLOWS).mapToObj(key).toList();
        assertThat(longestRun(FLOWS, 1, keys)).isLessThan(LONGEST_RUN);
    }

    /// Who knows the seed of one table can fill a corner of it, and only of it.
    @Test
    void collisionsForOneSeedAreNoneForAnother() {
        int capacity = 4096;
        FlowIndex known = new FlowIndex(buckets(1), new FlowRecords(Arena.ofAuto(), 1), 7);
        List<FlowKey> aimed = new ArrayList<>();
        for (int n = 0; aimed.size() < 1000; n++) {
            FlowKey key = FlowKey.numbered(1, n);
            long hash = hash(known, key);
            if (hash >>> 56 == 0x42) {
                aimed.add(key);
            }
        }
        assertThat(longestRun(capacity, 7, aimed)).isGreaterThan(500);
        assertThat(longestRun(capacity, 8, aimed)).isLessThan(LONGEST_RUN);
    }
}
