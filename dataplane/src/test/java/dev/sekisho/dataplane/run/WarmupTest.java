package dev.sekisho.dataplane.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The warm-up is also the self-test of a start: it ends only when its packets came through.
class WarmupTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packetsComeThroughWithAndWithoutACheckpoint(boolean guarded) {
        assertThat(Warmup.run(guarded)).isPositive();
    }
}
