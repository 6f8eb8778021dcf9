package dev.sekisho.control.directory.redirect;

import dev.sekisho.control.login.Logins;
import dev.sekisho.control.login.SessionViews;
import dev.sekisho.control.login.Sessions;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import java.util.Optional;

/// Opens login sessions by `control.login`. Thread-safe.
public final class LoginSessions implements SessionOpener {
    private final Logins logins;
    private final SessionViews views;

    public LoginSessions(Logins logins, SessionViews views) {
        this.logins = logins;
        this.views = views;
    }

    /// The browser comes from another site's page, so it brings no `Strict` cookie: neither a session nor a device is
    /// known.
    @Override
    public String open(String directory, NewUser user, Request request) {
        Sessions.Client client =
                new Sessions.Client(Optional.empty(), Optional.empty(), request.source(), request.userAgent());
        String cookie = views.opened(logins.loginIdentified(directory, user, client))
                .headers()
                .get("Set-Cookie");
        if (cookie == null) {
            throw Problem.unavailable("the login session has no cookie");
        }
        return cookie;
    }
}
