package dev.sekisho.control.login;

import dev.sekisho.control.factor.Kind;
import dev.sekisho.control.factor.PasskeyOptions;
import dev.sekisho.control.factor.Proof;
import dev.sekisho.control.factor.SecondFactors;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Json;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The REST face of login sessions: my own while it goes through its stages, and the list of them.
public final class SessionApi {
    private static final int MAX_CODE = 64;

    /// A new password.
    ///
    /// @param revokeTokens true: one's API tokens are revoked, too
    public record NewPassword(String current, String next, Optional<Boolean> revokeTokens) {
        @Override
        public String toString() {
            return "NewPassword[hidden]";
        }
    }

    /// A second factor that is typed.
    ///
    /// @param kind `totp`, `recovery` or `email`
    public record TypedFactor(String kind, String code) {
        public TypedFactor {
            if (Kind.of(kind).filter(known -> known != Kind.PASSKEY).isEmpty()) {
                throw new IllegalArgumentException("kind is totp, recovery or email");
            }
            if (code.length() > MAX_CODE) {
                throw new IllegalArgumentException("no code is as long");
            }
        }

        Proof proof() {
            return Proof.code(Kind.of(kind).orElseThrow(), code);
        }

        @Override
        public String toString() {
            return "TypedFactor[" + kind + "]";
        }
    }

    /// A passkey that is shown.
    ///
    /// @param credential the browser's `AuthenticationResponseJSON`
    public record ShownPasskey(Map<String, Object> credential) {}

    /// A login session in the list.
    ///
    /// @param place where its address is on earth, as `Vienna, Austria`, when the server knows
    /// @param current whether it is the one that asks
    public record Listed(
            String id,
            String method,
            Instant createdAt,
            Instant seenAt,
            Instant expiresAt,
            String source,
            Optional<String> place,
            String userAgent,
            boolean current) {}

    private final Sessions sessions;
    private final SessionViews views;
    private final Logins logins;
    private final SecondFactors factors;
    private final Places places;

    /// @param places where those are who logged in
    public SessionApi(Sessions sessions, SessionViews views, Logins logins, SecondFactors factors, Places places) {
        this.places = places;
        this.sessions = sessions;
        this.views = views;
        this.logins = logins;
        this.factors = factors;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/session", "Show my login session")
                        .access(Access.login())
                        .answers(SessionViews.View.class)
                        .by(this::show),
                Route.delete("/session", "Log out").access(Access.login()).by(this::logout),
                Route.post("/session/password", "Change my password")
                        .access(Access.login())
                        .body(NewPassword.class)
                        .answers(SessionViews.View.class)
                        .by(this::changePassword),
                Route.post("/session/factor", "Show a second factor that is typed")
                        .access(Access.login())
                        .body(TypedFactor.class)
                        .answers(SessionViews.View.class)
                        .by(request -> showFactor(
                                request, request.body(TypedFactor.class).proof())),
                Route.post("/session/factor/email", "Get a code by mail")
                        .access(Access.login())
                        .by(this::mailCode),
                Route.post("/session/passkey/options", "Get what a browser needs to show a passkey")
                        .access(Access.login())
                        .answers(PasskeyOptions.Request.class)
                        .by(request -> factors.passkeyOptions(user(request))),
                Route.post("/session/passkey", "Show a passkey")
                        .access(Access.login())
                        .body(ShownPasskey.class)
                        .answers(SessionViews.View.class)
                        .by(request -> showFactor(
                                request,
                                new Proof.Passkey(Json.text(
                                        request.body(ShownPasskey.class).credential())))),
                Route.get("/sessions", "List my login sessions, or those of somebody else")
                        .query("user", "identity of a user; needs MANAGE TOKENS")
                        .query("q", "part of the address, the browser or how the login was done")
                        .pages(Listed.class)
                        .by(this::list),
                Route.delete("/sessions/{id}", "End a login session").by(this::revoke));
    }

    /// Also the moment at which a browser gets a new secret for new permissions, or is remembered as known; one answer
    /// carries one cookie.
    private Object show(Request request) {
        Principal by = request.principal();
        Optional<String> fresh = sessions.refresh(by);
        Optional<String> cookie =
                fresh.isPresent() ? fresh : sessions.rememberDevice(by, request.cookie(Cookies.DEVICE));
        Answer answer = Answer.of(views.of(by));
        return cookie.map(value -> answer.header("Set-Cookie", value)).orElse(answer);
    }

    private Object logout(Request request) {
        sessions.logout(request.principal());
        return Answer.none().header("Set-Cookie", Cookies.noSession()).header("Clear-Site-Data", "\"cache\"");
    }

    private Object changePassword(Request request) {
        NewPassword wanted = request.body(NewPassword.class);
        String cookie = logins.changePassword(
                request.principal(),
                wanted.current(),
                wanted.next(),
                wanted.revokeTokens().orElse(false));
        return Answer.of(views.of(request.principal())).header("Set-Cookie", cookie);
    }

    private Object showFactor(Request request, Proof proof) {
        String cookie = logins.showFactor(request.principal(), proof);
        return Answer.of(views.of(request.principal())).header("Set-Cookie", cookie);
    }

    private Object mailCode(Request request) {
        factors.mailCode(request.principal().actor(), user(request));
        return Answer.none();
    }

    /// The user of a login session; tokens have no second factors to show.
    private String user(Request request) {
        return sessions.state(request.principal()).user().id();
    }

    private Object list(Request request) {
        Principal by = request.principal();
        String user = request.query("user").orElseGet(by::requireUser);
        return ShortList.of(request, sessions.of(by, user))
                .text(session -> session.source() + " " + session.userAgent() + " " + session.method())
                .downwards(LoginSession::id)
                .map(session -> new Listed(
                        session.id(),
                        session.method(),
                        session.createdAt(),
                        session.seenAt(),
                        session.expiresAt(),
                        session.source(),
                        places.of(session.source()),
                        session.userAgent(),
                        session.id().equals(by.credentialId())));
    }

    private Object revoke(Request request) {
        sessions.revoke(request.principal(), request.path("id"));
        return Answer.none();
    }
}
