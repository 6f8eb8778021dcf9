package dev.sekisho.control.user;

import java.time.Instant;
import java.util.Optional;

/// A person or a service account. Immutable.
///
/// @param name what they log in with
/// @param directory where their password is checked: `internal` or the identity of a connected directory
/// @param disabled whether somebody has ended their access
/// @param lockedUntil the end of their last lock-out, which may be over
/// @param service whether it is no person: it has API tokens only
public record User(
        String id,
        String name,
        String displayName,
        Optional<String> email,
        String directory,
        boolean disabled,
        Optional<Instant> lockedUntil,
        boolean service,
        Instant createdAt,
        Optional<Instant> lastLoginAt,
        long version) {
    /// The directory of those whose password is kept here.
    public static final String INTERNAL = "internal";

    /// What a user may do about logging in.
    public enum State {
        /// They may log in.
        ACTIVE,
        /// Too many wrong passwords or codes: they may not log in for a while, but from devices that are known.
        LOCKED,
        /// Somebody has ended their access.
        DISABLED
    }

    /// The state at a moment.
    public State state(Instant now) {
        if (disabled) {
            return State.DISABLED;
        }
        return lockedUntil.filter(now::isBefore).isPresent() ? State.LOCKED : State.ACTIVE;
    }
}
