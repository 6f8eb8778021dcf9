package dev.sekisho.control.login;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.token.Tokens;
import dev.sekisho.control.user.User;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The REST face of logging in: what a client sees before, names and passwords, codes of the command line.
public final class LoginApi {
    private static final int MAX_NAME = 256;

    /// Longer ones are not looked at: no password that was ever set is as long.
    private static final int MAX_PASSWORD = 4 * PasswordRules.MAX_CHARS;

    private static final int MAX_CLIENT = 300;

    private final Parts parts;
    private final InstantSource clock;

    /// What the API needs.
    ///
    /// @param setUp whether the network settings were saved once, which ends the first run
    /// @param version the server's
    public record Parts(
            UnitOfWork work,
            LoginStore store,
            Logins logins,
            SessionViews views,
            Directories directories,
            DeviceCodes deviceCodes,
            BooleanSupplier setUp,
            String version) {}

    public LoginApi(Parts parts, InstantSource clock) {
        this.parts = parts;
        this.clock = clock;
    }

    /// A way to log in.
    ///
    /// @param kind `internal`, `ldap`, `oidc` or `saml`
    public record Method(String id, String kind, String label) {}

    /// What anybody may know of the server.
    ///
    /// @param needsSetup whether the first run is not over: nobody has saved the network settings yet
    public record ServerView(
            String name, String version, boolean needsSetup, List<Method> loginMethods, Instant time) {}

    /// A name and a password.
    ///
    /// @param directory identity of a login method; without, `internal`
    public record Login(String user, String password, Optional<String> directory) {
        public Login {
            if (user.isEmpty() || user.length() > MAX_NAME) {
                throw new IllegalArgumentException("a name has 1 to " + MAX_NAME + " characters");
            }
            if (password.length() > MAX_PASSWORD) {
                throw new IllegalArgumentException("no password is as long");
            }
        }

        @Override
        public String toString() {
            return "Login[hidden]";
        }
    }

    /// A command line.
    ///
    /// @param client how it describes itself
    public record NewDeviceCode(String client) {
        public NewDeviceCode {
            if (client.isBlank() || client.length() > MAX_CLIENT) {
                throw new IllegalArgumentException("a description has 1 to " + MAX_CLIENT + " characters");
            }
        }
    }

    /// A code for a command line.
    ///
    /// @param deviceCode for the command line only
    /// @param userCode for the person
    public record DeviceCodeView(
            String deviceCode, String userCode, String verificationPath, long intervalSeconds, long expiresSeconds) {
        @Override
        public String toString() {
            return "DeviceCodeView[hidden]";
        }
    }

    /// A command line's own code.
    public record Redeem(String deviceCode) {
        @Override
        public String toString() {
            return "Redeem[hidden]";
        }
    }

    /// The token of a command line; given out once.
    ///
    /// @param id by which it is revoked
    public record TokenView(String id, String token) {
        static TokenView of(Tokens.Created created) {
            return new TokenView(created.token().id(), created.secret());
        }

        @Override
        public String toString() {
            return "TokenView[hidden]";
        }
    }

    /// A command line that waits.
    public record WaitingView(String userCode, String client, String source, Instant expiresAt) {}

    /// A decision about a command line.
    public record Decision(String userCode, boolean approve) {}

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/server", "Show what anybody may know of the server")
                        .access(Access.anyone())
                        .answers(ServerView.class)
                        .by(_ -> server()),
                Route.post("/login", "Log in with name and password")
                        .access(Access.anyone())
                        .body(Login.class)
                        .answers(SessionViews.View.class)
                        .by(this::login),
                Route.post("/device-codes", "Ask for a code that lets a command line in")
                        .access(Access.anyone())
                        .body(NewDeviceCode.class)
                        .answers(DeviceCodeView.class)
                        .by(this::startDeviceCode),
                Route.post("/device-codes/token", "Get the token of a command line that was let in")
                        .access(Access.anyone())
                        .body(Redeem.class)
                        .answers(TokenView.class)
                        .by(request -> TokenView.of(parts.deviceCodes()
                                .redeem(request.body(Redeem.class).deviceCode(), request.source()))),
                Route.get("/device-codes/{userCode}", "Show the command line that waits with a code")
                        .answers(WaitingView.class)
                        .by(this::waiting),
                Route.post("/device-codes/approve", "Let a command line in, or refuse it")
                        .access(Access.user().withStepUp())
                        .body(Decision.class)
                        .by(this::decide));
    }

    private Object server() {
        List<Method> methods = new ArrayList<>();
        methods.add(new Method(User.INTERNAL, User.INTERNAL, "Name and password"));
        parts.directories()
                .all()
                .forEach(directory -> methods.add(new Method(directory.id(), directory.kind(), directory.label())));
        return new ServerView("Sekisho", parts.version(), !parts.setUp().getAsBoolean(), methods, clock.instant());
    }

    private Object login(Request request) {
        Login login = request.body(Login.class);
        Sessions.Client client = new Sessions.Client(
                request.cookie(Cookies.SESSION), request.cookie(Cookies.DEVICE), request.source(), request.userAgent());
        Sessions.Opened opened =
                parts.logins().login(new Logins.Attempt(login.user(), login.password(), login.directory(), client));
        return parts.views().opened(opened);
    }

    private Object startDeviceCode(Request request) {
        DeviceCodes.Started started =
                parts.deviceCodes().start(request.body(NewDeviceCode.class).client(), request.source());
        return Answer.of(new DeviceCodeView(
                started.secret(),
                started.userCode(),
                "/device",
                DeviceCodes.INTERVAL.toSeconds(),
                DeviceCodes.LIFE.toSeconds()));
    }

    private Object waiting(Request request) {
        DeviceCode code = parts.deviceCodes().find(request.principal(), request.path("userCode"));
        return new WaitingView(code.userCode(), code.client(), code.source(), code.expiresAt());
    }

    private Object decide(Request request) {
        Decision decision = request.body(Decision.class);
        parts.deviceCodes().decide(request.principal(), decision.userCode(), decision.approve());
        return Answer.none();
    }
}
