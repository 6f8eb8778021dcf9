package dev.sekisho.control.flows.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.web.Problem;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Who works within somebody's work, in these tests, comes while that one works.
class TurnsTest {
    private static final Duration NONE = Duration.ZERO;

    private static int status(Throwable thrown) {
        return ((Problem) thrown).status();
    }

    @Test
    void asManyWorkAtOnceAsThereArePlaces() {
        Turns turns = new Turns(2, 9, NONE);
        int done = turns.take(
                "ann",
                () -> turns.take("ben", () -> {
                    assertThatThrownBy(() -> turns.take("cleo", () -> 1))
                            .satisfies(thrown -> assertThat(status(thrown)).isEqualTo(503));
                    return 2;
                }));
        assertThat(done).isEqualTo(2);
        assertThat(turns.take("cleo", () -> 3)).as("there is a place again").isEqualTo(3);
    }

    @Test
    void nobodyHasMoreThanTheirShareOfTheLine() {
        Turns turns = new Turns(9, 2, NONE);
        turns.take(
                "ann",
                () -> turns.take("ann", () -> {
                    assertThatThrownBy(() -> turns.take("ann", () -> 1))
                            .satisfies(thrown -> assertThat(status(thrown)).isEqualTo(429));
                    return turns.take("ben", () -> 2);
                }));
        assertThat(turns.take("ann", () -> turns.take("ann", () -> 3)))
                .as("what was refused has left the line")
                .isEqualTo(3);
    }

    @Test
    void whatFailsLeavesItsPlace() {
        Turns turns = new Turns(1, 1, NONE);
        assertThatThrownBy(() -> turns.take("ann", () -> {
                    throw new IllegalStateException("planned");
                }))
                .hasMessage("planned");
        assertThat(turns.take("ann", () -> 1)).isEqualTo(1);
    }
}
