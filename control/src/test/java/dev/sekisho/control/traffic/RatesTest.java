package dev.sekisho.control.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N18")
class RatesTest {
    private static final long SECOND = 1_000_000_000L;

    private final Rates<String> rates = new Rates<>(5 * SECOND);
    private long now = -3 * SECOND; // such a clock may be negative

    /// A reading of the only device, so many seconds after the last one.
    private Rate after(double seconds, long received, long sent) {
        return after(seconds, Map.of("laptop", counters(received, sent))).getOrDefault("laptop", Rate.NONE);
    }

    private Map<String, Rate> after(double seconds, Map<String, Rates.Counters> reading) {
        now += Math.round(seconds * SECOND);
        Map<String, Rate> moving = new TreeMap<>();
        rates.read(now, reading, Function.identity(), moving::put);
        return moving;
    }

    private static Rates.Counters counters(long received, long sent) {
        return new Rates.Counters(received, sent);
    }

    @Test
    void oneReadingMakesNoRate() {
        assertThat(after(0, 5_000_000, 7_000_000)).isEqualTo(Rate.NONE);
    }

    @Test
    void theRateIsWhatCameSinceTheFirstReadingByTheSecond() {
        after(0, 100, 1_000);
        assertThat(after(2, 300, 1_500)).isEqualTo(new Rate(100, 250));
    }

    @Test
    void aSteadyStreamHasOneRateHoweverLongItLasts() {
        after(0, 0, 0);
        for (int second = 1; second <= 60; second++) {
            assertThat(after(1, second * 1_000L, second * 30L)).isEqualTo(new Rate(1_000, 30));
        }
    }

    @Test
    void whatIsOlderThanTheWindowCountsNoMore() {
        after(0, 0, 0);
        assertThat(after(1, 5_000, 0)).isEqualTo(new Rate(5_000, 0));
        for (int second = 2; second <= 5; second++) {
            assertThat(after(1, 5_000, 0)).isEqualTo(new Rate(Math.round(5_000.0 / second), 0));
        }
        assertThat(after(1, 5_000, 0)).isEqualTo(Rate.NONE);
    }

    @Test
    void readingsThatAreTooDenseMakeTheWindowShorterNotTheRateWrong() {
        after(0, 0, 0);
        Rate rate = Rate.NONE;
        for (int reading = 1; reading <= 500; reading++) {
            rate = after(0.01, reading * 10L, reading * 20L);
        }
        assertThat(rate).isEqualTo(new Rate(1_000, 2_000));
    }

    @Test
    void aHostThatSleptHasTheMeanOfItsSleep() {
        after(0, 0, 0);
        after(1, 1_000, 0);
        assertThat(after(3_600, 4_600, 0)).isEqualTo(new Rate(1, 0));
        assertThat(after(1, 4_600, 0)).isEqualTo(Rate.NONE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void countersThatBeganAnewGoOnFromZero(boolean sent) {
        after(0, 9_000_000, 9_000_000);
        after(1, 9_001_000, 9_002_000);
        Rate rate = sent ? after(1, 9_009_000, 400) : after(1, 400, 9_009_000);
        // The smaller one shows that the peer is another: the larger one counts from zero, too.
        assertThat(rate)
                .isEqualTo(sent ? new Rate((1_000 + 9_009_000) / 2, 1_200) : new Rate(700, (2_000 + 9_009_000) / 2));
        assertThat(after(1, sent ? 9_009_000 : 400, sent ? 400 : 9_009_000).receivedBytesPerSecond())
                .isNotNegative();
    }

    @Test
    void whatVanishedIsForgottenAndWhatComesBackBeginsAnew() {
        after(0, Map.of("laptop", counters(0, 0), "phone", counters(0, 0)));
        assertThat(after(1, Map.of("laptop", counters(10, 0), "phone", counters(20, 0))))
                .containsOnlyKeys("laptop", "phone");
        assertThat(after(1, Map.of("phone", counters(40, 0)))).isEqualTo(Map.of("phone", new Rate(20, 0)));
        assertThat(after(1, Map.of("laptop", counters(1_000_000, 0), "phone", counters(60, 0))))
                .isEqualTo(Map.of("phone", new Rate(20, 0)));
        assertThat(after(1, Map.of("laptop", counters(1_000_005, 0), "phone", counters(80, 0))))
                .isEqualTo(Map.of("laptop", new Rate(5, 0), "phone", new Rate(20, 0)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.000_000_001, -1, -86_400})
    void aClockThatDoesNotGoOnMakesNoRateAndTheNextOneIsRight(double step) {
        after(0, 0, 0);
        after(1, 1_000, 1_000);
        assertThat(after(step, 2_000, 2_000)).isEqualTo(Rate.NONE);
        assertThat(after(1, 2_700, 2_000)).isEqualTo(new Rate(700, 0));
    }

    @Test
    void theClockMayPassItsLargestNumber() {
        now = Long.MAX_VALUE - SECOND / 2;
        after(0, 0, 0);
        assertThat(after(1, 64, 0)).isEqualTo(new Rate(64, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aWindowIsLongerThanNothing(long nanos) {
        assertThatThrownBy(() -> new Rates<String>(nanos)).hasMessage("a window is longer than nothing");
    }

    /// Beside a model that remembers every reading whole.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithAModelThatForgetsNothing(int seed) {
        Random random = new Random(seed);
        Map<String, Long> totals = new HashMap<>();
        List<Map<String, Long>> readings = new java.util.ArrayList<>();
        List<Long> times = new java.util.ArrayList<>();
        for (int turn = 0; turn < 300; turn++) {
            double step = 0.4 + random.nextDouble() * (random.nextInt(20) == 0 ? 30 : 1.2);
            for (String device : List.of("a", "b", "c")) {
                totals.merge(device, random.nextBoolean() ? 0L : random.nextLong(1 << 20), Long::sum);
            }
            Map<String, Rates.Counters> reading = new HashMap<>();
            totals.forEach((device, total) -> reading.put(device, counters(total, 0)));
            Map<String, Rate> found = after(step, reading);
            readings.add(Map.copyOf(totals));
            times.add(now);
            totals.keySet()
                    .forEach(device -> assertThat(found.getOrDefault(device, Rate.NONE))
                            .as("seed %d, turn %d, %s", seed, readings.size(), device)
                            .isEqualTo(naive(device, readings, times)));
        }
    }

    private static Rate naive(String device, List<Map<String, Long>> readings, List<Long> times) {
        int last = readings.size() - 1;
        if (last == 0) {
            return Rate.NONE;
        }
        int base = last - 1;
        for (int i = last - 1; i >= 0; i--) {
            if (times.get(last) - times.get(i) <= 5 * SECOND) {
                base = i;
            }
        }
        long grown =
                readings.get(last).getOrDefault(device, 0L) - readings.get(base).getOrDefault(device, 0L);
        return new Rate(Math.round(grown / ((times.get(last) - times.get(base)) / 1e9)), 0);
    }
}
