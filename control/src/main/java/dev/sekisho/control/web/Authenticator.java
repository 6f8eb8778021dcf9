package dev.sekisho.control.web;

import java.util.Optional;

/// Finds out who is asking. Several are asked in turn. Thread-safe.
@FunctionalInterface
public interface Authenticator {
    /// What a request shows.
    ///
    /// @param sessionCookie the login session's cookie
    /// @param bearer the token of `Authorization: Bearer`
    /// @param source the address it came from
    /// @param userAgent the client's description of itself
    record Credentials(Optional<String> sessionCookie, Optional<String> bearer, String source, String userAgent) {}

    /// Who they are.
    ///
    /// @param principal who
    /// @param csrfToken what unsafe requests must carry in `X-CSRF-Token`, when they came by cookie
    record Authenticated(Principal principal, Optional<String> csrfToken) {}

    /// Who it is; empty when these credentials are none of mine or not valid (any more).
    Optional<Authenticated> authenticate(Credentials credentials);
}
