package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.dataplane.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanDetectorTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOST = 0x0000_ffff_0a00_0105L;

    private final ScanDetector detector = new ScanDetector(ScanRules.DEFAULT, 1);

    @Test
    void twentyFivePassAndTheTwentySixthIsAScan() {
        for (int port = 1; port <= 25; port++) {
            assertThat(detector.observe(port, 1, 0, HOST, port)).isFalse();
        }
        assertThat(detector.observe(26, 1, 0, HOST, 26)).isTrue();
        assertThat(detector.observe(27, 1, 0, HOST, 27)).as("and what follows").isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "1, 0, 0", "0, 0, 1"})
    void addressesOfBothFamiliesAndPortsCount(long high, long low, int port) {
        for (int i = 1; i <= 25; i++) {
            assertThat(detector.observe(i, 1, high * i, low * i, port * i)).isFalse();
        }
        assertThat(detector.observe(26, 1, high * 26, low * 26, port * 26)).isTrue();
    }

    @Test
    void repeatsCountOnce() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(detector.observe(i, 1, 0, HOST, i % 25)).isFalse();
        }
        assertThat(detector.observe(10_000, 1, 0, HOST, 25)).isTrue();
    }

    @Test
    void devicesDoNotCountForEachOther() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(detector.observe(i, i % 500, 0, HOST, i)).isFalse();
        }
    }

    @Test
    void aDestinationCountsFromItsLastTry() {
        for (int port = 1; port <= 25; port++) {
            detector.observe(0, 1, 0, HOST, port);
        }
        detector.observe(9 * MINUTE, 1, 0, HOST, 1);
        // 24 leave the window at ten minutes, the one that was tried again stays.
        for (int port = 101; port <= 124; port++) {
            assertThat(detector.observe(10 * MINUTE, 1, 0, HOST, port)).isFalse();
        }
        assertThat(detector.observe(10 * MINUTE, 1, 0, HOST, 125)).isTrue();
    }

    @Test
    void theWindowEndsToTheNanosecond() {
        for (int port = 1; port <= 25; port++) {
            detector.observe(0, 1, 0, HOST, port);
            detector.observe(0, 2, 0, HOST, port);
        }
        assertThat(detector.observe(10 * MINUTE - 1, 1, 0, HOST, 26)).isTrue();
        assertThat(detector.observe(10 * MINUTE, 2, 0, HOST, 26)).isFalse();
    }

    @Test
    void aSlowScanIsFoundInTheLongWindow() {
        // One each ten minutes: never two in the fast window.
        for (int i = 0; i < 100; i++) {
            assertThat(detector.observe(i * 10L * MINUTE, 1, 0, HOST + i, 22)).isFalse();
        }
        assertThat(detector.observe(1000 * MINUTE, 1, 0, HOST + 100, 22)).isTrue();
        // One each quarter of an hour never makes more than 96 in a day.
        for (int i = 0; i < 1000; i++) {
            assertThat(detector.observe(i * 15L * MINUTE, 2, 0, HOST + i, 22)).isFalse();
        }
    }

    @Test
    void theEvidenceHasTheOneTooMany() {
        for (int i = 0; i <= 25; i++) {
            detector.observe(i * SECOND, 1, 0, HOST + i, 22);
        }
        List<ScanTarget> targets = detector.targets(26 * SECOND, 1_000_000, 1);
        assertThat(targets).hasSize(26);
        assertThat(targets.getFirst()).isEqualTo(new ScanTarget(0, HOST, 22, 974_000));
        assertThat(targets.getLast()).isEqualTo(new ScanTarget(0, HOST + 25, 22, 999_000));
        assertThat(detector.targets(0, 0, 77)).isEmpty();
    }

    @Test
    void theEvidenceOfASlowScanHasTheOneTooManyAndItsMemoryIsBounded() {
        for (int i = 0; i < 5_000; i++) {
            detector.observe(i, 1, 0, HOST + i, 22);
        }
        List<ScanTarget> targets = detector.targets(5_000, 1_000_000, 1);
        assertThat(targets).hasSize(101);
        assertThat(targets.getLast().addressLow()).isEqualTo(HOST + 4_999);
    }

    @Test
    void whatNoLongerCountsIsNoEvidence() {
        for (int i = 0; i < 10; i++) {
            detector.observe(i, 1, 0, HOST + i, 22);
        }
        assertThat(detector.targets(1440 * MINUTE + 7, 0, 1))
                .extracting(ScanTarget::addressLow)
                .containsExactly(HOST + 8, HOST + 9);
    }

    @Test
    void anUnlockedDeviceStartsAnew() {
        for (int port = 1; port <= 26; port++) {
            detector.observe(0, 1, 0, HOST, port);
        }
        detector.forget(1);
        assertThat(detector.targets(0, 0, 1)).isEmpty();
        for (int port = 1; port <= 25; port++) {
            assertThat(detector.observe(1, 1, 0, HOST, port)).isFalse();
        }
        assertThat(detector.observe(1, 1, 0, HOST, 26)).isTrue();
    }

    @Test
    void changedRulesJudgeWhatWasSeen() {
        for (int port = 1; port <= 20; port++) {
            detector.observe(0, 1, 0, HOST, port);
        }
        detector.rules(ScanRules.of(10, 10 * MINUTE));
        assertThat(detector.observe(1, 1, 0, HOST, 1)).isTrue();
        detector.rules(ScanRules.of(20, 10 * MINUTE));
        assertThat(detector.observe(2, 1, 0, HOST, 1)).isFalse();
        assertThat(detector.observe(3, 1, 0, HOST, 21)).isTrue();
    }

    @Test
    void agreesWithAList() {
        Seeds.forEach(60, seed -> {
            SplittableRandom random = Seeds.random(seed);
            ScanRules rules = randomRules(random);
            ScanDetector fast = new ScanDetector(rules, random.nextLong());
            NaiveDetector naive = new NaiveDetector();
            long now = random.nextLong(-1L << 40, 1L << 40);
            int universe = random.nextInt(2, 60);
            for (int i = 0; i < 3_000; i++) {
                now += random.nextInt(50) == 0 ? random.nextLong(2_000) : random.nextLong(5);
                if (random.nextInt(300) == 0) {
                    // A longer slow window cannot bring back what the shorter one let go, as the list would.
                    rules = randomRules(random);
                    fast.rules(rules);
                    naive.seen.clear();
                    fast.forget(1);
                }
                int port = random.nextInt(universe);
                int host = random.nextInt(2);
                boolean expected = naive.observe(now, rules, host, port);
                assertThat(fast.observe(now, 1, 0, host, port)).isEqualTo(expected);
                if (expected) {
                    naive.seen.clear();
                    fast.forget(1);
                }
            }
        });
    }

    private static ScanRules randomRules(SplittableRandom random) {
        int threshold = random.nextInt(1, 20);
        long window = random.nextLong(1, 500);
        return new ScanRules(threshold, window, threshold + random.nextInt(30), window + random.nextLong(1_000));
    }

    /// Every try in a list.
    private static final class NaiveDetector {
        private record Try(long at, int host, int port) {}

        private final List<Try> seen = new ArrayList<>();

        boolean observe(long now, ScanRules rules, int host, int port) {
            seen.add(new Try(now, host, port));
            return distinct(now - rules.windowNanos()) > rules.threshold()
                    || distinct(now - rules.slowWindowNanos()) > rules.slowThreshold();
        }

        private long distinct(long after) {
            return seen.stream()
                    .filter(t -> t.at > after)
                    .map(t -> t.host * 1000 + t.port)
                    .distinct()
                    .count();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1, 1, threshold",
        "1001, 1, 1001, 1, threshold",
        "25, 0, 100, 1, window",
        "25, 1, 24, 1, slow threshold",
        "25, 1, 1001, 1, slow threshold",
        "25, 10, 100, 9, slow window"
    })
    void rulesWithoutSenseAreRefused(int threshold, long window, int slowThreshold, long slowWindow, String names) {
        assertThatThrownBy(() -> new ScanRules(threshold, window, slowThreshold, slowWindow))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the " + names);
    }

    @Test
    void theSlowRulesFollowFromTheFastOnes() {
        assertThat(ScanRules.DEFAULT).isEqualTo(new ScanRules(25, 10 * MINUTE, 100, 1440 * MINUTE));
        assertThat(ScanRules.of(1000, 5 * 1440 * MINUTE))
                .isEqualTo(new ScanRules(1000, 5 * 1440 * MINUTE, 1000, 5 * 1440 * MINUTE));
    }
}
