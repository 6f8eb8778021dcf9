package dev.sekisho.control.server;

import dev.sekisho.control.totp.TotpSecret;
import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A browser as far as the server sees one: cookies, the CSRF token, an address of its own.
final class Visitor {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ServerSite site;
    private final SSLContext tls;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private String csrf = "";
    private @Nullable TotpSecret seed;
    private final int number = COUNT.incrementAndGet();

    Visitor(ServerSite site, SSLContext tls) {
        this.site = site;
        this.tls = tls;
    }

    /// The value of a cookie; empty when there is none.
    String cookie(String name) {
        return cookies.getOrDefault(name, "");
    }

    String session() {
        return cookie("__Host-sekisho");
    }

    String csrf() {
        return csrf;
    }

    /// Takes a cookie and its token, as a thief would.
    void steal(String session, String token) {
        cookies.put("__Host-sekisho", session);
        csrf = token;
    }

    /// Sends just this, over TLS.
    Http raw(String method, String path, String body, String... headers) throws IOException {
        // From 127/8 anybody may choose an address; so limits by address see different ones.
        InetAddress own = InetAddress.getByAddress(new byte[] {127, 1, (byte) (number >> 8), (byte) (number | 1)});
        try (Socket socket = tls.getSocketFactory().createSocket()) {
            socket.bind(new InetSocketAddress(own, 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), site.port()));
            return Http.over(socket, method, path, body, headers);
        }
    }

    /// Sends a request below `/api/v1` with all that a browser sends along, and keeps the cookies of the answer.
    Http call(String method, String path, String body, String... more) throws IOException {
        List<String> headers = new ArrayList<>(List.of(more));
        if (!cookies.isEmpty()) {
            headers.add("Cookie: "
                    + cookies.entrySet().stream()
                            .map(one -> one.getKey() + "=" + one.getValue())
                            .collect(Collectors.joining("; ")));
        }
        if (!csrf.isEmpty()) {
            headers.add("X-CSRF-Token: " + csrf);
        }
        if (!body.isEmpty()) {
            headers.add("Content-Type: application/json");
        }
        Http answer = raw(method, "/api/v1" + path, body, headers.toArray(String[]::new));
        for (String line : answer.header("set-cookie").split("\n", -1)) {
            if (line.contains("=")) {
                String name = line.substring(0, line.indexOf('='));
                cookies.put(name, line.substring(name.length() + 1).replaceFirst(";.*", ""));
            }
        }
        return answer;
    }

    /// The live events, open until it is closed.
    record Stream(Socket socket, BufferedReader reader) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /// Listens to the live events; has begun when this returns.
    Stream events() throws IOException {
        // A TLS socket waits for the other side when it is closed; so the one below is.
        Socket below = new Socket(InetAddress.getLoopbackAddress(), site.port());
        Socket socket = tls.getSocketFactory().createSocket(below, "localhost", site.port(), true);
        socket.setSoTimeout(20_000);
        String request =
                "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nCookie: __Host-sekisho=" + session() + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        String first = String.valueOf(reader.readLine());
        if (!first.contains(" 200 ")) {
            throw new AssertionError(first);
        }
        return new Stream(below, reader);
    }

    Http get(String path) throws IOException {
        return call("GET", path, "");
    }

    Http post(String path, Object body) throws IOException {
        return call("POST", path, Json.text(body));
    }

    /// A request that must work, and its answer.
    Map<String, Object> json(String method, String path, String body) throws IOException {
        Http answer = call(method, path, body);
        if (answer.status() >= 300) {
            throw new AssertionError(method + " " + path + ": " + answer.status() + " " + answer.body());
        }
        return answer.body().isEmpty() ? Map.of() : ServerSite.object(answer.body());
    }

    /// Name and password; the answer.
    Http login(String name, String password) throws IOException {
        Http answer = post("/login", Map.of("user", name, "password", password));
        if (answer.status() == 200) {
            csrf = String.valueOf(ServerSite.object(answer.body()).get("csrfToken"));
        }
        return answer;
    }

    /// Goes through a first login: another password, an authenticator app.
    void enter(String name, String oneTime, String password) throws IOException {
        Http answer = login(name, oneTime);
        if (answer.status() != 200) {
            throw new AssertionError("login: " + answer.status() + " " + answer.body());
        }
        json("POST", "/session/password", Json.text(Map.of("current", oneTime, "next", password)));
        addApp();
    }

    /// Sets up an authenticator app.
    void addApp() throws IOException {
        Map<String, Object> app = json("POST", "/me/factors/totp", Json.text(Map.of("name", "phone")));
        TotpSecret secret = TotpSecret.parse(String.valueOf(app.get("secret")));
        seed = secret;
        json("POST", "/me/factors/totp/" + app.get("id") + "/confirm", Json.text(Map.of("code", site.code(secret))));
    }

    /// The code of the app now, a fresh one.
    String code() {
        TotpSecret secret = seed;
        if (secret == null) {
            throw new AssertionError("no app");
        }
        return site.code(secret);
    }

    /// Gives the second factor.
    void stepUp() throws IOException {
        json("POST", "/session/factor", Json.text(Map.of("kind", "totp", "code", code())));
    }

    /// A token of one's own with these scopes; needs a fresh second factor.
    String token(String name, String... scopes) throws IOException {
        return String.valueOf(json("POST", "/tokens", Json.text(Map.of("name", name, "scopes", List.of(scopes))))
                .get("secret"));
    }
}
