package dev.sekisho.control.policy;

import java.time.Duration;
import java.util.Optional;

/// The `mfa` group of the file. Immutable.
///
/// @param inactivity an approval ends after so much time without traffic (product line A02)
/// @param maximumAge an approval ends after so much time in any case, when given
/// @param timeout a challenge that nobody answers ends after so much time (product line A08)
public record MfaSection(Duration inactivity, Optional<Duration> maximumAge, Duration timeout) {
    /// What holds without a word in the file.
    public static final MfaSection DEFAULT =
            new MfaSection(Duration.ofMinutes(15), Optional.empty(), Duration.ofMinutes(3));
}
