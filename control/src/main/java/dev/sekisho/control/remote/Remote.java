package dev.sekisho.control.remote;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/// A server's API. One owner thread, which closes it.
public final class Remote implements AutoCloseable {
    private static final String BASE = "/api/v1";
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /// Checking a long audit log takes a while.
    private static final Duration ANSWER = Duration.ofMinutes(10);

    private static final Gson GSON = new Gson();

    private final HttpClient http;
    private final Login login;

    private Remote(HttpClient http, Login login) {
        this.http = http;
        this.login = login;
    }

    /// A server by its login; an empty token shows none.
    public static Remote of(Login login) {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(CONNECT);
        login.pin().ifPresent(pin -> client.sslContext(new PinnedTrust(Optional.of(pin), _ -> {}).context()));
        return new Remote(client.build(), login);
    }

    /// The certificate that a server shows, whoever it is. Nothing is sent to it.
    ///
    /// @throws RemoteException when nobody answers by TLS
    public static X509Certificate certificate(URI url) {
        AtomicReference<X509Certificate> seen = new AtomicReference<>();
        HttpClient.Builder client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .sslContext(new PinnedTrust(Optional.empty(), seen::set).context());
        try (Remote remote = new Remote(client.build(), new Login(url, Optional.empty(), ""))) {
            remote.get("/server");
        } catch (RemoteException e) {
            if (seen.get() == null) {
                throw e;
            }
        }
        return seen.get();
    }

    /// Where it is.
    public URI url() {
        return login.url();
    }

    /// A query from names and values in turn; empty values are left out.
    public static String query(Map<String, String> parameters) {
        String text = parameters.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
        return text.isEmpty() ? "" : "?" + text;
    }

    /// A part of a path or query.
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// Reads.
    public JsonObject get(String path) {
        return call("GET", path, Optional.empty(), Map.of());
    }

    /// All items of a list, page by page.
    public JsonArray list(String path, Map<String, String> query, int limit) {
        JsonArray items = new JsonArray();
        String cursor = "";
        do {
            Map<String, String> page = new java.util.LinkedHashMap<>(query);
            page.put("limit", String.valueOf(Math.min(500, limit - items.size())));
            page.put("cursor", cursor);
            JsonObject answer = get(path + query(page));
            answer.getAsJsonArray("items").forEach(items::add);
            cursor = answer.has("next") ? answer.get("next").getAsString() : "";
        } while (!cursor.isEmpty() && items.size() < limit);
        return items;
    }

    /// Asks for anything.
    ///
    /// @param path below `/api/v1`, with its query
    /// @return an empty object when there is no body
    /// @throws RemoteException when it can't be done
    public JsonObject call(String method, String path, Optional<JsonObject> body, Map<String, String> headers) {
        return parsed(send(method, path, body, headers));
    }

    private JsonObject parsed(HttpResponse<InputStream> response) {
        try (InputStream in = response.body()) {
            byte[] bytes = in.readAllBytes();
            return bytes.length == 0 ? new JsonObject() : parse(bytes);
        } catch (IOException e) {
            throw new RemoteException("the answer of " + login.url() + " broke off", e);
        }
    }

    /// Sends a file.
    ///
    /// @throws RemoteException when it is refused
    public JsonObject upload(String path, String contentType, byte[] bytes) {
        HttpRequest.Builder request = request("POST", path, HttpRequest.BodyPublishers.ofByteArray(bytes))
                .header("Content-Type", contentType);
        return parsed(sent(request));
    }

    /// Asks for something that is no JSON. The caller closes it.
    ///
    /// @throws RemoteException when it can't be done
    public InputStream download(String method, String path, Optional<JsonObject> body) {
        return send(method, path, body, Map.of()).body();
    }

    private HttpResponse<InputStream> send(
            String method, String path, Optional<JsonObject> body, Map<String, String> headers) {
        HttpRequest.Builder request = request(
                method,
                path,
                body.map(json -> HttpRequest.BodyPublishers.ofString(GSON.toJson(json)))
                        .orElseGet(HttpRequest.BodyPublishers::noBody));
        body.ifPresent(_ -> request.header("Content-Type", "application/json"));
        headers.forEach(request::header);
        return sent(request);
    }

    private HttpRequest.Builder request(String method, String path, HttpRequest.BodyPublisher body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(login.url() + BASE + path))
                .timeout(ANSWER)
                .method(method, body);
        if (!login.token().isEmpty()) {
            request.header("Authorization", "Bearer " + login.token());
        }
        return request;
    }

    private HttpResponse<InputStream> sent(HttpRequest.Builder request) {
        HttpResponse<InputStream> response = exchange(request.build());
        if (response.statusCode() / 100 != 2) {
            throw refused(response);
        }
        return response;
    }

    private HttpResponse<InputStream> exchange(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (SSLException e) {
            throw new RemoteException(
                    login.url() + " is not believed: " + e.getMessage()
                            + ". If its key was changed on purpose, log in again with: sekisho login " + login.url(),
                    e);
        } catch (ConnectException e) {
            throw new RemoteException("nobody answers at " + login.url() + ": is the server running?", e);
        } catch (IOException e) {
            throw new RemoteException(login.url() + " does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteException("interrupted while waiting for " + login.url(), e);
        }
    }

    private static JsonObject parse(byte[] bytes) {
        try {
            JsonElement json = GSON.fromJson(new String(bytes, StandardCharsets.UTF_8), JsonElement.class);
            if (json instanceof JsonObject object) {
                return object;
            }
        } catch (JsonParseException e) {
            throw new RemoteException("the answer is no JSON: is this a Sekisho server?", e);
        }
        throw new RemoteException(0, "the answer is no JSON object: is this a Sekisho server?");
    }

    /// A problem document as one sentence, with the names of the fields.
    private RemoteException refused(HttpResponse<InputStream> response) {
        int status = response.statusCode();
        JsonObject problem;
        try (InputStream in = response.body()) {
            problem = parse(in.readAllBytes());
        } catch (IOException e) {
            return new RemoteException(status, login.url() + " answered " + status + " and hung up");
        }
        String detail = text(problem, "detail").orElse("the server answered " + status);
        List<String> fields = problem.get("errors") instanceof JsonArray errors
                ? errors.asList().stream()
                        .filter(JsonObject.class::isInstance)
                        .map(error -> named((JsonObject) error)
                                + text((JsonObject) error, "message").orElse("can't be used"))
                        .toList()
                : List.of();
        String sentence = fields.isEmpty() ? detail : String.join("; ", fields);
        return new RemoteException(
                status,
                status == 401
                        ? "you are not logged in, or no longer: sekisho login " + login.url() + " (" + sentence + ")"
                        : sentence);
    }

    /// Some errors are of no single field.
    private static String named(JsonObject error) {
        String field = text(error, "field").orElse("?");
        return field.isEmpty() ? "" : field + ": ";
    }

    private static Optional<String> text(JsonObject json, String key) {
        return json.get(key) instanceof JsonPrimitive value ? Optional.of(value.getAsString()) : Optional.empty();
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
