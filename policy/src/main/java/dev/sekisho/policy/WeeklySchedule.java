package dev.sekisho.policy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Hours of the week in a time zone: `Mon-Fri 08:00-18:00 Europe/Berlin`. Immutable and thread-safe.
///
/// Grammar: parts joined by commas, then a zone by its name in the tz database (`UTC` is one; `+02:00`
/// isn't, because it knows no summer time). A part is days (`Mon`, `Mon-Fri`, `Sat+Sun`, `Mon-Thu+Sat`;
/// capitals don't matter) and hours (`08:00-18:00`); the end is exclusive, `24:00` is the end of the day,
/// and hours that end before they begin (`22:00-06:00`) run into the next day. Between these stand single
/// blanks or more.
///
/// Days and hours are those on the wall clock: an hour that summer time skips isn't there, one that it
/// repeats counts twice, so across such a change an interval is as much shorter or longer as the day.
public final class WeeklySchedule {
    private static final int MINUTES_PER_DAY = 24 * 60;
    private static final int MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;
    private static final long SECONDS_PER_WEEK = 60L * MINUTES_PER_WEEK;

    /// From a Monday to 1970-01-01, a Thursday.
    private static final long MONDAY_TO_EPOCH_SECONDS = 3 * 86_400;

    private static final int MAX_CHARS = 1024;
    private static final List<String> DAY_NAMES = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final Pattern BLANKS = Pattern.compile(" +");
    private static final Pattern TIME = Pattern.compile("([0-9][0-9]):([0-9][0-9])");

    private final String text;
    private final ZoneId zone;

    /// The minutes of a week that begins on Monday 00:00, by the wall clock.
    private final BitSet minutes;

    private WeeklySchedule(String text, ZoneId zone, BitSet minutes) {
        this.text = text;
        this.zone = zone;
        this.minutes = minutes;
    }

    /// Reads the grammar above.
    ///
    /// @throws IllegalArgumentException with a sentence that names the part that is wrong
    public static WeeklySchedule parse(String text) {
        if (text.length() > MAX_CHARS) {
            throw new IllegalArgumentException("a schedule has at most " + MAX_CHARS + " characters");
        }
        String spaced = BLANKS.matcher(text).replaceAll(" ").strip();
        int blank = spaced.lastIndexOf(' ');
        if (blank < 0) {
            throw new IllegalArgumentException("'" + text + "' is no schedule: write days, hours and a time zone,"
                    + " such as Mon-Fri 08:00-18:00 Europe/Berlin");
        }
        ZoneId zone = zone(spaced.substring(blank + 1));
        BitSet minutes = new BitSet(MINUTES_PER_WEEK);
        List<String> parts = new ArrayList<>();
        for (String part : spaced.substring(0, blank).split(",", -1)) {
            parts.add(readPart(part.strip(), minutes));
        }
        return new WeeklySchedule(String.join(", ", parts) + " " + zone, zone, minutes);
    }

    private static ZoneId zone(String name) {
        try {
            if (ZoneRulesProvider.getAvailableZoneIds().contains(name)) {
                return ZoneId.of(name);
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("the rules of the time zone '" + name + "' can't be read", e);
        }
        throw new IllegalArgumentException(
                "'" + name + "' is no time zone: end the schedule with a name such as Europe/Berlin");
    }

    /// Adds the minutes of one part and returns its canonical text.
    private static String readPart(String part, BitSet minutes) {
        int blank = part.indexOf(' ');
        if (blank < 0) {
            throw new IllegalArgumentException(
                    "'" + part + "' names no hours: write them behind the days, such as Mon-Fri 08:00-18:00");
        }
        BitSet days = new BitSet(7);
        for (String span : part.substring(0, blank).split("\\+", -1)) {
            addDays(span, days);
        }
        String hours = part.substring(blank + 1);
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
        int length = until > from ? until - from : until + MINUTES_PER_DAY - from;
        days.stream().forEach(day -> addMinutes(day * MINUTES_PER_DAY + from, length, minutes));
        return "%s %s-%s".formatted(daysText(days), timeText(from), timeText(until));
    }

    private static void addDays(String span, BitSet days) {
        int dash = span.indexOf('-');
        int last = day(dash < 0 ? span : span.substring(dash + 1));
        int day = dash < 0 ? last : day(span.substring(0, dash));
        for (; day != last; day = (day + 1) % 7) {
            days.set(day);
        }
        days.set(last);
    }

    private static int day(String name) {
        for (int day = 0; day < 7; day++) {
            if (DAY_NAMES.get(day).equalsIgnoreCase(name)) {
                return day;
            }
        }
        throw new IllegalArgumentException("'" + name + "' is no day: write " + String.join(", ", DAY_NAMES));
    }

    private static int minute(String text) {
        Matcher time = TIME.matcher(text);
        if (time.matches()) {
            int hour = Integer.parseInt(time.group(1));
            int minute = Integer.parseInt(time.group(2));
            if (minute < 60 && hour * 60 + minute <= MINUTES_PER_DAY) {
                return hour * 60 + minute;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no time of day: write 00:00 to 24:00");
    }

    /// Sunday's last hours may run into Monday.
    private static void addMinutes(int from, int length, BitSet minutes) {
        int until = from + length;
        minutes.set(from, Math.min(until, MINUTES_PER_WEEK));
        if (until > MINUTES_PER_WEEK) {
            minutes.set(0, until - MINUTES_PER_WEEK);
        }
    }

    private static String daysText(BitSet days) {
        List<String> spans = new ArrayList<>();
        for (int first = days.nextSetBit(0); first >= 0; ) {
            int last = days.nextClearBit(first) - 1;
            spans.add(DAY_NAMES.get(first) + (last > first ? "-" + DAY_NAMES.get(last) : ""));
            first = days.nextSetBit(last + 1);
        }
        return String.join("+", spans);
    }

    private static String timeText(int minute) {
        return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
    }

    /// Whether a moment lies within the hours.
    public boolean contains(Instant moment) {
        return minutes.get((int) (secondOfWeek(moment) / 60));
    }

    /// By the wall clock. Offsets of past centuries have seconds, so minutes would not do.
    private long secondOfWeek(Instant moment) {
        long local = moment.getEpochSecond() + zone.getRules().getOffset(moment).getTotalSeconds();
        return Math.floorMod(local + MONDAY_TO_EPOCH_SECONDS, SECONDS_PER_WEEK);
    }

    /// A moment later than `moment`, at most a week, until which [#contains] gives the same answer: that
    /// of its next change, if it lies within a week. Whole seconds.
    public Instant nextChange(Instant moment) {
        Instant limit = moment.plusSeconds(SECONDS_PER_WEEK);
        boolean inside = contains(moment);
        Instant next = moment;
        while (next.isBefore(limit) && contains(next) == inside) {
            next = nextEdge(next, inside);
        }
        return next.isBefore(limit) ? next : Instant.ofEpochSecond(limit.getEpochSecond());
    }

    /// The next moment at which the hours end (or begin) if no clock is changed until then; else that
    /// change.
    private Instant nextEdge(Instant moment, boolean inside) {
        long second = secondOfWeek(moment);
        int minute = (int) (second / 60);
        int edge = inside ? minutes.nextClearBit(minute) : minutes.nextSetBit(minute);
        long edgeSecond = edge < 0 || edge > MINUTES_PER_WEEK ? SECONDS_PER_WEEK : edge * 60L;
        Instant unchanged = Instant.ofEpochSecond(moment.getEpochSecond() + edgeSecond - second);
        ZoneOffsetTransition change = zone.getRules().nextTransition(moment);
        return change != null && change.getInstant().isBefore(unchanged) ? change.getInstant() : unchanged;
    }

    /// The time zone.
    public ZoneId zone() {
        return zone;
    }

    /// Whether both say the same in the same words; `Mon 00:00-24:00 UTC` differs from `Mon 00:00-12:00,
    /// Mon 12:00-24:00 UTC`.
    @Override
    public boolean equals(Object other) {
        return other instanceof WeeklySchedule schedule && schedule.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /// Canonical text: `Mon-Fri 08:00-18:00, Sat 10:00-12:00 Europe/Berlin`.
    @Override
    public String toString() {
        return text;
    }
}
