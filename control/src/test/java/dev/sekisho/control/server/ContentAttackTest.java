package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Attacks by what is stored, searched and asked for, over HTTPS on the whole server (threats A10, A12, C01, C17, P10,
/// P11, P14).
@Tag("C03")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContentAttackTest {
    private static final String API_POLICY =
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
    private static final String PAGE_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
                    + " connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self';"
                    + " base-uri 'none'; frame-ancestors 'none'";
    private static final String CANARY = "canary-4c81f0";

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

    private Map<String, Object> make(String path, Map<String, ?> body) throws IOException {
        return admin.json("POST", path, Json.text(body));
    }

    @Test
    @Tag("A12")
    void scriptsInStoredTextsComeBackAsTextOnly() throws Exception {
        String script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
        make("/users", Map.of("name", "scripted", "displayName", script, "roles", List.of("user")));
        make(
                "/roles",
                Map.of("name", "scripted", "description", script, "permissions", List.of(), "parents", List.of()));
        make("/resources", Map.of("name", "scripted", "cidr", "10.9.0.1/32", "ports", "22", "description", script));
        make("/secrets", Map.of("name", "scripted", "kind", "text", "value", "v", "description", script));
        for (String path : List.of("/users?q=scripted", "/roles", "/resources", "/secrets", "/audit?q=scripted")) {
            Http answer = admin.get(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.header("content-type")).as(path).startsWith("application/json");
            isHardened(path, answer);
        }
        assertThat(admin.get("/users?q=scripted").body()).contains(Json.text(script));
        Http error = admin.get("/users/" + "%3Cscript%3Ealert(1)%3C%2Fscript%3E");
        assertThat(error.header("content-type")).isEqualTo("application/problem+json");
        isHardened("an error", error);
    }

    private static void isHardened(String what, Http answer) {
        assertThat(answer.header("x-content-type-options")).as(what).isEqualTo("nosniff");
        assertThat(answer.header("content-security-policy")).as(what).isEqualTo(API_POLICY);
        assertThat(answer.header("cache-control")).as(what).isEqualTo("no-store");
        assertThat(answer.header("x-frame-options")).as(what).isEqualTo("DENY");
        assertThat(answer.header("access-control-allow-origin")).as(what).isEmpty();
        assertThat(answer.header("server")).as(what).isEmpty();
    }

    @Test
    @Tag("A12")
    void pagesRunOnlyWhatIsServedFromHereAndStandInNoFrame() throws Exception {
        Http page = site.visitor().raw("GET", "/users?next=//evil.example", "");
        assertThat(page.header("content-security-policy")).isEqualTo(PAGE_POLICY);
        assertThat(page.header("x-frame-options")).isEqualTo("DENY");
        assertThat(page.header("location")).isEmpty();
        assertThat(page.body()).doesNotContain("evil.example");
    }

    @Test
    @Tag("C17")
    void sqlInSearchesIsText() throws Exception {
        make("/users", Map.of("name", "percent%sign", "roles", List.of("user")));
        for (String path :
                List.of("/users?q=", "/resources?q=", "/grants?q=", "/devices?q=", "/audit?q=", "/audit?actor=")) {
            for (String text : List.of(
                    "%27%20OR%20%271%27=%271",
                    "%27)%20OR%201=1--", "x%27;DROP%20TABLE%20app_user;--", "zz%25", "_____________")) {
                Http answer = admin.get(path + text);
                assertThat(answer.status()).as(path + text).isEqualTo(200);
                assertThat(ServerSite.object(answer.body()).get("items"))
                        .as(path + text)
                        .isEqualTo(List.of());
            }
        }
        assertThat(admin.get("/users?q=percent%25").body()).contains("percent%sign");
        String cursor = Base64.getUrlEncoder()
                .encodeToString("' OR '1'='1' UNION SELECT * FROM app_user --".getBytes(StandardCharsets.UTF_8));
        assertThat(admin.get("/users?limit=1&cursor=" + cursor).status()).isIn(200, 400);
        assertThat(admin.get("/users?limit=1&sort=name;DROP").status()).isIn(200, 400);
        assertThat(admin.get("/users").body()).contains("\"admin\"");
    }

    @Test
    @Tag("P11")
    void noPathLeavesThePortal() throws Exception {
        Visitor nobody = site.visitor();
        for (String path : List.of(
                "/../../../../etc/passwd",
                "/..%2f..%2fetc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/assets/../../../../etc/passwd.txt",
                "/assets/..%5c..%5cweb.txt",
                "/assets//etc/passwd.txt",
                "/.git/config.txt",
                "/index.html%00.txt",
                "/dev/sekisho/control/server/Server.class",
                "/db/sqlite/V001__audit.sql",
                "/META-INF/MANIFEST.MF",
                "file:///etc/passwd")) {
            Http answer = nobody.raw("GET", path, "");
            assertThat(answer.status()).as(path).isIn(400, 404, 421);
            assertThat(answer.body()).as(path).doesNotContain("root:").doesNotContain("CREATE TABLE");
        }
    }

    @Test
    @Tag("P10")
    void alertsGoNowhereInsideTheHostOrItsNetwork() throws Exception {
        try (ServerSocket inside = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            int port = inside.getLocalPort();
            List<String> places = List.of(
                    "http://127.0.0.1:" + port + "/",
                    "http://localhost:" + port + "/",
                    "http://[::1]:" + port + "/",
                    "http://0.0.0.0:" + port + "/",
                    "http://2130706433:" + port + "/",
                    "http://0x7f000001:" + port + "/",
                    "http://127.1:" + port + "/",
                    "http://[::ffff:127.0.0.1]:" + port + "/",
                    "http://169.254.169.254/latest/meta-data/",
                    "http://10.0.0.1/",
                    "http://user@127.0.0.1:" + port + "/",
                    "file:///etc/passwd",
                    "gopher://127.0.0.1:" + port + "/");
            for (String place : places) {
                Http made = admin.post(
                        "/alert-channels",
                        Map.of(
                                "name",
                                place,
                                "kind",
                                "http",
                                "settings",
                                Map.of("url", place),
                                "events",
                                List.of("*"),
                                "enabled",
                                false));
                if (made.status() == 201) {
                    String id = String.valueOf(ServerSite.object(made.body()).get("id"));
                    Http tested = admin.call("POST", "/alert-channels/" + id + "/test", "");
                    assertThat(tested.body()).as(place).contains("\"ok\":false");
                } else {
                    assertThat(made.status()).as(place).isEqualTo(400);
                }
            }
            inside.setSoTimeout(1);
            assertThat(accepts(inside)).as("a connection").isFalse();
        }
    }

    private static boolean accepts(ServerSocket socket) throws IOException {
        try {
            socket.accept().close();
            return true;
        } catch (SocketTimeoutException none) {
            return false;
        }
    }

    @Test
    @Tag("C01")
    void noSecretComesBackFromAnyRouteOrStandsInAnyFile() throws Exception {
        admin.stepUp();
        String token = admin.token("canary", "VIEW USERS");
        make("/secrets", Map.of("name", "canary", "kind", "text", "value", CANARY + "-secret"));
        make(
                "/alert-channels",
                Map.of(
                        "name",
                        "canary",
                        "kind",
                        "ntfy",
                        "settings",
                        Map.of("url", "https://ntfy.example/x", "token", CANARY + "-ntfy"),
                        "events",
                        List.of("secret.*"),
                        "enabled",
                        false));
        admin.json(
                "PUT",
                "/mail/settings",
                Json.text(Map.of(
                        "host", "127.0.0.1",
                        "port", 9,
                        "security", "none",
                        "user", "mailer",
                        "password", CANARY + "-mail",
                        "from", "sekisho@a.example")));
        List<String> secrets = List.of(CANARY, token, ServerSite.PASSWORD, admin.session());
        Map<String, String> answers = everyGet();
        assertThat(answers).hasSizeGreaterThan(40);
        answers.forEach((path, body) -> secrets.forEach(secret ->
                assertThat(body.contains(secret)).as("a secret in " + path).isFalse()));
        try (Stream<Path> files = Files.walk(site.state())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                secrets.forEach(secret -> assertThat(bytes.contains(secret))
                        .as("a secret in " + file.getFileName())
                        .isFalse());
            }
        }
    }

    /// The answers of all routes that read, with identities of what there is.
    private Map<String, String> everyGet() throws IOException {
        Map<String, String> answers = new LinkedHashMap<>();
        Map<?, ?> paths = ServerSite.inner(admin.json("GET", "/openapi.json", ""), "paths");
        for (Object key : paths.keySet()) {
            String path = String.valueOf(key).replaceFirst("^/api/v1", "");
            boolean reads = ((Map<?, ?>) Objects.requireNonNull(paths.get(key))).containsKey("get");
            if (reads && !path.contains("{") && !path.equals("/events")) {
                String body = admin.get(path).body();
                answers.put(path, body);
                for (String id : ids(body)) {
                    for (String more : List.of("", "/factors", "/members", "/users", "/proof")) {
                        if (paths.containsKey(key + "/{id}" + more)) {
                            answers.put(
                                    path + "/" + id + more,
                                    admin.get(path + "/" + id + more).body());
                        }
                    }
                }
            }
        }
        return answers;
    }

    private static List<String> ids(String body) {
        List<String> ids = new ArrayList<>();
        if (body.startsWith("{\"items\"") && ServerSite.object(body).get("items") instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> map && map.get("id") instanceof String id && ids.size() < 5) {
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    @Test
    @Tag("A10")
    void whatIsSomebodyElsesIsNotThere() throws Exception {
        Visitor alice = site.somebody(admin, "alice", "user", "default_wireguard_user");
        Visitor bob = site.somebody(admin, "bob", "user", "default_wireguard_user");
        String session = firstId(alice.get("/sessions"));
        String factor = firstId(alice.get("/me/factors"));
        alice.stepUp();
        alice.token("mine");
        String token = firstId(alice.get("/tokens"));
        alice.json("POST", "/me/devices", Json.text(Map.of("name", "laptop")));
        String device = firstId(alice.get("/me/devices"));
        String userId = String.valueOf(
                ServerSite.inner(alice.json("GET", "/session", ""), "user").get("id"));
        bob.stepUp();
        for (String path : List.of(
                "/sessions/" + session,
                "/me/factors/" + factor,
                "/tokens/" + token,
                "/devices/" + device,
                "/users/" + userId)) {
            assertThat(bob.call("DELETE", path, "").status()).as(path).isIn(403, 404);
        }
        for (String path : List.of(
                "/sessions?user=" + userId,
                "/tokens?owner=" + userId,
                "/devices/" + device,
                "/users/" + userId,
                "/users/" + userId + "/factors",
                "/challenges?scope=all",
                "/audit",
                "/secrets")) {
            assertThat(bob.get(path).status()).as(path).isIn(403, 404);
        }
        assertThat(bob.post("/devices/" + device + "/reset-key", Map.of()).status())
                .isIn(403, 404);
        assertThat(bob.call("PATCH", "/devices/" + device, Json.text(Map.of("name", "stolen")))
                        .status())
                .isIn(403, 404);
        assertThat(bob.call("PATCH", "/me", Json.text(Map.of("id", userId, "displayName", "x")))
                        .status())
                .as("an identity of somebody else in one's own body")
                .isEqualTo(400);
        assertThat(bob.call("PATCH", "/me", Json.text(Map.of("roles", List.of("Administrator"))))
                        .status())
                .isEqualTo(400);
        assertThat(alice.get("/session").status()).isEqualTo(200);
        assertThat(alice.get("/me/devices").body()).contains("laptop");
        assertThat(firstId(alice.get("/tokens"))).isEqualTo(token);
        assertThat(firstId(alice.get("/me/factors"))).isEqualTo(factor);
    }

    private static String firstId(Http answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return ids(answer.body()).getFirst();
    }
}
