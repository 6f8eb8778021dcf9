package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.RouteWalk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every route that the server has, asked by whom it is not for and with what it does not expect (threats A09, A10,
/// A11, C17).
@Tag("C03")
class AllRoutesTest {
    private static final List<String> ODD_IDS = List.of(
            "%00",
            "a%00b",
            "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "%27%20OR%20%271%27=%271",
            "%3Cscript%3E",
            "%0d%0aX-Injected:%20yes",
            "%ED%A0%80",
            "%FF%FE",
            "-1",
            "9".repeat(40),
            "x".repeat(2_000),
            "admin",
            "1;DROP%20TABLE%20app_user",
            "%E2%80%AE");

    private static final List<String> ODD_QUERIES = List.of(
            "%00",
            "%27%20OR%201=1%20--",
            "%25",
            "_",
            "%5C",
            "-1",
            "0",
            "99999999999999999999",
            "x".repeat(3_000),
            "AAAA",
            "AGEAYg",
            "%ED%A0%80",
            "2026-13-45",
            "%3Cscript%3E",
            "%0d%0aX-Injected:%20yes");

    private static final List<String> NO_JSON = List.of(
            "{",
            "[]",
            "null",
            "\"x\"",
            "1",
            "{}{}",
            "{\"a\":1,\"a\":2}",
            "[".repeat(50_000),
            "\u00ff\u00fe",
            "{'a':1}");

    @TempDir
    Path directory = Path.of("");

    private final List<String> wrong = new ArrayList<>();

    @Test
    @Tag("C01")
    void everyRouteLetsInWhomItShouldAndNobodyElse() throws Exception {
        try (WiredRoutes wired = new WiredRoutes(ServerSite.stateIn(directory), Optional.empty());
                RouteWalk walk = new RouteWalk(wired.routes())) {
            assertThat(wired.routes()).hasSizeGreaterThan(100);
            assertThat(walk.findings()).isEmpty();
        }
    }

    @Test
    void whatOnlyAnyoneMaySeeIsListedHere() throws Exception {
        try (WiredRoutes wired = new WiredRoutes(ServerSite.stateIn(directory), Optional.empty())) {
            assertThat(wired.routes().stream()
                            .filter(route -> route.access().kind() == Access.Kind.ANYONE
                                    || route.access().kind() == Access.Kind.ELSEWHERE)
                            .map(route -> route.method() + " " + route.path()))
                    .as("a route for anybody is added with a reason, and here")
                    .allMatch(OPEN::contains);
        }
    }

    private static final Set<String> OPEN = Set.of(
            "GET /server",
            "POST /login",
            "POST /login/oidc/start",
            "GET /login/oidc/callback",
            "POST /login/saml/start",
            "POST /login/saml/acs",
            "GET /login/saml/metadata",
            "POST /device-codes",
            "POST /device-codes/token",
            "POST /challenges/{id}/link",
            "POST /challenges/{id}/link/approve",
            "POST /challenges/{id}/link/deny",
            "POST /device-links/{id}/look",
            "POST /device-links/{id}/fetch",
            "GET /licences",
            "GET /openapi.json",
            "GET /openapi.yaml");

    @Test
    @Tag("D02")
    void oddRequestsAreRefusedWithReasonsOnSqlite() throws Exception {
        try (WiredRoutes wired = new WiredRoutes(ServerSite.stateIn(directory), Optional.empty())) {
            walk(wired, true);
        }
        assertThat(wrong).isEmpty();
    }

    /// What databases differ in: texts, not the types that come before them.
    @Test
    @Tag("D02")
    void oddTextsAreRefusedWithReasonsOnPostgresql() throws Exception {
        try (TestDatabase database = TestDatabases.postgresql();
                WiredRoutes wired = new WiredRoutes(ServerSite.stateIn(directory), database.url())) {
            walk(wired, false);
        }
        assertThat(wrong).isEmpty();
    }

    private void walk(WiredRoutes wired, boolean types) throws IOException {
        for (Route route : wired.routes()) {
            if (route.answer() instanceof Route.Shape.Events) {
                continue;
            }
            ids(wired, route);
            queries(wired, route);
            if (route.body().isPresent()) {
                bodies(wired, route, route.body().get(), types);
            }
        }
    }

    private void ids(WiredRoutes wired, Route route) throws IOException {
        String plain =
                route.body().map(type -> Json.text(BodyMaker.plain(type))).orElse("");
        if (route.path().contains("{")) {
            for (String id : ODD_IDS) {
                send(wired, route, path(route, id), plain);
            }
        }
    }

    private void queries(WiredRoutes wired, Route route) throws IOException {
        for (Route.Parameter parameter : route.query()) {
            for (String value : ODD_QUERIES) {
                send(wired, route, path(route, "1") + "?" + parameter.name() + "=" + value, "");
            }
        }
    }

    private void bodies(WiredRoutes wired, Route route, Class<?> type, boolean types) throws IOException {
        Set<String> seen = new LinkedHashSet<>(types ? NO_JSON : List.of());
        for (Map<String, Object> body : types ? BodyMaker.wrong(type) : BodyMaker.oddTexts(type)) {
            seen.add(ascii(Json.text(body)));
        }
        for (String body : seen) {
            send(wired, route, path(route, "1"), body);
        }
        for (String more : List.of("id", "admin", "@class", "__proto__")) {
            Map<String, Object> plain = BodyMaker.plain(type);
            if (plain.putIfAbsent(more, "u1") == null) {
                Http answer = send(wired, route, path(route, "1"), Json.text(plain));
                if (answer.status() < 400) {
                    wrong.add(route.method() + " " + route.path() + " took the unknown field " + more);
                }
            }
        }
    }

    private static String path(Route route, String id) {
        return Route.BASE + route.path().replaceAll("\\{[A-Za-z]+\\}", id);
    }

    private static String ascii(String json) {
        StringBuilder text = new StringBuilder();
        json.chars().forEach(c -> text.append(c < 127 ? String.valueOf((char) c) : String.format("\\u%04x", c)));
        return text.toString();
    }

    private Http send(WiredRoutes wired, Route route, String path, String body) throws IOException {
        Http answer = body.isEmpty()
                ? Http.send(wired.port(), route.method(), path)
                : Http.sendBody(wired.port(), route.method(), path, body, "Content-Type: application/json");
        boolean problem = answer.header("content-type").equals("application/problem+json");
        boolean fair = answer.status() < 500 || answer.status() == 503;
        if (!fair
                || (answer.status() >= 400 && !problem)
                || !answer.header("x-injected").isEmpty()) {
            wrong.add(route.method() + " " + cut(path) + " " + cut(body) + ": " + answer.status() + " "
                    + answer.header("content-type"));
        }
        return answer;
    }

    private static String cut(String text) {
        String bytes = new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
        return bytes.length() > 160 ? bytes.substring(0, 160) + ".." : bytes;
    }
}
