package dev.sekisho.policy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/// When a grant holds (product line R04): always, from, until, between, for a duration, and within a
/// weekly schedule. Immutable and thread-safe.
///
/// It counts in whole seconds: a moment belongs to the second it is in. The constructor rounds `from` up
/// and `until` down, so that a grant never holds a moment longer than it says.
///
/// @param from the first second, if there is one
/// @param until the first second in which it no longer holds, if there is one
/// @param weekly the hours of the week to which it is limited, if it is
public record Validity(Optional<Instant> from, Optional<Instant> until, Optional<WeeklySchedule> weekly) {
    /// Holds for ever.
    public static final Validity ALWAYS = new Validity(Optional.empty(), Optional.empty(), Optional.empty());

    /// The span of moments that a validity may name and that the clock may show.
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    /// @throws IllegalArgumentException when no second lies in it, or a moment is not in the years 1 to
    ///     9999
    public Validity {
        Objects.requireNonNull(weekly, "weekly");
        from = from.map(moment -> {
            Instant second = inRange("from", moment);
            return second.equals(moment) ? second : inRange("from", second.plusSeconds(1));
        });
        until = until.map(moment -> inRange("until", moment));
        if (from.isPresent() && until.isPresent() && !from.get().isBefore(until.get())) {
            throw new IllegalArgumentException(
                    "'until' (" + until.get() + ") must lie after 'from' (" + from.get() + ")");
        }
    }

    private static Instant inRange(String key, Instant moment) {
        Instant second = moment.truncatedTo(ChronoUnit.SECONDS);
        if (second.isBefore(FIRST) || second.isAfter(LAST)) {
            throw new IllegalArgumentException("'" + key + "' must lie in the years 1 to 9999");
        }
        return second;
    }

    /// Whether it holds in a second. Outside the years 1 to 9999 it answers for the nearest second inside.
    public boolean holds(long epochSecond) {
        long second = clamp(epochSecond);
        return (from.isEmpty() || second >= from.get().getEpochSecond())
                && (until.isEmpty() || second < until.get().getEpochSecond())
                && (weekly.isEmpty() || weekly.get().contains(Instant.ofEpochSecond(second)));
    }

    /// A second behind `epochSecond` until which [#holds] gives the same answer: the one in which it
    /// changes, or, when that is more than a week away, perhaps an earlier one. `Long.MAX_VALUE` = it
    /// never changes again.
    public long nextChange(long epochSecond) {
        long second = clamp(epochSecond);
        if (from.isPresent() && second < from.get().getEpochSecond()) {
            return from.get().getEpochSecond();
        }
        long end = until.isEmpty() ? Long.MAX_VALUE : until.get().getEpochSecond();
        if (second >= end || weekly.isEmpty() || epochSecond > second) {
            return second >= end ? Long.MAX_VALUE : end;
        }
        return Math.min(
                end, weekly.get().nextChange(Instant.ofEpochSecond(second)).getEpochSecond());
    }

    private static long clamp(long epochSecond) {
        return Math.clamp(epochSecond, FIRST.getEpochSecond(), LAST.getEpochSecond());
    }
}
