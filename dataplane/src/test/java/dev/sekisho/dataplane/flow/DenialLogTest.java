package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.testkit.Seeds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DenialLogTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long TOKEN = SECOND / Limits.DENIALS_PER_SECOND;

    private final DenialLog log = new DenialLog();

    @Test
    void reportsABurstThenTenASecondAndCountsTheOthers() {
        for (int i = 0; i < Limits.DENIALS_BURST; i++) {
            assertThat(log.admit(-5 * SECOND, 3)).isZero();
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(log.admit(-5 * SECOND + TOKEN - 1, 3)).isEqualTo(DenialLog.SUPPRESS);
        }
        assertThat(log.suppressed(3)).isEqualTo(1000);
        assertThat(log.admit(-5 * SECOND + TOKEN, 3)).isEqualTo(1000);
        assertThat(log.admit(-5 * SECOND + TOKEN, 3)).isEqualTo(DenialLog.SUPPRESS);
        assertThat(log.admit(-5 * SECOND + 2 * TOKEN, 3)).isEqualTo(1);
    }

    @Test
    void aQuietTimeFillsTheBucketAndNoMore() {
        for (int i = 0; i < Limits.DENIALS_BURST; i++) {
            log.admit(0, 3);
        }
        int reported = 0;
        for (int i = 0; i < 1000; i++) {
            reported += log.admit(3600 * SECOND, 3) == DenialLog.SUPPRESS ? 0 : 1;
        }
        assertThat(reported).isEqualTo(Limits.DENIALS_BURST);
    }

    @Test
    void devicesDoNotShareABucket() {
        for (int i = 0; i < 100; i++) {
            log.admit(0, 0);
        }
        assertThat(log.admit(0, 60_000)).isZero();
        assertThat(log.admit(0, 1)).isZero();
        assertThat(log.suppressed(0)).isEqualTo(60);
        log.forget(0, 0);
        assertThat(log.suppressed(0)).isZero();
        assertThat(log.admit(0, 0)).isZero();
    }

    @Test
    void everyRefusalIsReportedOrCounted() {
        SplittableRandom random = Seeds.random();
        long now = random.nextLong();
        double tokens = Limits.DENIALS_BURST;
        long asked = 0;
        long accounted = 0;
        for (int i = 0; i < 100_000; i++) {
            long pause = random.nextInt(100) == 0 ? random.nextLong(2 * SECOND) : random.nextLong(SECOND / 50);
            now += pause;
            tokens = Math.min(Limits.DENIALS_BURST, tokens + pause / (double) TOKEN);
            long before = log.admit(now, 7);
            asked++;
            if (before != DenialLog.SUPPRESS) {
                accounted += before + 1;
                tokens--;
                assertThat(tokens).isGreaterThan(-1e-6);
            } else {
                assertThat(tokens).isLessThan(1 + 1e-6);
            }
            assertThat(accounted + log.suppressed(7)).isEqualTo(asked);
        }
    }
}
