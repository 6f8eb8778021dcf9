package dev.sekisho.control.challenge;

import dev.sekisho.control.challenge.Challenge.Purpose;
import dev.sekisho.control.challenge.Challenge.Subject;
import java.time.Duration;
import java.util.Objects;

/// What is to be asked. Immutable.
///
/// @param purpose what for
/// @param key names what waits, such as the data plane's own id: while a challenge with this key is open, asking again
///     gives the same one
/// @param userId who is asked
/// @param userName their name
/// @param subject what they touched
/// @param timeout how long to wait for an answer, at most an hour
public record Asking(Purpose purpose, String key, String userId, String userName, Subject subject, Duration timeout) {
    private static final Duration LONGEST = Duration.ofHours(1);

    /// Checks it.
    ///
    /// @throws IllegalArgumentException when the timeout is out of range
    public Asking {
        Objects.requireNonNull(purpose, "purpose");
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a challenge waits for up to an hour");
        }
    }
}
