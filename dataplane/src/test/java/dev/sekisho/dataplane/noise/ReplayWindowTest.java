package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.testkit.Seeds;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
    private static final long W = Limits.REPLAY_WINDOW;
    private static final long REJECT = Limits.REJECT_AFTER_MESSAGES;

    private ReplayWindow window = new ReplayWindow();

    /// All accepted counters in a set: slow and obvious.
    private static final class NaiveWindow {
        private final Set<Long> seen = new HashSet<>();
        private long greatest;

        boolean accept(long counter) {
            boolean tooLate = Long.compareUnsigned(counter, REJECT) >= 0;
            boolean tooOld =
                    Long.compareUnsigned(counter, greatest) < 0 && Long.compareUnsigned(greatest - counter, W) >= 0;
            if (tooLate || tooOld || !seen.add(counter)) {
                return false;
            }
            greatest = Long.compareUnsigned(counter, greatest) > 0 ? counter : greatest;
            return true;
        }
    }

    /// A counter and whether it must be accepted, in sequence.
    private void expect(long counter, boolean accepted) {
        assertThat(window.accept(counter)).as("accept %d", counter).isEqualTo(accepted);
        assertThat(window.accept(counter)).as("accept %d again", counter).isFalse();
    }

    @Test
    void acceptsEachCounterOnceInAnyOrder() {
        expect(0, true);
        expect(1, true);
        expect(1, false);
        expect(9, true);
        expect(8, true);
        expect(7, true);
        expect(7, false);
        expect(W, true);
        expect(W - 1, true);
        expect(W - 1, false);
        expect(W - 2, true);
        expect(2, true);
        expect(2, false);
        expect(W + 16, true);
        expect(3, false);
        expect(W + 16, false);
        expect(4 * W, true);
        expect(4 * W - (W - 1), true);
        expect(10, false);
        expect(4 * W - W, false);
        expect(4 * W - (W + 1), false);
        expect(4 * W - (W - 2), true);
        expect(4 * W + 1 - W, false);
        expect(0, false);
    }

    @Test
    void reachesBackOneWindowFromEveryPlaceInABlock() {
        for (long greatest = 3 * W; greatest < 3 * W + 130; greatest++) {
            window = new ReplayWindow();
            expect(greatest, true);
            expect(greatest - W, false);
            expect(greatest - W + 1, true);
            expect(greatest - W + 1, false);
            expect(greatest - 1, true);
        }
    }

    @Test
    void acceptsAWholeWindowForwards() {
        for (long i = 1; i <= W + 1; i++) {
            expect(i, true);
        }
        expect(0, false);
        expect(1, false);
        expect(2, false);
    }

    @Test
    void acceptsAWholeWindowBackwards() {
        for (long i = W; i >= 1; i--) {
            expect(i, true);
        }
        expect(0, false);
        expect(W + 1, true);
        expect(1, false);
    }

    @Test
    void forgetsNothingWhenTheGreatestMovesToTheLastBlock() {
        expect(0, true);
        expect(W - 1, true);
        expect(0, false);
        expect(W, true);
        expect(0, false);
        expect(1, true);
    }

    @Test
    void jumpsOfExactlyTheRingClearIt() {
        for (long jump : new long[] {W, W + 63, W + 64, W + 65, 2 * W, 128 * 64, 129 * 64, 130 * 64}) {
            window = new ReplayWindow();
            expect(70, true);
            expect(70 + jump, true);
            expect(70 + jump - W + 1, jump != W - 1);
            expect(70 + jump - 64, true);
        }
    }

    @Test
    void refusesCountersPastTheLimitOfTheProtocol() {
        expect(REJECT, false);
        expect(-1L, false);
        expect(REJECT - 1, true);
        expect(REJECT - 1, false);
        expect(REJECT, false);
        expect(REJECT + 1, false);
        expect(REJECT - 2, true);
        expect(REJECT - W, true);
        expect(REJECT - W - 1, false);
        expect(0, false);
    }

    @Test
    void treatsCountersAsUnsigned() {
        expect(Long.MAX_VALUE, true);
        expect(Long.MIN_VALUE, true);
        expect(Long.MAX_VALUE, false);
        expect(Long.MAX_VALUE - 1, true);
        expect(5, false);
    }

    @Test
    void agreesWithASetOnRandomSequences() {
        Seeds.forEach(60, seed -> {
            SplittableRandom random = Seeds.random(seed);
            window = new ReplayWindow();
            NaiveWindow naive = new NaiveWindow();
            long centre = seed % 3 == 0 ? 0 : random.nextLong() & (seed % 3 == 1 ? Long.MAX_VALUE : -1L);
            int spread = 1 << random.nextInt(1, 16);
            for (int i = 0; i < 5_000; i++) {
                centre += random.nextInt(4) == 0 ? random.nextInt(spread) : 0;
                long counter = centre + random.nextInt(2 * spread) - spread;
                boolean expected = naive.accept(counter);
                assertThat(window.accept(counter))
                        .as("step %d, counter %d", i, counter)
                        .isEqualTo(expected);
            }
        });
    }
}
