package dev.sekisho.control.web;

import dev.sekisho.policy.Permission;
import java.util.Optional;

/// Who may use a route. Immutable.
///
/// @param kind whether anybody, a page of another site, somebody who is logging in, or somebody logged in
/// @param permission what they must be allowed to do
/// @param stepUp whether a second factor must have been given in the last minutes
public record Access(Kind kind, Optional<Permission> permission, boolean stepUp) {
    /// How far a login must be.
    public enum Kind {
        /// Nobody needs to be logged in.
        ANYONE,
        /// A page of another site may have sent the browser here. So whoever it is, they are nobody: neither cookies
        /// nor tokens count, and nothing can be done in anybody's name.
        ELSEWHERE,
        /// A login that still lacks a new password or a second factor will do.
        LOGIN,
        /// A complete login, or a token.
        USER
    }

    /// Anybody.
    public static Access anyone() {
        return new Access(Kind.ANYONE, Optional.empty(), false);
    }

    /// Pages of other sites may send browsers here, which are nobody then.
    public static Access elsewhere() {
        return new Access(Kind.ELSEWHERE, Optional.empty(), false);
    }

    /// Also a login that is not complete yet.
    public static Access login() {
        return new Access(Kind.LOGIN, Optional.empty(), false);
    }

    /// Everybody who is logged in; the handler shows them what is theirs.
    public static Access user() {
        return new Access(Kind.USER, Optional.empty(), false);
    }

    /// Those who have the permission.
    public static Access to(Permission permission) {
        return new Access(Kind.USER, Optional.of(permission), false);
    }

    /// The same, and they gave a second factor in the last five minutes. The host's administrator and tokens, which
    /// can't
    /// give one, pass: a token's scopes say what it is for.
    public Access withStepUp() {
        return new Access(kind, permission, true);
    }
}
