package dev.sekisho.control.directory.oidc;

import dev.sekisho.control.directory.redirect.LocalPath;
import dev.sekisho.control.directory.redirect.LoginOutcome;
import dev.sekisho.control.directory.redirect.LoginReturn;
import dev.sekisho.control.directory.redirect.PendingLogins;
import dev.sekisho.control.directory.redirect.SessionOpener;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import java.util.List;
import java.util.Optional;

/// The REST face of logins at OpenID providers.
public final class OidcApi {
    /// Where providers send browsers back to.
    static final String CALLBACK = Route.BASE + "/login/oidc/callback";

    /// What a browser keeps during a login. It has to come along when the provider sends the browser back, so it is
    /// `Lax` and not `Strict`.
    static final String COOKIE = "__Host-sekisho-oidc";

    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax";

    private final OidcLogins logins;
    private final SessionOpener sessions;

    public OidcApi(OidcLogins logins, SessionOpener sessions) {
        this.logins = logins;
        this.sessions = sessions;
    }

    /// A login to be begun.
    ///
    /// @param directory identity of a login method
    /// @param target where it goes on in the portal; without, at its first page
    public record Start(String directory, Optional<String> target) {}

    /// Where the browser goes.
    public record StartView(String url) {}

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.post("/login/oidc/start", "Begin a login at an OpenID provider")
                        .access(Access.anyone())
                        .body(Start.class)
                        .answers(StartView.class)
                        .by(this::start),
                Route.get("/login/oidc/callback", "Come back from an OpenID provider")
                        .access(Access.anyone())
                        .query("state", "which login")
                        .query("code", "what the provider gives for it")
                        .query("error", "why it gives nothing")
                        .query("iss", "which provider")
                        .answers(new Route.Shape.Nothing())
                        .by(this::finish));
    }

    private Object start(Request request) {
        Start start = request.body(Start.class);
        OidcLogins.Started started =
                logins.start(start.directory(), start.target().orElse(LocalPath.HOME), request.source());
        return Answer.of(new StartView(started.url()))
                .header(
                        "Set-Cookie",
                        COOKIE + "=" + started.browser() + "; Max-Age=" + PendingLogins.LIFE.toSeconds() + ATTRIBUTES);
    }

    private Object finish(Request request) {
        LoginOutcome outcome = logins.finish(new OidcLogins.Callback(
                request.query("state"),
                request.query("code"),
                request.query("error"),
                request.query("iss"),
                request.cookie(COOKIE)));
        return new LoginReturn(sessions, 302, COOKIE + "=; Max-Age=0" + ATTRIBUTES).of(outcome, request);
    }
}
