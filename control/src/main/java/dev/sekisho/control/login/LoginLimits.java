package dev.sekisho.control.login;

import java.time.Duration;

/// How long login sessions hold. Immutable.
///
/// @param absolute from login on
/// @param idle without a request
public record LoginLimits(Duration absolute, Duration idle) {
    /// A working day; half an hour (NIST SP 800-63B section 2.2.3: at most 24 hours and one hour).
    public static final LoginLimits STANDARD = new LoginLimits(Duration.ofHours(12), Duration.ofMinutes(30));

    /// Checks them.
    ///
    /// @throws IllegalArgumentException with a sentence
    public LoginLimits {
        boolean fits = idle.compareTo(Duration.ofMinutes(2)) >= 0
                && idle.compareTo(absolute) <= 0
                && absolute.compareTo(Duration.ofDays(30)) <= 0;
        if (!fits) {
            throw new IllegalArgumentException(
                    "a login session ends after 2 minutes to 30 days, and no later when idle than otherwise");
        }
    }
}
