package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ForeignTest {
    private final Foreign foreign = new Foreign();

    @Test
    void whatThisServerWasToldOfIsNotForeign() {
        assertThat(foreign.hasChanged(100, 0)).isFalse();
        assertThat(foreign.hasChanged(100, 0)).isFalse();
        assertThat(foreign.hasChanged(107, 7)).isFalse();
        assertThat(foreign.hasChanged(107, 7)).isFalse();
    }

    @Test
    void aRecordThatStaysUntoldIsForeignOnce() {
        foreign.hasChanged(100, 0);
        assertThat(foreign.hasChanged(101, 0)).as("it may be told in a moment").isFalse();
        assertThat(foreign.hasChanged(103, 2)).isTrue();
        assertThat(foreign.hasChanged(103, 2)).isFalse();
        assertThat(foreign.hasChanged(104, 3)).isFalse();
    }

    @Test
    void aRecordThatIsToldALittleLaterIsNotForeign() {
        foreign.hasChanged(100, 0);
        assertThat(foreign.hasChanged(101, 0)).isFalse();
        assertThat(foreign.hasChanged(101, 1)).isFalse();
        assertThat(foreign.hasChanged(101, 1)).isFalse();
    }
}
