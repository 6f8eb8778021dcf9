package dev.sekisho.control.web;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Who is asking, as the authentication found. Immutable.
///
/// @param userId the user's or service account's identity; empty for the host's administrator
/// @param name their name
/// @param via how they came
/// @param credentialId the login session or token that they showed; empty for the host's administrator
/// @param permissions what they may do; a token's are limited by its scopes
/// @param complete false while a login still lacks something (a new password, a second factor): then only routes of
///     [Access#login] are open
/// @param secondFactorAt when they last gave a second factor, if ever
/// @param source the address they came from
public record Principal(
        Optional<String> userId,
        String name,
        Actor.Via via,
        String credentialId,
        Set<Permission> permissions,
        boolean complete,
        Optional<Instant> secondFactorAt,
        String source) {
    public Principal {
        Objects.requireNonNull(userId, "userId");
        Objects.requireNonNull(name, "name");
        permissions = Set.copyOf(permissions);
    }

    /// The same for the audit log.
    public Actor actor() {
        return new Actor(name, userId, via, source);
    }

    /// Whether they may do it.
    public boolean may(Permission permission) {
        return complete && permissions.contains(permission);
    }

    /// The user's identity, for what belongs to a user.
    ///
    /// @throws Problem 403 for the host's administrator, who is no user
    public String requireUser() {
        return userId.orElseThrow(() -> Problem.forbidden(
                "this belongs to a user, and the host's administrator is none: name a user, or log in as one"));
    }
}
