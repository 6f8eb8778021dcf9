package dev.sekisho.control.login;

import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// A login session, without its secret. Immutable.
///
/// @param csrf what unsafe requests must carry
/// @param method how the first step was done: `internal` or a directory
/// @param seenAt when it was last used, to the minute
/// @param factorAt when a second factor was last shown in it
/// @param permissions those that it may use; more need a new secret
public record LoginSession(
        String id,
        String userId,
        String csrf,
        String method,
        Instant createdAt,
        Instant seenAt,
        Instant expiresAt,
        Optional<Instant> factorAt,
        Set<Permission> permissions,
        String source,
        String userAgent) {
    public LoginSession {
        permissions = Set.copyOf(permissions);
    }

    /// Whether it still holds.
    boolean isAlive(Instant now, LoginLimits limits) {
        return now.isBefore(expiresAt) && now.isBefore(seenAt.plus(limits.idle()));
    }

    @Override
    public String toString() {
        return "LoginSession[" + id + "]";
    }
}
