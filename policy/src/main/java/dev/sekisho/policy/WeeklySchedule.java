package dev.sekisho.policy;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Hours of the week in a time zone: `Mon-Fri 08:00-18:00 Europe/Berlin`. Immutable and thread-safe.
///
/// Grammar: parts joined by commas, then a zone of the tz database. A part is days (`Mon`, `Mon-Fri`, `Sat+Sun`,
/// `Mon-Thu+Sat`) and hours (`08:00-18:00`); the end is exclusive, `24:00` is the end of the day, and hours that end
/// before they begin
/// (`22:00-06:00`) run into the next day. Days and hours are those on the wall clock: across a change to or from
/// summer time an interval is as much longer or shorter as the day.
public final class WeeklySchedule {
    private static final int MINUTES_PER_DAY = 24 * 60;
    private static final List<String> DAY_NAMES = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");

    private record Part(Set<DayOfWeek> days, int fromMinute, int untilMinute, String text) {
        boolean contains(DayOfWeek day, int minute) {
            return untilMinute > fromMinute
                    ? days.contains(day) && minute >= fromMinute && minute < untilMinute
                    : (days.contains(day) && minute >= fromMinute)
                            || (days.contains(day.minus(1)) && minute < untilMinute);
        }
    }

    private final List<Part> parts;
    private final ZoneId zone;

    private WeeklySchedule(List<Part> parts, ZoneId zone) {
        this.parts = parts;
        this.zone = zone;
    }

    /// Reads the grammar above.
    ///
    /// @throws IllegalArgumentException with a sentence that names the part that is wrong
    public static WeeklySchedule parse(String text) {
        String stripped = text.strip();
        int blank = stripped.lastIndexOf(' ');
        if (blank < 0) {
            throw new IllegalArgumentException("'" + text + "' is no schedule: write days, hours and a time zone,"
                    + " such as Mon-Fri 08:00-18:00 Europe/Berlin");
        }
        String zoneText = stripped.substring(blank + 1);
        ZoneId zone;
        try {
            zone = ZoneId.of(zoneText);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + zoneText + "' is no time zone: end the schedule with a name such as Europe/Berlin", e);
        }
        List<Part> parts = new ArrayList<>();
        for (String part : stripped.substring(0, blank).split(",", -1)) {
            parts.add(part(part.strip()));
        }
        return new WeeklySchedule(List.copyOf(parts), zone);
    }

    private static Part part(String text) {
        int blank = text.indexOf(' ');
        if (blank < 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' names no hours: write them behind the days, such as Mon-Fri 08:00-18:00");
        }
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String span : text.substring(0, blank).split("\\+", -1)) {
            addDays(span, days);
        }
        String hours = text.substring(blank + 1).strip();
        int dash = hours.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("'" + hours + "' are no hours: write them as 08:00-18:00");
        }
        int from = minute(hours.substring(0, dash).strip());
        int until = minute(hours.substring(dash + 1).strip());
        if (from == until || from == MINUTES_PER_DAY) {
            throw new IllegalArgumentException(
                    "the hours '" + hours + "' are empty: for a whole day write 00:00-24:00");
        }
        return new Part(days, from, until, text);
    }

    private static void addDays(String span, Set<DayOfWeek> days) {
        int dash = span.indexOf('-');
        DayOfWeek first = day(dash < 0 ? span : span.substring(0, dash));
        DayOfWeek last = dash < 0 ? first : day(span.substring(dash + 1));
        for (DayOfWeek day = first; ; day = day.plus(1)) {
            days.add(day);
            if (day == last) {
                return;
            }
        }
    }

    private static DayOfWeek day(String name) {
        for (int i = 0; i < DAY_NAMES.size(); i++) {
            if (DAY_NAMES.get(i).equalsIgnoreCase(name)) {
                return DayOfWeek.of(i + 1);
            }
        }
        throw new IllegalArgumentException("'" + name + "' is no day: write " + String.join(", ", DAY_NAMES));
    }

    private static int minute(String text) {
        boolean wellFormed = text.length() == 5
                && text.charAt(2) == ':'
                && isDigits(text.substring(0, 2))
                && isDigits(text.substring(3));
        int hour = wellFormed ? Integer.parseInt(text.substring(0, 2)) : -1;
        int minute = wellFormed ? Integer.parseInt(text.substring(3)) : -1;
        if (!wellFormed || minute > 59 || hour > 24 || (hour == 24 && minute > 0)) {
            throw new IllegalArgumentException("'" + text + "' is no time of day: write 00:00 to 24:00");
        }
        return hour * 60 + minute;
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// Whether a moment lies within the hours.
    public boolean contains(Instant moment) {
        ZonedDateTime local = moment.atZone(zone);
        int minute = local.getHour() * 60 + local.getMinute();
        return parts.stream().anyMatch(part -> part.contains(local.getDayOfWeek(), minute));
    }

    /// The time zone.
    public ZoneId zone() {
        return zone;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WeeklySchedule schedule && schedule.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /// The parts as they were written, joined by `, `, and the zone.
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s %s",
                String.join(", ", parts.stream().map(Part::text).toList()),
                zone);
    }
}
