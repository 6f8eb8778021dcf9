package dev.sekisho.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeeklyScheduleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Mon-Fri 08:00-18:00 Europe/Berlin; Mon-Fri 08:00-18:00 Europe/Berlin",
                "  mon-FRI   08:00 - 18:00   Europe/Berlin ; Mon-Fri 08:00-18:00 Europe/Berlin",
                "Sat+Sun 10:00-12:00, Mon 22:00-06:00 UTC; Sat-Sun 10:00-12:00, Mon 22:00-06:00 UTC",
                "Fri-Mon 00:00-24:00 Asia/Tokyo; Mon+Fri-Sun 00:00-24:00 Asia/Tokyo",
                "Mon+Mon 00:00-00:01 UTC; Mon 00:00-00:01 UTC",
                "Mon 12:00-00:00 UTC; Mon 12:00-00:00 UTC",
            })
    void readsAndPrintsTheCanonicalForm(String text, String canonical) {
        assertThat(WeeklySchedule.parse(text)).hasToString(canonical);
        assertThat(WeeklySchedule.parse(canonical))
                .isEqualTo(WeeklySchedule.parse(text))
                .hasSameHashCodeAs(WeeklySchedule.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Mon-Fri",
                "Mon-Fri 08:00-18:00",
                "Mon-Fri 08:00-18:00 +02:00",
                "Mon-Fri 08:00-18:00 UTC+2",
                "Mon-Fri 08:00-18:00 europe/berlin",
                "Mon-Fri 08:00-18:00 Europe/Atlantis",
                "Mon-Fri 08:00-18:00 ../../etc/passwd",
                "Mo 08:00-18:00 UTC",
                "Mon- 08:00-18:00 UTC",
                "Mon-Tue-Wed 08:00-18:00 UTC",
                "+Mon 08:00-18:00 UTC",
                "Mon 8:00-18:00 UTC",
                "Mon 08:00-18:60 UTC",
                "Mon 08:00-24:01 UTC",
                "Mon 08:00-25:00 UTC",
                "Mon 08:00 UTC",
                "Mon 08:00-08:00 UTC",
                "Mon 24:00-08:00 UTC",
                "Mon +8:00-18:00 UTC",
                "Mon \uff10\uff18:00-18:00 UTC",
                "Mon 08:00-18:00, UTC",
                ", Mon 08:00-18:00 UTC",
                "Mon 08:00-18:00\nUTC",
                "Mon\t08:00-18:00 UTC",
            })
    void refusesWhatIsNoSchedule(String text) {
        assertThatThrownBy(() -> WeeklySchedule.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhichPartIsWrong() {
        assertThatThrownBy(() -> WeeklySchedule.parse("Mon 08:00-18:00, Foo 08:00-18:00 UTC"))
                .hasMessageContaining("'Foo' is no day");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-02T06:59:59Z, false", // Monday in Berlin, 07:59:59
        "2026-03-02T07:00:00Z, true",
        "2026-03-02T16:59:59Z, true",
        "2026-03-02T17:00:00Z, false",
        "2026-03-07T10:00:00Z, false", // Saturday
        "2026-07-06T06:00:00Z, true", // summer time
        "2026-07-06T05:59:59Z, false",
    })
    void followsTheWallClock(Instant moment, boolean inside) {
        assertThat(WeeklySchedule.parse("Mon-Fri 08:00-18:00 Europe/Berlin").contains(moment))
                .isEqualTo(inside);
    }

    @Test
    void hoursThatEndBeforeTheyBeginRunIntoTheNextDay() {
        WeeklySchedule schedule = WeeklySchedule.parse("Sun 22:00-06:00 UTC");
        assertThat(schedule.contains(Instant.parse("2026-03-01T21:59:59Z"))).isFalse();
        assertThat(schedule.contains(Instant.parse("2026-03-01T22:00:00Z"))).isTrue();
        assertThat(schedule.contains(Instant.parse("2026-03-02T05:59:59Z"))).isTrue();
        assertThat(schedule.contains(Instant.parse("2026-03-02T06:00:00Z"))).isFalse();
        assertThat(schedule.contains(Instant.parse("2026-03-01T05:00:00Z"))).isFalse();
        assertThat(schedule.nextChange(Instant.parse("2026-03-01T23:00:00Z")))
                .isEqualTo(Instant.parse("2026-03-02T06:00:00Z"));
    }

    @Test
    void anHourThatSummerTimeSkipsIsNotThere() {
        WeeklySchedule schedule = WeeklySchedule.parse("Sun 02:00-03:00 Europe/Berlin");
        Instant before = Instant.parse("2026-03-29T00:59:59Z");
        assertThat(schedule.contains(before)).isFalse();
        assertThat(schedule.contains(Instant.parse("2026-03-29T01:00:00Z"))).isFalse();
        assertThat(schedule.nextChange(before)).isEqualTo(Instant.parse("2026-04-05T00:00:00Z"));
    }

    @Test
    void anHourThatWinterTimeRepeatsCountsTwice() {
        WeeklySchedule schedule = WeeklySchedule.parse("Sun 02:00-03:00 Europe/Berlin");
        Instant begin = Instant.parse("2026-10-25T00:00:00Z");
        assertThat(schedule.nextChange(begin.minusSeconds(1))).isEqualTo(begin);
        assertThat(schedule.nextChange(begin)).isEqualTo(Instant.parse("2026-10-25T02:00:00Z"));
    }

    @Test
    void theSecondHalfOfARepeatedHourOpensTwice() {
        WeeklySchedule schedule = WeeklySchedule.parse("Sun 02:30-03:00 Europe/Berlin");
        assertThat(schedule.nextChange(Instant.parse("2026-10-25T00:40:00Z")))
                .isEqualTo(Instant.parse("2026-10-25T01:00:00Z"));
        assertThat(schedule.nextChange(Instant.parse("2026-10-25T01:00:00Z")))
                .isEqualTo(Instant.parse("2026-10-25T01:30:00Z"));
    }

    @Test
    void withoutAChangeItAnswersForAWeek() {
        Instant now = Instant.parse("2026-03-02T07:00:00.5Z");
        assertThat(WeeklySchedule.parse("Mon-Sun 00:00-24:00 UTC").nextChange(now))
                .isEqualTo(Instant.parse("2026-03-09T07:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mon-Fri 08:00-18:00 Europe/Berlin",
                "Sun 01:30-03:30, Sat 22:00-06:00 Europe/Berlin",
                "Mon-Sun 00:15-00:45 America/St_Johns",
                "Fri-Sun 23:59-00:01 Australia/Lord_Howe",
                "Wed 00:00-24:00 Pacific/Apia",
                "Mon-Sun 00:00-24:00 UTC",
                "Sun 00:00-24:00, Mon 00:00-00:30 Africa/Casablanca",
            })
    void standsUntilTheChangeThatItNames(String text) {
        WeeklySchedule schedule = WeeklySchedule.parse(text);
        SplittableRandom random = new SplittableRandom(Long.getLong("policy.seed", 1));
        for (int i = 0; i < 2_000; i++) {
            Instant moment = Instant.parse("2011-12-01T00:00:00Z").plusSeconds(random.nextInt(20 * 365 * 86_400));
            boolean inside = naive(text, moment);
            assertThat(schedule.contains(moment)).as("%s", moment).isEqualTo(inside);
            Instant next = schedule.nextChange(moment);
            Duration wait = Duration.between(moment, next);
            assertThat(wait).isPositive().isLessThanOrEqualTo(Duration.ofDays(7));
            assertThat(naive(text, moment.plusSeconds(random.nextLong(wait.toSeconds()))))
                    .isEqualTo(inside);
            assertThat(naive(text, next.minusSeconds(1))).isEqualTo(inside);
            assertThat(wait.toDays() == 7 || naive(text, next) != inside)
                    .as("%s", moment)
                    .isTrue();
        }
    }

    /// Reads the canonical text again for every question.
    private static boolean naive(String text, Instant moment) {
        String zone = text.substring(text.lastIndexOf(' ') + 1);
        ZonedDateTime local = moment.atZone(ZoneId.of(zone));
        for (String part : text.substring(0, text.lastIndexOf(' ')).split(", ", -1)) {
            String hours = part.substring(part.indexOf(' ') + 1);
            LocalTime from = LocalTime.parse(hours.substring(0, 5));
            boolean midnight = hours.endsWith("24:00");
            LocalTime until = midnight ? LocalTime.MAX : LocalTime.parse(hours.substring(6));
            boolean today = onDay(part, local.getDayOfWeek());
            boolean yesterday = onDay(part, local.getDayOfWeek().minus(1));
            LocalTime time = local.toLocalTime();
            boolean begun = !time.isBefore(from);
            boolean over = !midnight && !time.isBefore(until);
            if (until.isAfter(from) ? today && begun && !over : (today && begun) || (yesterday && !over)) {
                return true;
            }
        }
        return false;
    }

    private static boolean onDay(String part, DayOfWeek day) {
        String days = part.substring(0, part.indexOf(' '));
        String week = "Mon Tue Wed Thu Fri Sat Sun";
        int first = week.indexOf(days.substring(0, 3)) / 4;
        int last = week.indexOf(days.substring(days.length() - 3)) / 4;
        int asked = day.getValue() - 1;
        return first <= last ? asked >= first && asked <= last : asked >= first || asked <= last;
    }
}
