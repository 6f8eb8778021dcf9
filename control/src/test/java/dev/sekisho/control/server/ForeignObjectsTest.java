package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What belongs to somebody, asked for by somebody else with the same roles (threat A10): every operation of the
/// server's own document that has an identity in its path answers as it does for an identity that nobody has. An
/// operation without an object of another user to try it on fails the test.
@Tag("C01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignObjectsTest {
    /// Of the form of an identity, but nobody's.
    private static final String NOBODYS = "01zzzzzzzzzzzzzzzzzzzzzzzz";

    /// Another one, for whatever whoever lacks the permission may not even ask for.
    private static final String ANYTHING = "01yyyyyyyyyyyyyyyyyyyyyyyy";

    private static final String[] ROLES = {"user", "default_wireguard_user"};

    /// Not anybody's object: the code in the path is what proves that its command line may be looked at.
    private static final Set<String> NOT_OWNED = Set.of("GET /device-codes/{userCode}");

    /// Bodies that are right but for whose object it is; `{}` where none is listed.
    private static final Map<String, String> BODIES = Map.of(
            "/device-links/{id}/look", "{\"secret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
            "/device-links/{id}/fetch", "{\"secret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
            "/challenges/{id}/approve", "{\"number\":11}",
            "/challenges/{id}/deny", "{\"report\":true}",
            "/challenges/{id}/link", "{\"secret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
            "/challenges/{id}/link/approve", "{\"secret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
            "/challenges/{id}/link/deny",
                    "{\"secret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"report\":true}",
            "/me/factors/totp/{id}/confirm", "{\"code\":\"123456\"}");

    /// Where a list or a view tells the owner that all is still there.
    private static final List<String> OWN = List.of(
            "/me/devices", "/me/factors", "/sessions", "/tokens", "/push/subscriptions", "/requests", "/challenges");

    private ServerSite site;
    private AskingSide asking;
    private Visitor owner;
    private Visitor stranger;

    /// Identities of the owner's objects by the path up to them.
    private final Map<String, String> objects = new HashMap<>();

    private List<Operation> operations = List.of();

    private record Operation(String method, String path, Optional<String> permission, boolean hasBody) {
        String name() {
            return method + " " + path;
        }

        /// The path up to the first identity: what kind of object it is about.
        String object() {
            return path.substring(0, path.indexOf('}') + 1);
        }

        String at(String id) {
            return path.replaceAll("\\{[A-Za-z]+\\}", id);
        }
    }

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        site = ServerSite.start(directory);
        Visitor admin = site.admin();
        admin.json(
                "POST",
                "/resources",
                Json.text(Map.of(
                        "name",
                        "ledger",
                        "cidr",
                        "10.7.0.1/32",
                        "ports",
                        "443",
                        "requestableBy",
                        List.of("user"),
                        "ticketPattern",
                        "")));
        owner = site.somebody(admin, "owner", ROLES);
        stranger = site.somebody(admin, "stranger", ROLES);
        owner.stepUp();
        make();
        asking = AskingSide.open(site.state(), site::now);
        objects.put("/challenges/{id}", ask().split(" ", -1)[0]);
        operations = operations(admin.json("GET", "/openapi.json", ""));
        stranger.stepUp();
    }

    @AfterAll
    void end() {
        asking.close();
        site.close();
    }

    private String ask() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(asking.url() + "/owner"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private String made(String path, Map<String, ?> body) throws IOException {
        return String.valueOf(owner.json("POST", path, Json.text(body)).get("id"));
    }

    private void make() throws Exception {
        Map<String, Object> device = owner.json("POST", "/me/devices", Json.text(Map.of("name", "laptop")));
        objects.put(
                "/devices/{id}",
                String.valueOf(ServerSite.inner(device, "device").get("id")));
        String url = String.valueOf(owner.json("POST", "/devices/" + objects.get("/devices/{id}") + "/link", "{}")
                .get("url"));
        objects.put("/device-links/{id}", url.replaceAll(".*/get/|#.*", ""));
        objects.put("/me/factors/totp/{id}", made("/me/factors/totp", Map.of("name", "second")));
        objects.put("/me/factors/{id}", firstOf("/me/factors"));
        objects.put("/sessions/{id}", firstOf("/sessions"));
        owner.token("robot");
        objects.put("/tokens/{id}", firstOf("/tokens"));
        objects.put(
                "/requests/{id}",
                made("/requests", Map.of("resource", "ledger", "reason", "audit", "durationSeconds", 3600)));
        objects.put(
                "/push/subscriptions/{id}",
                made(
                        "/push/subscriptions",
                        Map.of("endpoint", "https://push.example.com/x", "keys", browserKeys(), "label", "phone")));
    }

    private String firstOf(String path) throws IOException {
        return String.valueOf(((Map<?, ?>)
                        ServerSite.items(owner.json("GET", path, ""), "items").getFirst())
                .get("id"));
    }

    static Map<String, String> browserKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        ECPublicKey key = (ECPublicKey) generator.generateKeyPair().getPublic();
        byte[] encoded = key.getEncoded();
        // The point is the end of the encoding: 4, x, y.
        byte[] point = java.util.Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return Map.of("p256dh", base64.encodeToString(point), "auth", base64.encodeToString(new byte[16]));
    }

    private static List<Operation> operations(Map<String, Object> document) {
        List<Operation> found = new ArrayList<>();
        ServerSite.inner(document, "paths")
                .forEach((path, item) -> ((Map<?, ?>) item).forEach((method, operation) -> {
                    Map<?, ?> told = (Map<?, ?>) operation;
                    if (String.valueOf(path).contains("{")) {
                        found.add(new Operation(
                                String.valueOf(method).toUpperCase(Locale.ROOT),
                                String.valueOf(path),
                                Optional.ofNullable(told.get("x-permission")).map(String::valueOf),
                                told.containsKey("requestBody")));
                    }
                }));
        return found;
    }

    @Test
    void whatIsOthersAnswersLikeWhatIsNobodys() throws Exception {
        assertThat(operations).hasSizeGreaterThan(50);
        Map<String, String> before = ownersView();
        for (Operation operation : operations) {
            if (!NOT_OWNED.contains(operation.name())) {
                compare(operation);
            }
        }
        assertThat(ownersView()).as("nothing of the owner's was touched").isEqualTo(before);
    }

    private void compare(Operation operation) throws IOException {
        // Whoever lacks the permission is refused before anybody looks whether it is there.
        String foreign = operation.permission().isPresent()
                ? objects.getOrDefault(operation.object(), ANYTHING)
                : objects.get(operation.object());
        assertThat(foreign)
                .as("an object of the owner's for " + operation.name() + ": make one in this test")
                .isNotNull();
        Http real = send(operation, String.valueOf(foreign));
        Http none = send(operation, NOBODYS);
        assertThat(shape(real, String.valueOf(foreign))).as(operation.name()).isEqualTo(shape(none, NOBODYS));
        if (operation.permission().isPresent()) {
            assertThat(real.status()).as(operation.name()).isEqualTo(403);
        } else {
            // An approval says of everything that can't be approved (any more) that it is gone.
            assertThat(real.status()).as(operation.name() + " " + real.body()).isIn(404, 409);
            assertThat(real.body()).as(operation.name()).containsAnyOf("\"not-found\"", "\"gone\"");
        }
    }

    private Http send(Operation operation, String id) throws IOException {
        String body = operation.hasBody() ? BODIES.getOrDefault(operation.path(), "{}") : "";
        return stranger.call(operation.method(), operation.at(id), body);
    }

    private static String shape(Http answer, String id) {
        Map<String, String> headers = new TreeMap<>(answer.headers());
        headers.keySet().removeAll(Set.of("date", "x-request-id"));
        return (answer.status() + " " + headers + " " + answer.body()).replace(id, "ID");
    }

    private Map<String, String> ownersView() throws IOException {
        Map<String, String> views = new TreeMap<>();
        for (String path : OWN) {
            Http answer = owner.get(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            views.put(path, answer.body());
        }
        return views;
    }

    /// Lists take the identity of a user as a parameter.
    @Test
    void listsOfOthersAnswerLikeListsOfNobody() throws Exception {
        String id = String.valueOf(
                ServerSite.inner(owner.json("GET", "/session", ""), "user").get("id"));
        for (String path : List.of("/sessions?user=", "/tokens?owner=", "/devices?user=", "/grants?user=")) {
            Http real = stranger.get(path + id);
            assertThat(real.status()).as(path).isEqualTo(403);
            assertThat(shape(real, id)).as(path).isEqualTo(shape(stranger.get(path + NOBODYS), NOBODYS));
        }
        for (String path : List.of("/challenges?scope=all", "/requests?own=false", "/audit?actor=owner")) {
            assertThat(stranger.get(path).body())
                    .as(path)
                    .doesNotContain(String.valueOf(objects.get("/challenges/{id}")))
                    .doesNotContain(String.valueOf(objects.get("/requests/{id}")));
        }
    }
}
