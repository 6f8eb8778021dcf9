package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `bench/enforce`, in small: every kind of change comes into force, however long it takes.
@Tag("R04")
@Timeout(120)
class EnforceFiguresTest {
    @Test
    void everyKindOfChangeComesIntoForce() {
        assertThatCode(() -> EnforceFigures.measure(new LargeNetwork.Size(100, 200, 400), 2, 50))
                .doesNotThrowAnyException();
    }
}
