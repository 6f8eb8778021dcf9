package dev.sekisho.control.factor;

import dev.sekisho.control.web.Principal;
import java.util.Optional;

/// Is told when somebody has shown a second factor while setting it up: a port, served by `control.login`.
@FunctionalInterface
public interface LoginProgress {
    /// Counts the proof for the login session of `by`.
    ///
    /// @return the session's new cookie, as a `Set-Cookie` header; empty when `by` came by no session
    Optional<String> proved(Principal by, Kind kind);
}
