package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Attacks on logins and login sessions, over HTTPS on the whole server (threats A03 to A09).
@Tag("A01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoginAttackTest {
    private static final String WRONG = "not the password at all";

    private ServerSite site;
    private Visitor admin;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException, GeneralSecurityException {
        site = ServerSite.start(directory);
        admin = site.admin();
    }

    @AfterAll
    void end() {
        site.close();
    }

    private Http status(String... headers) throws IOException, GeneralSecurityException {
        return site.visitor().raw("GET", "/api/v1/status", "", headers);
    }

    @Test
    void forgedCookiesAndTokensOpenNothing() throws Exception {
        String real = admin.session();
        assertThat(status("Cookie: __Host-sekisho=" + real).status()).isEqualTo(200);
        List<String> forged = List.of(
                "Cookie: __Host-sekisho=" + real.toUpperCase(java.util.Locale.ROOT),
                "Cookie: __Host-sekisho=" + real.substring(1),
                "Cookie: __Host-sekisho=" + real + "x",
                "Cookie: __Host-sekisho=",
                "Cookie: __Host-sekisho=' OR '1'='1",
                "Cookie: __Host-sekisho=" + "A".repeat(real.length()),
                "Cookie: __host-sekisho=" + real,
                "Cookie: sekisho=" + real,
                "Authorization: Bearer " + real,
                "Authorization: Bearer ",
                "Authorization: Bearer sk_" + "A".repeat(43),
                "Authorization: Basic YWRtaW46YWRtaW4=",
                "X-Forwarded-User: admin",
                "X-Original-URL: /api/v1/server");
        for (String header : forged) {
            assertThat(status(header).status())
                    .as(header.replaceFirst("=.*", ""))
                    .isEqualTo(401);
        }
    }

    @Test
    void oddMethodsAndPathsAreNoWayRoundTheGate() throws Exception {
        Visitor nobody = site.visitor();
        for (String path : List.of(
                "/api/v1/status/",
                "/api/v1//status",
                "/api/v1/./status",
                "/api/v1/server/../status",
                "/api/v1/%73tatus",
                "/api/v1/status;x=/server",
                "/API/V1/status",
                "//api/v1/status",
                "/api/v1/status%2f",
                "/api/v1/status?x=/server")) {
            Http answer = nobody.raw("GET", path, "");
            assertThat(answer.body()).as(path).doesNotContain("startedAt");
        }
        for (String method : List.of("HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get")) {
            assertThat(nobody.raw(method, "/api/v1/status", "").status())
                    .as(method)
                    .isGreaterThanOrEqualTo(400);
        }
        assertThat(nobody.raw("POST", "/api/v1/users", "{}", "X-HTTP-Method-Override: GET")
                        .status())
                .isEqualTo(401);
    }

    @Test
    @Tag("A08")
    void theSecretOfASessionChangesAtEveryStepAndTheOldOneIsDead() throws Exception {
        Map<String, Object> made =
                admin.json("POST", "/users", Json.text(Map.of("name", "fixed", "roles", List.of("user"))));
        String oneTime = String.valueOf(made.get("initialPassword"));
        Visitor visitor = site.visitor();
        visitor.steal("A".repeat(admin.session().length()), "");
        String planted = visitor.session();
        visitor.login("fixed", oneTime);
        String first = visitor.session();
        visitor.json("POST", "/session/password", Json.text(Map.of("current", oneTime, "next", ServerSite.PASSWORD)));
        String second = visitor.session();
        visitor.addApp();
        String third = visitor.session();
        visitor.stepUp();
        String fourth = visitor.session();
        assertThat(List.of(planted, first, second, third, fourth)).doesNotHaveDuplicates();
        for (String dead : List.of(planted, first, second, third)) {
            assertThat(status("Cookie: __Host-sekisho=" + dead).status()).isEqualTo(401);
        }
        assertThat(status("Cookie: __Host-sekisho=" + fourth).status()).isEqualTo(200);
    }

    @Test
    @Tag("A08")
    void cookiesAreForThisHostForHttpsForNoScriptAndForNoOtherPage() throws Exception {
        Visitor visitor = site.visitor();
        Http answer = visitor.raw(
                "POST",
                "/api/v1/login",
                Json.text(Map.of("user", "admin", "password", ServerSite.PASSWORD)),
                "Content-Type: application/json");
        assertThat(answer.header("set-cookie").split("\n"))
                .isNotEmpty()
                .allMatch(line -> line.matches(
                        "__Host-sekisho[a-z-]*=[^;]*; Max-Age=\\d+; Path=/; Secure; HttpOnly; SameSite=Strict"));
    }

    @Test
    @Tag("A07")
    void loggingOutEndsTheSessionAtOnceForAThiefAsWell() throws Exception {
        Visitor person = site.somebody(admin, "leaver", "user");
        String secret = person.session();
        assertThat(status("Cookie: __Host-sekisho=" + secret).status()).isEqualTo(200);
        assertThat(person.call("DELETE", "/session", "").status()).isEqualTo(204);
        assertThat(status("Cookie: __Host-sekisho=" + secret).status()).isEqualTo(401);
    }

    @Test
    @Tag("A09")
    void anotherPageCantActForSomebodyWhoIsLoggedIn() throws Exception {
        String body = Json.text(Map.of("displayName", "forged"));
        String cookie = "Cookie: __Host-sekisho=" + admin.session();
        String json = "Content-Type: application/json";
        String token = "X-CSRF-Token: " + admin.csrf();
        List<String[]> forged = List.of(
                new String[] {cookie, json},
                new String[] {cookie, json, "X-CSRF-Token: "},
                new String[] {cookie, json, "X-CSRF-Token: null"},
                new String[] {cookie, json, token, "Origin: https://evil.example"},
                new String[] {cookie, json, token, "Origin: null"},
                new String[] {cookie, json, token, "Origin: https://localhost.evil.example"},
                new String[] {cookie, json, token, "Sec-Fetch-Site: cross-site"},
                new String[] {cookie, json, token, "Sec-Fetch-Site: same-site"});
        for (String[] headers : forged) {
            assertThat(site.visitor().raw("PATCH", "/api/v1/me", body, headers).status())
                    .as(headers[headers.length - 1])
                    .isEqualTo(403);
        }
        assertThat(site.visitor()
                        .raw("PATCH", "/api/v1/me", body, cookie, "Content-Type: text/plain", token)
                        .status())
                .isEqualTo(415);
        assertThat(admin.get("/session").body()).doesNotContain("forged");
    }

    @Test
    @Tag("A11")
    void aForeignNameIsRefusedOnPagesAndOnTheApi() throws Exception {
        Visitor nobody = site.visitor();
        for (String host :
                List.of("evil.example", "localhost.evil.example", "evil.example:443", "localhost@evil", "")) {
            for (String path : List.of("/api/v1/server", "/", "/index.html")) {
                assertThat(nobody.raw("GET", path, "", "Host: " + host).status())
                        .as(host + path)
                        .isIn(400, 421);
            }
        }
        assertThat(nobody.raw("GET", "/api/v1/server", "", "Host: portal.example")
                        .status())
                .isEqualTo(200);
        assertThat(nobody.raw("GET", "/api/v1/server", "", "Host: localhost", "Host: evil.example")
                        .status())
                .isEqualTo(400);
    }

    @Test
    @Tag("A06")
    void nobodyCanTellWhoThereIs() throws Exception {
        site.somebody(admin, "known", "user");
        Map<String, Object> gone =
                admin.json("POST", "/users", Json.text(Map.of("name", "gone", "roles", List.of("user"))));
        admin.json("POST", "/users/" + gone.get("id") + "/disable", "");
        admin.json("POST", "/users", Json.text(Map.of("name", "elsewhere", "directory", directory())));
        List<String> names = List.of("known", "unknown", "gone", "elsewhere", "KNOWN", "known ", "' OR '1'='1");
        assertThat(answers(names, Map.of())).hasSize(1).allMatch(answer -> answer.startsWith("401 "));
        // Nobody listens where this directory should be, which is told whoever asks for whomever.
        assertThat(answers(names, Map.of("directory", directory())))
                .hasSize(1)
                .allMatch(answer -> answer.startsWith("503 "));
    }

    /// The identity of a directory that can't be reached.
    private String directory() throws IOException {
        List<?> known = ServerSite.items(admin.json("GET", "/directories", ""), "items");
        if (!known.isEmpty()) {
            return String.valueOf(((Map<?, ?>) known.getFirst()).get("id"));
        }
        Map<String, String> settings = Map.of(
                "url", "ldap://127.0.0.1:9",
                "plain", "true",
                "baseDn", "dc=example,dc=org",
                "userFilter", "(uid={0})");
        Map<String, Object> made = admin.json(
                "POST",
                "/directories",
                Json.text(Map.of("name", "Nowhere", "kind", "ldap", "enabled", true, "settings", settings)));
        return String.valueOf(made.get("id"));
    }

    /// What a wrong password is answered with, for each of the names, without repetitions.
    private Set<String> answers(List<String> names, Map<String, String> more) throws Exception {
        Set<String> answers = new HashSet<>();
        for (String name : names) {
            Map<String, Object> body = new HashMap<>(more);
            body.putAll(Map.of("user", name, "password", WRONG));
            Http answer = site.visitor().post("/login", body);
            Map<String, String> headers = new TreeMap<>(answer.headers());
            headers.keySet().removeAll(List.of("date", "x-request-id"));
            answers.add(answer.status() + " " + headers + " " + answer.body());
        }
        return answers;
    }

    /// Ten failures lock out names that nobody has as well.
    @Test
    @Tag("A06")
    void aLockOutTellsNothingEither() throws Exception {
        site.somebody(admin, "there", "user");
        List<String> names = List.of("there", "not-there");
        for (int i = 0; i < 10; i++) {
            assertThat(answers(names, Map.of())).hasSize(1).allMatch(answer -> answer.startsWith("401 "));
        }
        assertThat(answers(names, Map.of())).hasSize(1).allMatch(answer -> answer.startsWith("429 "));
    }

    @Test
    @Tag("A12")
    void guessingIsLockedOutAlsoAfterARestartAndOthersAreNot() throws Exception {
        Visitor known = site.somebody(admin, "target", "user");
        for (int i = 0; i < 10; i++) {
            assertThat(site.visitor().login("target", WRONG).status()).isEqualTo(401);
        }
        Http right = site.visitor().login("target", ServerSite.PASSWORD);
        assertThat(right.status()).as("the right password, from elsewhere").isIn(401, 429);
        site.restart();
        assertThat(site.visitor().login("target", ServerSite.PASSWORD).status())
                .as("after a restart")
                .isEqualTo(right.status());
        assertThat(known.get("/session").status()).as("who is logged in stays").isEqualTo(200);
        assertThat(known.login("target", ServerSite.PASSWORD).status())
                .as("from a device that is known")
                .isEqualTo(200);
        site.pass(Duration.ofMinutes(16));
        assertThat(site.visitor().login("target", ServerSite.PASSWORD).status())
                .as("a quarter of an hour later")
                .isEqualTo(200);
    }

    @Test
    @Tag("A03")
    void aCodeOpensOneOfManyLoginsThatShowItAtOnce() throws Exception {
        Visitor owner = site.somebody(admin, "twice", "user");
        List<Visitor> thieves = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Visitor thief = site.visitor();
            assertThat(thief.login("twice", ServerSite.PASSWORD).status()).isEqualTo(200);
            thieves.add(thief);
        }
        String body = Json.text(Map.of("kind", "totp", "code", owner.code()));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = thieves.stream()
                    .map(thief -> threads.submit(
                            () -> thief.call("POST", "/session/factor", body).status()))
                    .toList();
            int opened = 0;
            for (Future<Integer> one : all) {
                int status = one.get();
                assertThat(status).isIn(200, 400, 429);
                opened += status == 200 ? 1 : 0;
            }
            assertThat(opened).isEqualTo(1);
        }
        assertThat(owner.call("POST", "/session/factor", body).status())
                .as("later")
                .isIn(400, 429);
    }

    @Test
    @Tag("A10")
    void anIncompleteLoginReachesNothingButItself() throws Exception {
        site.somebody(admin, "half", "user");
        Visitor half = site.visitor();
        assertThat(half.login("half", ServerSite.PASSWORD).status()).isEqualTo(200);
        for (String path :
                List.of("/users", "/status", "/sessions", "/tokens", "/me/devices", "/challenges", "/events")) {
            assertThat(half.get(path).status()).as(path).isEqualTo(403);
        }
        assertThat(half.get("/session").status()).isEqualTo(200);
    }
}
