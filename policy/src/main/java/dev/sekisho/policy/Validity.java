package dev.sekisho.policy;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// When a grant holds (product line R04): always, from, until, between, for a duration, and within a weekly schedule.
/// Immutable.
///
/// @param from the first moment, if there is one
/// @param until the first moment at which it no longer holds, if there is one
/// @param weekly the hours of the week to which it is limited, if it is
public record Validity(Optional<Instant> from, Optional<Instant> until, Optional<WeeklySchedule> weekly) {
    /// Holds for ever.
    public static final Validity ALWAYS = new Validity(Optional.empty(), Optional.empty(), Optional.empty());

    /// @throws IllegalArgumentException when it would end before it begins
    public Validity {
        Objects.requireNonNull(weekly, "weekly");
        if (from.isPresent() && until.isPresent() && !from.get().isBefore(until.get())) {
            throw new IllegalArgumentException(
                    "'until' (" + until.get() + ") must lie after 'from' (" + from.get() + ")");
        }
    }
}
