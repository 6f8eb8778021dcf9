package dev.sekisho.control.cli;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.sekisho.control.totp.TotpSecret;
import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Somebody in front of the portal, as far as the server sees them, with an authenticator app in their hand. Owner: one
/// test.
final class PortalPerson {
    private static final Gson GSON = new Gson();

    private final String name;
    private final String password;
    private @Nullable TotpSecret app;
    private long lastStep;

    private HttpClient browser = HttpClient.newHttpClient();
    private String base = "";
    private String csrf = "";

    /// @param password the one that they choose
    PortalPerson(String name, String password) {
        this.name = name;
        this.password = password;
    }

    /// Opens the portal of a server on loopback in a browser of its own.
    ///
    /// @param state whose certificate is trusted
    void open(int port, Path state) throws IOException, GeneralSecurityException {
        browser.close();
        base = "https://127.0.0.1:" + port + "/api/v1";
        csrf = "";
        browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .sslContext(trusting(state.resolve("tls/certificate.pem")))
                .build();
    }

    private static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    /// Goes through a first login: a password of their own, an authenticator app.
    ///
    /// @return the stages of the login between these and after
    String enter(String oneTime) throws IOException, InterruptedException {
        login(oneTime);
        post("/session/password", Map.of("current", oneTime, "next", password));
        String before = stage();
        JsonObject set = post("/me/factors/totp", Map.of("name", "phone"));
        app = TotpSecret.parse(set.get("secret").getAsString());
        post("/me/factors/totp/" + set.get("id").getAsString() + "/confirm", Map.of("code", code()));
        return before + ", " + stage();
    }

    /// Logs in with their password and their app.
    ///
    /// @return the stage of the login then
    String enter() throws IOException, InterruptedException {
        login(password);
        post("/session/factor", Map.of("kind", "totp", "code", code()));
        return stage();
    }

    /// Types the code of a command line.
    void letIn(String userCode) throws IOException, InterruptedException {
        post("/device-codes/approve", Map.of("userCode", userCode, "approve", true));
    }

    private void login(String typed) throws IOException, InterruptedException {
        csrf = post("/login", Map.of("user", name, "password", typed))
                .get("csrfToken")
                .getAsString();
    }

    private String stage() throws IOException, InterruptedException {
        return send(request("/session").GET().build()).get("stage").getAsString();
    }

    /// A code that was not shown before: the one of the next half minute is taken, too.
    private String code() {
        long now = Instant.now().getEpochSecond() / TotpSecret.STEP_SECONDS;
        lastStep = Math.max(now, lastStep + 1);
        return Objects.requireNonNull(app).codeAt(lastStep * TotpSecret.STEP_SECONDS);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path));
    }

    private JsonObject post(String path, Map<String, Object> body) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(GSON.toJson(body)));
        if (!csrf.isEmpty()) {
            request.header("X-CSRF-Token", csrf);
        }
        return send(request.build());
    }

    private JsonObject send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = browser.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new AssertionError(
                    request.method() + " " + request.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body().isEmpty()
                ? new JsonObject()
                : Objects.requireNonNull(GSON.fromJson(answer.body(), JsonObject.class));
    }
}
