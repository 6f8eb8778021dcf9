package dev.sekisho.control.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Actor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for every answer, whatever the route.
@Tag("C03")
class WebServerTest {
    private static final int FILE_BYTES = 16 << 20;

    private record Note(String text) {
        private Note {
            if (text.length() > 100_000) {
                throw new IllegalArgumentException("a note has 100000 characters at most");
            }
        }
    }

    private static final List<Route> ROUTES = List.of(
            Route.get("/note", "Read")
                    .access(Access.anyone())
                    .answers(Note.class)
                    .by(_ -> new Note("hello")),
            Route.post("/note", "Write")
                    .access(Access.anyone())
                    .body(Note.class)
                    .answers(Note.class)
                    .by(request -> request.body(Note.class)),
            Route.post("/file", "Send a file")
                    .access(Access.anyone())
                    .upload(FILE_BYTES, "text/csv")
                    .answers(Note.class)
                    .by(request -> new Note(String.valueOf(request.upload().bytes().length))),
            Route.get("/broken", "Fail").access(Access.anyone()).by(_ -> {
                throw new IllegalStateException("the password is hunter2");
            }),
            Route.post("/elsewhere", "Come back")
                    .access(Access.elsewhere())
                    .form("text", "what to say")
                    .answers(Note.class)
                    .by(request -> new Note(request.form("text").orElse("nothing")
                            + request.maybePrincipal().map(Principal::name).orElse(" by nobody"))),
            Route.get("/from", "Say where it comes from")
                    .access(Access.anyone())
                    .answers(Note.class)
                    .by(request -> new Note(request.source())),
            Route.get("/mine", "Mine")
                    .by(request -> new Note(request.principal().name())));

    private final AtomicLong nanos = new AtomicLong();
    private WebServer server = start(WebOptions.plain());

    private static WebServer start(WebOptions options) {
        return WebServer.start(options, ROUTES, List.of(WebServerTest::token), InstantSource.system());
    }

    private static Optional<Authenticator.Authenticated> token(Authenticator.Credentials shown) {
        return shown.bearer()
                .map(name -> new Authenticator.Authenticated(
                        new Principal(
                                Optional.of(name),
                                name,
                                Actor.Via.TOKEN,
                                name,
                                Set.of(),
                                true,
                                Optional.empty(),
                                "127.0.0.1"),
                        Optional.empty()));
    }

    @BeforeEach
    void restart() {
        server.close();
        server = start(WebOptions.plain()
                .withHosts(() -> HostNames.of(List.of("portal.example")))
                .withLimits(RateLimits.standard(nanos::get)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Http get(String path, String... headers) throws IOException {
        return Http.send(server.port(), "GET", path, headers);
    }

    @Test
    void answersCarryTheHeadersOfData() throws Exception {
        Http answer = get("/api/v1/note");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"text\":\"hello\"}");
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(answer.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(answer.header("X-Request-Id")).matches("[0-9a-f]{16}");
        assertThat(answer.header("Server")).isEmpty();
    }

    @Test
    void whereARequestComesFromIsWrittenAsEverywhere() throws Exception {
        assertThat(get("/api/v1/from").body()).contains("\"127.0.0.1\"");
        InetAddress loopback = InetAddress.ofLiteral("::1");
        try (WebServer six = start(WebOptions.plain().withListen(new InetSocketAddress(loopback, 0)));
                Socket socket = new Socket(loopback, six.port())) {
            assertThat(Http.over(socket, "GET", "/api/v1/from", "").body()).contains("\"::1\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9, 203.0.113.9",
        "[2001:db8:0:0:0:0:0:1], 2001:db8::1",
        "2001:db8:0:0:0:0:0:1, 2001:db8::1",
        "[fe80:0:0:0:0:0:0:1%eth0], fe80::1%eth0",
        "[2001:db8:0:0:0:0:0:1, [2001:db8:0:0:0:0:0:1",
        "[::nonsense], ::nonsense"
    })
    void addressesAreShortAndWithoutBrackets(String given, String expected) {
        assertThat(Source.text(given)).isEqualTo(expected);
    }

    @Test
    @Tag("A11")
    void whomAPageOfAnotherSiteSendsIsNobody() throws Exception {
        Http answer = Http.sendBody(
                server.port(),
                "POST",
                "/api/v1/elsewhere",
                "text=%C3%A4+b",
                "Content-Type: application/x-www-form-urlencoded",
                "Origin: https://evil.example",
                "Sec-Fetch-Site: cross-site",
                "Authorization: Bearer ada",
                "Cookie: __Host-sekisho=ada");
        assertThat(answer.body()).contains("by nobody").doesNotContain("ada");
        assertThat(answer.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /api/v1/nothing, 404, not-found",
        "GET,    /api,            404, not-found",
        "DELETE, /api/v1/note,    405, method-not-allowed",
        "POST,   /index.html,     404, not-found",
        "HEAD,   /api/v1/note,    405, ''",
        "GET,    /api/v1/broken,  500, failed",
        "GET,    /api/v1/mine,    401, unauthenticated"
    })
    void errorsAreProblemDocuments(String method, String path, int status, String code) throws Exception {
        Http answer = Http.send(server.port(), method, path);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).contains(code).doesNotContain("hunter2");
    }

    @Test
    void whatTheHttpLayerRefusesIsAProblemDocumentToo() throws Exception {
        Http answer = get("/api/v1/note", "X-Long: " + "x".repeat(20_000));
        assertThat(answer.status()).isEqualTo(431);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "portal.example.evil.example", "", "a b", "[::1", "portal.example:x"})
    @Tag("A11")
    void foreignNamesAreNotAnswered(String host) throws Exception {
        assertThat(get("/api/v1/note", "Host: " + host).status()).isIn(400, 421);
        assertThat(get("/", "Host: " + host).status()).isIn(400, 421);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "portal.example",
                "PORTAL.example:8443",
                "portal.example.",
                "localhost",
                "192.0.2.1:8443",
                "[2001:db8::1]:1"
            })
    void ownNamesAndAddressesAreAnswered(String host) throws Exception {
        assertThat(get("/api/v1/note", "Host: " + host).status()).isEqualTo(200);
    }

    /// Longer than what a connection holds by itself: without an end that takes it, the one who sends sees a broken
    /// connection before they look for the answer.
    @Test
    void whoSendsTooMuchGetsAnAnswer() throws Exception {
        String body = "x".repeat(FILE_BYTES + (FILE_BYTES >> 1));
        Http answer = Http.sendBody(server.port(), "POST", "/api/v1/file", body, "Content-Type: text/csv");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).contains(FILE_BYTES + " bytes at most");
    }

    @Test
    @Tag("A13")
    void bodiesHaveLimits() throws Exception {
        String json = "Content-Type: application/json";
        String path = "/api/v1/note";
        assertThat(Http.sendBody(server.port(), "POST", path, "{\"text\":\"a\"}", json)
                        .status())
                .isEqualTo(200);
        String long1 = "{\"text\":\"" + "x".repeat(RequestBody.MAX_BYTES) + "\"}";
        assertThat(Http.sendBody(server.port(), "POST", path, "x", json, "Content-Length: 2000000")
                        .status())
                .isIn(400, 413);
        assertThat(Http.sendBody(server.port(), "POST", path, long1, json).status())
                .isEqualTo(413);
        assertThat(Http.sendBody(server.port(), "POST", path, "zip", json, "Content-Encoding: gzip")
                        .status())
                .isEqualTo(415);
        assertThat(Http.sendBody(server.port(), "POST", path, "text=a").status())
                .isEqualTo(415);
        String deep = "{\"text\":" + "[".repeat(100_000) + "}";
        assertThat(Http.sendBody(server.port(), "POST", path, deep, json).status())
                .isEqualTo(400);
        assertThat(Http.send(server.port(), "POST", path, json).status()).isEqualTo(400);
    }

    @Test
    void loginsAreRarerThanReads() throws Exception {
        Http last = get("/api/v1/note");
        for (int i = 0; i < 31; i++) {
            last = Http.sendBody(
                    server.port(), "POST", "/api/v1/note", "{\"text\":\"a\"}", "Content-Type: application/json");
        }
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.header("Retry-After")).isEqualTo("2");
        assertThat(get("/api/v1/note").status()).isEqualTo(200);
        nanos.addAndGet(2_000_000_000L);
        assertThat(Http.sendBody(
                                server.port(),
                                "POST",
                                "/api/v1/note",
                                "{\"text\":\"a\"}",
                                "Content-Type: application/json")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theDocumentAndTheServerHaveTheSameRoutes() {
        List<Route> all = OpenApi.withDocument(ROUTES, "1");
        try (WebServer one = WebServer.start(WebOptions.plain(), all, List.of(), InstantSource.fixed(Instant.EPOCH))) {
            assertThat(one.served())
                    .containsExactlyInAnyOrder(all.stream()
                            .map(route -> route.method() + " " + Route.BASE + route.path())
                            .toArray(String[]::new));
        }
    }

    @Test
    void aBuildWithoutPortalSaysSo() throws Exception {
        server.close();
        server = start(WebOptions.plain().withPortal(PortalFiles.below("/nowhere")));
        Http answer = get("/");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).contains("has no portal in it");
    }

    @Test
    @Tag("C02")
    void thePortalIsServed() throws Exception {
        server.close();
        server = start(WebOptions.plain().withPortal(PortalFiles.below("/portal-of-test")));
        for (String page : List.of("/", "/devices", "/devices/1/edit")) {
            Http index = get(page);
            assertThat(index.status()).isEqualTo(200);
            assertThat(index.body()).contains("the portal of the test");
            assertThat(index.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
            assertThat(index.header("Content-Security-Policy"))
                    .contains("script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(index.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(get(page, "If-None-Match: " + index.header("ETag")).status())
                    .isEqualTo(304);
        }
        Http asset = get("/assets/main-1a2b.js");
        assertThat(asset.header("Cache-Control")).contains("immutable");
        assertThat(asset.header("Content-Type")).startsWith("text/javascript");
        Http packed = get("/assets/main-1a2b.js", "Accept-Encoding: gzip, br");
        assertThat(packed.header("Content-Encoding")).isEqualTo("br");
        assertThat(packed.body()).startsWith("brotli");
        assertThat(get("/sw.js").header("Service-Worker-Allowed")).isEqualTo("/");
        assertThat(get("/manifest.webmanifest").header("Content-Type")).isEqualTo("application/manifest+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret.txt",
                "/%2e%2e/secret.txt",
                "/assets/..%2fsecret.txt",
                "/.env.txt",
                "/assets//main-1a2b.js",
                "/missing.js",
                "/dev/sekisho/control/store/migrations/V001__audit.sql",
                "/index.html%00.js",
                "/a.class"
            })
    void nothingElseOfTheClassPathIsServed(String path) throws Exception {
        server.close();
        server = start(WebOptions.plain().withPortal(PortalFiles.below("/portal-of-test")));
        assertThat(get(path).status()).isIn(400, 404);
    }
}
