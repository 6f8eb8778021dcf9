package dev.sekisho.control.directory.oidc;

import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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
                logins.start(start.directory(), start.target().orElse(LocalPath.HOME));
        return Answer.of(new StartView(started.url()))
                .header(
                        "Set-Cookie",
                        COOKIE + "=" + started.browser() + "; Max-Age=" + OidcLogins.LIFE.toSeconds() + ATTRIBUTES);
    }

    private Object finish(Request request) {
        OidcLogins.Outcome outcome = logins.finish(new OidcLogins.Callback(
                request.query("state"),
                request.query("code"),
                request.query("error"),
                request.query("iss"),
                request.cookie(COOKIE)));
        return switch (outcome) {
            case OidcLogins.Outcome.Identified identified -> enter(identified, request);
            case OidcLogins.Outcome.Failed failed -> back(failed.text());
        };
    }

    private Answer enter(OidcLogins.Outcome.Identified identified, Request request) {
        try {
            String cookie = sessions.open(identified.directory(), identified.user(), request);
            return to(identified.target(), cookie);
        } catch (Problem e) {
            return back(e.detail());
        }
    }

    private static Answer back(String text) {
        return to(
                "/login?error="
                        + URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20"),
                COOKIE + "=; Max-Age=0" + ATTRIBUTES);
    }

    private static Answer to(String path, String cookie) {
        return new Answer(
                302,
                Optional.empty(),
                Map.of(
                        "Location",
                        path,
                        "Set-Cookie",
                        cookie,
                        "Cache-Control",
                        "no-store",
                        "Referrer-Policy",
                        "no-referrer"));
    }
}
