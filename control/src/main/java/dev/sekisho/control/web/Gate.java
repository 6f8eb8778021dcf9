package dev.sekisho.control.web;

import dev.sekisho.control.audit.Actor;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The one place where it is decided whether a request may reach its handler: who is asking, from which page, with
/// which permission. Thread-safe.
final class Gate {
    /// How long a second factor counts for dangerous actions.
    static final Duration STEP_UP = Duration.ofMinutes(5);

    /// The login session's cookie. The prefix makes browsers insist on HTTPS, this host and the root path.
    static final String COOKIE = "__Host-sekisho";

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final String BEARER = "Bearer ";

    private final List<Authenticator> authenticators;
    private final InstantSource clock;

    Gate(List<Authenticator> authenticators, InstantSource clock) {
        this.authenticators = List.copyOf(authenticators);
        this.clock = clock;
    }

    /// Lets the request in or throws.
    ///
    /// @return who is asking; empty only on routes for anyone, and always on those for pages of other sites
    Optional<Principal> admit(Route route, Context context) {
        if (route.access().kind() == Access.Kind.ELSEWHERE) {
            return Optional.empty();
        }
        Optional<Authenticator.Authenticated> found = authenticate(credentials(context));
        if (!isSafe(route.method())) {
            refuseForeignPages(context);
            found.flatMap(Authenticator.Authenticated::csrfToken).ifPresent(token -> requireToken(context, token));
        }
        Optional<Principal> principal = found.map(Authenticator.Authenticated::principal);
        if (route.access().kind() != Access.Kind.ANYONE) {
            require(route, principal.orElseThrow(() -> Problem.unauthenticated("log in first")));
        }
        return principal;
    }

    /// What the request shows. A token counts, and the cookie beside it then not.
    static Authenticator.Credentials credentials(Context context) {
        Optional<String> cookie = Optional.ofNullable(context.cookie(COOKIE));
        Optional<String> bearer = Optional.ofNullable(context.header("Authorization"))
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip());
        return new Authenticator.Credentials(
                bearer.isPresent() ? Optional.empty() : cookie,
                bearer,
                Source.of(context),
                String.valueOf(context.userAgent()));
    }

    /// Whether the same request as before would still be let in, and as whom: for answers that take long.
    Optional<Principal> readmit(Route route, Authenticator.Credentials credentials) {
        return authenticate(credentials)
                .map(Authenticator.Authenticated::principal)
                .filter(principal -> {
                    try {
                        require(route, principal);
                        return true;
                    } catch (Problem refused) {
                        return false;
                    }
                });
    }

    /// Whether a method changes nothing.
    static boolean isSafe(String method) {
        return SAFE.contains(method);
    }

    private Optional<Authenticator.Authenticated> authenticate(Authenticator.Credentials credentials) {
        for (Authenticator authenticator : authenticators) {
            Optional<Authenticator.Authenticated> found = authenticator.authenticate(credentials);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// Browsers say where a request comes from; what comes from another page is none of ours.
    private static void refuseForeignPages(Context context) {
        String origin = context.header("Origin");
        String site = context.header("Sec-Fetch-Site");
        boolean foreignOrigin = origin != null && !origin.equals("https://" + context.host());
        boolean foreignSite = site != null && !site.equals("same-origin") && !site.equals("none");
        if (foreignOrigin || foreignSite) {
            throw Problem.forbidden("foreign-origin", "the request comes from another page");
        }
    }

    private static void requireToken(Context context, String token) {
        String sent = String.valueOf(context.header("X-CSRF-Token"));
        if (!MessageDigest.isEqual(sent.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8))) {
            throw Problem.forbidden("csrf", "the X-CSRF-Token header is missing or not that of this login");
        }
    }

    private void require(Route route, Principal principal) {
        Access access = route.access();
        if (access.kind() == Access.Kind.USER && !principal.complete()) {
            throw Problem.forbidden("login-incomplete", "finish the login first");
        }
        access.permission().ifPresent(permission -> {
            if (!principal.may(permission)) {
                throw Problem.forbidden("this needs the permission " + permission.label());
            }
        });
        if (access.stepUp() && principal.via() == Actor.Via.SESSION && !isFresh(principal)) {
            throw Problem.forbidden("step-up-required", "confirm with your second factor first");
        }
    }

    private boolean isFresh(Principal principal) {
        return principal
                .secondFactorAt()
                .filter(at -> at.isAfter(clock.instant().minus(STEP_UP)))
                .isPresent();
    }
}
