package dev.sekisho.control.directory.redirect;

import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.web.Request;

/// Opens the login session of somebody whom another site has identified: a port, served by `control.login`.
@FunctionalInterface
public interface SessionOpener {
    /// Opens it.
    ///
    /// @param directory the identity of the directory
    /// @return the session's cookie, as the value of `Set-Cookie`
    /// @throws dev.sekisho.control.web.Problem when they may not come in
    String open(String directory, NewUser user, Request request);
}
