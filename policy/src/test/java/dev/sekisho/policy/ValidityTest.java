package dev.sekisho.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ValidityTest {
    private static final Instant FROM = Instant.parse("2026-03-02T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2026-03-03T00:00:00Z");

    @Test
    void alwaysHoldsAndNeverChanges() {
        assertThat(Validity.ALWAYS.holds(0)).isTrue();
        assertThat(Validity.ALWAYS.holds(Long.MIN_VALUE)).isTrue();
        assertThat(Validity.ALWAYS.holds(Long.MAX_VALUE)).isTrue();
        assertThat(Validity.ALWAYS.nextChange(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void holdsFromItsFirstSecondToTheOneBeforeItsEnd() {
        Validity validity = new Validity(Optional.of(FROM), Optional.of(UNTIL), Optional.empty());
        assertThat(validity.holds(FROM.getEpochSecond() - 1)).isFalse();
        assertThat(validity.holds(FROM.getEpochSecond())).isTrue();
        assertThat(validity.holds(UNTIL.getEpochSecond() - 1)).isTrue();
        assertThat(validity.holds(UNTIL.getEpochSecond())).isFalse();
        assertThat(validity.nextChange(0)).isEqualTo(FROM.getEpochSecond());
        assertThat(validity.nextChange(FROM.getEpochSecond())).isEqualTo(UNTIL.getEpochSecond());
        assertThat(validity.nextChange(UNTIL.getEpochSecond())).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void partsOfASecondNeverMakeItLonger() {
        Validity validity = new Validity(
                Optional.of(FROM.plusNanos(1)), Optional.of(UNTIL.plusNanos(999_999_999)), Optional.empty());
        assertThat(validity.from()).contains(FROM.plusSeconds(1));
        assertThat(validity.until()).contains(UNTIL);
    }

    @Test
    void aScheduleLimitsIt() {
        Validity validity = new Validity(
                Optional.of(FROM),
                Optional.of(UNTIL),
                Optional.of(WeeklySchedule.parse("Mon 08:00-18:00, Mon 20:00-06:00 UTC")));
        long midnight = FROM.getEpochSecond();
        assertThat(validity.holds(midnight)).isFalse();
        assertThat(validity.nextChange(midnight)).isEqualTo(midnight + 8 * 3600);
        assertThat(validity.holds(midnight + 8 * 3600)).isTrue();
        assertThat(validity.nextChange(midnight + 8 * 3600)).isEqualTo(midnight + 18 * 3600);
        assertThat(validity.nextChange(midnight + 20 * 3600)).isEqualTo(UNTIL.getEpochSecond());
    }

    @Test
    void refusesASpanWithoutASecond() {
        assertThatThrownBy(() -> new Validity(Optional.of(UNTIL), Optional.of(FROM), Optional.empty()))
                .hasMessageContaining("must lie after");
        assertThatThrownBy(() -> new Validity(Optional.of(FROM), Optional.of(FROM), Optional.empty()))
                .hasMessageContaining("must lie after");
        assertThatThrownBy(() ->
                        new Validity(Optional.of(FROM.plusNanos(1)), Optional.of(FROM.plusNanos(2)), Optional.empty()))
                .hasMessageContaining("must lie after");
    }

    @Test
    void refusesMomentsThatNoClockShows() {
        assertThatThrownBy(() -> new Validity(Optional.of(Instant.MAX), Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Validity(Optional.empty(), Optional.of(Instant.MIN), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        Instant end = Instant.parse("9999-12-31T23:59:59.5Z");
        assertThatThrownBy(() -> new Validity(Optional.of(end), Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new Validity(Optional.empty(), Optional.of(end), Optional.empty()).until())
                .contains(Instant.parse("9999-12-31T23:59:59Z"));
    }

    @Test
    void aMadClockGetsAnAnswer() {
        Validity validity = new Validity(
                Optional.empty(), Optional.empty(), Optional.of(WeeklySchedule.parse("Mon-Sun 00:00-24:00 UTC")));
        assertThat(validity.holds(Long.MAX_VALUE)).isTrue();
        assertThat(validity.nextChange(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(validity.nextChange(Long.MIN_VALUE)).isGreaterThan(Long.MIN_VALUE);
    }
}
