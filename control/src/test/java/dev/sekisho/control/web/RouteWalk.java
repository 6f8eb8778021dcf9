package dev.sekisho.control.web;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.policy.Permission;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Walks all routes as everybody who may come: nobody, somebody in the middle of a login, a user without the
/// permission,
/// one with no other, one who gave no second factor; and with what other pages would send. Handlers are not run: it is
/// the gate before them that is tested, on the routes that the server really has.
public final class RouteWalk implements AutoCloseable {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final String TOKEN = "csrf";

    private final List<Route> routes;
    private final WebServer server;
    private final List<String> wrong = new ArrayList<>();

    /// @param routes as the server has them
    public RouteWalk(List<Route> routes) {
        this(routes, List.of(RouteWalk::who), InstantSource.fixed(NOW));
    }

    /// @param routes as the server has them
    /// @param authenticators as the server has them, for [#findings(Somebody)]
    public RouteWalk(List<Route> routes, List<Authenticator> authenticators, InstantSource clock) {
        this.routes = List.copyOf(routes);
        List<Route> stubs =
                routes.stream().map(route -> route.by(_ -> Answer.none())).toList();
        WebOptions options = WebOptions.plain().withHosts(() -> HostNames.of(List.of("portal.example")));
        this.server = WebServer.start(options, stubs, authenticators, clock);
    }

    /// Somebody who has logged in completely and has just given a second factor, or comes with a token.
    ///
    /// @param may what they are allowed to do
    /// @param headers what they show
    public record Somebody(String name, Set<Permission> may, List<String> headers) {
        public Somebody {
            headers = List.copyOf(headers);
        }
    }

    /// Walks as somebody. What they should be answered follows from what a route declares, and from nothing else.
    ///
    /// @return what was answered otherwise than it should, one line each
    public List<String> findings(Somebody somebody) throws IOException {
        for (Route route : routes) {
            boolean let =
                    route.access().permission().map(somebody.may()::contains).orElse(true);
            Set<Integer> statuses = let ? lets(route) : Set.of(403);
            expect(route, somebody.name(), statuses, somebody.headers().toArray(String[]::new));
        }
        List<String> findings = List.copyOf(wrong);
        wrong.clear();
        return findings;
    }

    /// Whoever has too many event streams open already was let in, too.
    private static Set<Integer> lets(Route route) {
        return route.answer() instanceof Route.Shape.Events ? Set.of(200, 429) : Set.of(204);
    }

    private static int through(Route route) {
        return route.answer() instanceof Route.Shape.Events ? 200 : 204;
    }

    /// `incomplete`, `without:PERMISSION`, `with:PERMISSION` and `stale:PERMISSION`, whose second factor is long ago.
    private static Optional<Authenticator.Authenticated> who(Authenticator.Credentials shown) {
        return shown.sessionCookie().map(cookie -> {
            String kind = cookie.replaceFirst(":.*", "");
            String permission = cookie.contains(":") ? cookie.replaceFirst(".*:", "") : "";
            return new Authenticator.Authenticated(
                    new Principal(
                            Optional.of("u1"),
                            "ada",
                            Actor.Via.SESSION,
                            cookie,
                            permissions(kind, permission),
                            !kind.equals("incomplete"),
                            Optional.of(kind.equals("stale") ? NOW.minusSeconds(3600) : NOW),
                            shown.source()),
                    Optional.of(TOKEN));
        });
    }

    private static Set<Permission> permissions(String kind, String permission) {
        if (permission.isEmpty()) {
            return EnumSet.noneOf(Permission.class);
        }
        EnumSet<Permission> one = EnumSet.of(Permission.valueOf(permission));
        return kind.equals("without") ? EnumSet.complementOf(one) : one;
    }

    /// Walks.
    ///
    /// @return what was answered otherwise than it should, one line each
    public List<String> findings() throws IOException {
        for (Route route : routes) {
            walk(route);
        }
        return wrong;
    }

    private void walk(Route route) throws IOException {
        Access access = route.access();
        boolean elsewhere = access.kind() == Access.Kind.ELSEWHERE;
        boolean open = access.kind() == Access.Kind.ANYONE || elsewhere;
        boolean login = access.kind() == Access.Kind.LOGIN;
        String permission = access.permission().map(Permission::name).orElse("");
        int through = through(route);
        expect(route, "nobody", open ? through : 401);
        expect(route, "incomplete", open || login ? through : 403, session("incomplete"));
        if (!permission.isEmpty()) {
            expect(route, "without permission", 403, session("without:" + permission));
        }
        expect(route, "with permission", through, session("with:" + permission));
        if (access.stepUp()) {
            expect(route, "with an old second factor", 403, session("stale:" + permission));
        }
        expect(route, "by a foreign name", 421, "Host: evil.example", session("with:" + permission)[0]);
        if (elsewhere) {
            expect(route, "across sites", through, "Origin: https://evil.example", "Sec-Fetch-Site: cross-site");
        } else if (!Gate.isSafe(route.method())) {
            expect(route, "without a CSRF token", 403, session("with:" + permission)[0]);
            expect(route, "with a wrong CSRF token", 403, session("with:" + permission)[0], "X-CSRF-Token: other");
            expect(
                    route,
                    "from a foreign page",
                    403,
                    with(session("with:" + permission), "Origin: https://evil.example"));
            expect(route, "from a page without origin", 403, with(session("with:" + permission), "Origin: null"));
            expect(route, "across sites", 403, with(session("with:" + permission), "Sec-Fetch-Site: cross-site"));
        }
    }

    private static String[] session(String who) {
        return new String[] {"Cookie: __Host-sekisho=" + who, "X-CSRF-Token: " + TOKEN};
    }

    private static String[] with(String[] headers, String more) {
        return new String[] {headers[0], headers[1], more};
    }

    private void expect(Route route, String who, int status, String... headers) throws IOException {
        expect(route, who, Set.of(status), headers);
    }

    private void expect(Route route, String who, Set<Integer> statuses, String... headers) throws IOException {
        String path = Route.BASE + route.path().replaceAll("\\{[A-Za-z]+\\}", "1");
        Http answer = Http.send(server.port(), route.method(), path, headers);
        if (!statuses.contains(answer.status())) {
            wrong.add(route.method() + " " + route.path() + " " + who + ": " + answer.status() + " instead of "
                    + statuses);
        }
        boolean isProblem = answer.header("content-type").equals("application/problem+json");
        if (answer.status() >= 400 && !isProblem) {
            wrong.add(route.method() + " " + route.path() + " " + who + ": no problem document");
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
