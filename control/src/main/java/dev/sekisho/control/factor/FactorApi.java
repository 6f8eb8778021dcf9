package dev.sekisho.control.factor;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Json;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The REST face of second factors.
public final class FactorApi {
    private static final String KINDS = "totp, passkey or recovery";

    private final UnitOfWork work;
    private final Users users;
    private final SecondFactors factors;
    private final MyFactors mine;
    private final FactorPolicies policies;
    private final PolicyEffects effects;
    private final LoginProgress progress;

    /// What the API needs.
    ///
    /// @param progress is told when a second factor was shown while it was set up
    public record Parts(
            UnitOfWork work,
            Users users,
            SecondFactors factors,
            MyFactors mine,
            FactorPolicies policies,
            PolicyEffects effects,
            LoginProgress progress) {}

    public FactorApi(Parts parts) {
        work = parts.work();
        users = parts.users();
        factors = parts.factors();
        mine = parts.mine();
        policies = parts.policies();
        effects = parts.effects();
        progress = parts.progress();
    }

    /// A second factor as clients see it.
    ///
    /// @param kind `totp`, `passkey` or `recovery`
    public record View(
            String id,
            String kind,
            String name,
            boolean confirmed,
            Optional<Instant> createdAt,
            Optional<Instant> lastUsedAt) {}

    /// A name for something new.
    public record Named(String name) {
        public Named {
            name = Factor.checkName(name);
        }
    }

    /// A typed code.
    public record Code(String code) {
        @Override
        public String toString() {
            return "Code[hidden]";
        }
    }

    /// An authenticator app to be set up; shown once.
    ///
    /// @param secret in base 32, for typing
    /// @param uri the same for apps
    /// @param qrSvg the same as QR code
    public record NewAppView(String id, String secret, String uri, String qrSvg) {
        @Override
        public String toString() {
            return "NewAppView[" + id + "]";
        }
    }

    /// A passkey that a browser has made.
    ///
    /// @param credential the browser's `RegistrationResponseJSON`
    public record NewPasskey(String name, Map<String, Object> credential) {
        public NewPasskey {
            name = Factor.checkName(name);
        }
    }

    /// Recovery codes; shown once.
    public record Codes(List<String> codes) {
        @Override
        public String toString() {
            return "Codes[hidden]";
        }
    }

    /// All policies.
    public record Policies(List<FactorPolicy> items) {
        public Policies {
            items = List.copyOf(items);
        }
    }

    /// The routes.
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(myRoutes());
        routes.addAll(List.of(
                Route.get("/users/{id}/factors", "List the second factors of a user")
                        .access(Permission.VIEW_USERS)
                        .query("kind", KINDS)
                        .pages(View.class)
                        .by(request ->
                                list(request, users.find(request.path("id")).id())),
                Route.post("/users/{id}/reset-factors", "Remove all second factors of a user who lost them")
                        .access(Access.to(Permission.MANAGE_USERS).withStepUp())
                        .by(this::reset),
                Route.get("/factor-policies", "Say who must have which second factor")
                        .access(Permission.VIEW_USERS)
                        .query("q", "part of the scope: default, role:NAME or directory:ID")
                        .query("required", "always, privileged or never")
                        .pages(FactorPolicy.class)
                        .by(this::policies),
                Route.post("/factor-policies/effects", "Say what such policies would do to the people there are")
                        .access(Permission.MANAGE_SETTINGS)
                        .body(Policies.class)
                        .answers(PolicyEffects.Effects.class)
                        .by(request -> effects.of(
                                request.principal(),
                                request.body(Policies.class).items())),
                Route.put("/factor-policies", "Replace who must have which second factor")
                        .access(Access.to(Permission.MANAGE_SETTINGS).withStepUp())
                        .body(Policies.class)
                        .lists(FactorPolicy.class)
                        .by(this::replacePolicies)));
        return routes;
    }

    private List<Route> myRoutes() {
        return List.of(
                Route.get("/me/factors", "List my second factors")
                        .query("kind", KINDS)
                        .pages(View.class)
                        .by(request -> list(request, request.principal().requireUser())),
                Route.post("/me/factors/totp", "Set up an authenticator app")
                        .access(Access.login())
                        .body(Named.class)
                        .answers(NewAppView.class)
                        .by(this::addApp),
                Route.post("/me/factors/totp/{id}/confirm", "Confirm an authenticator app by its first code")
                        .access(Access.login())
                        .body(Code.class)
                        .by(this::confirmApp),
                Route.post("/me/factors/passkey/options", "Get what a browser needs to make a passkey")
                        .access(Access.login())
                        .body(Named.class)
                        .answers(PasskeyOptions.Creation.class)
                        .by(request -> mine.passkeyOptions(
                                request.principal(), request.body(Named.class).name())),
                Route.post("/me/factors/passkey", "Keep a passkey that a browser has made")
                        .access(Access.login())
                        .body(NewPasskey.class)
                        .answers(View.class)
                        .by(this::addPasskey),
                Route.post("/me/factors/recovery", "Replace my recovery codes")
                        .access(Access.login().withStepUp())
                        .answers(Codes.class)
                        .by(request -> new Codes(mine.newRecoveryCodes(request.principal()))),
                Route.delete("/me/factors/{id}", "Remove one of my second factors")
                        .access(Access.user().withStepUp())
                        .by(this::remove));
    }

    private Object policies(Request request) {
        return ShortList.of(request, policies.all())
                .text(FactorPolicy::scope)
                .oneOf("required", List.of("always", "privileged", "never"), FactorPolicy::required)
                .upwards(FactorPolicy::scope);
    }

    private Object list(Request request, String userId) {
        List<View> all = work.read(transaction -> {
            List<View> views = new ArrayList<>();
            factors.of(transaction, userId).forEach(factor -> views.add(view(factor)));
            long left = factors.recoveryCodes(transaction, userId);
            if (left > 0) {
                String kind = Kind.RECOVERY.label();
                views.add(new View(kind, kind, left + " codes left", true, Optional.empty(), Optional.empty()));
            }
            return views;
        });
        // Identities are in the order of making; what has none comes last.
        return ShortList.of(request, all)
                .oneOf("kind", List.of("totp", "passkey", "recovery"), View::kind)
                .upwards(View::id);
    }

    private static View view(Factor factor) {
        return new View(
                factor.id(),
                factor.kind().label(),
                factor.name(),
                factor.confirmed(),
                Optional.of(factor.createdAt()),
                factor.lastUsedAt());
    }

    private Object addApp(Request request) {
        MyFactors.NewApp app =
                mine.addApp(request.principal(), request.body(Named.class).name());
        return new NewAppView(app.id(), app.secret(), app.uri(), QrSvg.of(app.uri()));
    }

    private Object confirmApp(Request request) {
        mine.confirmApp(
                request.principal(),
                request.path("id"),
                request.body(Code.class).code());
        return withCookie(Answer.none(), request, Kind.TOTP);
    }

    private Object addPasskey(Request request) {
        NewPasskey wanted = request.body(NewPasskey.class);
        Factor factor = mine.addPasskey(request.principal(), Json.text(wanted.credential()));
        return withCookie(Answer.created("/me/factors/" + factor.id(), view(factor)), request, Kind.PASSKEY);
    }

    /// Whoever has just shown a second factor while setting it up need not show it again.
    private Answer withCookie(Answer answer, Request request, Kind kind) {
        return progress.proved(request.principal(), kind)
                .map(cookie -> answer.header("Set-Cookie", cookie))
                .orElse(answer);
    }

    private Object remove(Request request) {
        mine.remove(request.principal(), request.path("id"));
        return Answer.none();
    }

    private Object reset(Request request) {
        User user = users.find(request.path("id"));
        mine.reset(request.principal(), user.id());
        return Answer.none();
    }

    private Object replacePolicies(Request request) {
        effects.replace(request.principal(), request.body(Policies.class).items());
        return policies.all();
    }
}
