package dev.sekisho.control.directory.oidc;

import dev.sekisho.control.directory.DirectoryException;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Somebody who logs in at a provider, without a screen.
final class Browser {
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    /// Logs in and agrees to everything.
    ///
    /// @return what the provider sends back, by name
    Map<String, String> logIn(String url, String user) throws IOException, InterruptedException {
        URI at = URI.create(url);
        for (int step = 0; step < 20; step++) {
            if (at.getHost().equals("sekisho.example.org")) {
                return query(at);
            }
            boolean page = at.getPath().startsWith("/interaction/");
            HttpResponse<String> answer = page ? answer(at, user) : get(at);
            at = at.resolve(answer.headers().firstValue("Location").orElseThrow());
        }
        throw new IOException("the login does not end");
    }

    /// Cancels at the first page.
    Map<String, String> cancel(String url) throws IOException, InterruptedException {
        URI page = URI.create(url)
                .resolve(get(URI.create(url)).headers().firstValue("Location").orElseThrow());
        URI at = URI.create(page + "/abort");
        while (!at.getHost().equals("sekisho.example.org")) {
            at = at.resolve(get(at).headers().firstValue("Location").orElseThrow());
        }
        return query(at);
    }

    private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> answer(URI page, String user) throws IOException, InterruptedException {
        boolean login = get(page).body().contains("name=\"login\"");
        String form = login ? "prompt=login&login=" + user + "&password=x" : "prompt=consent";
        return client.send(
                HttpRequest.newBuilder(page)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new TreeMap<>();
        for (String pair : uri.getRawQuery().split("&", -1)) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    /// Requests of the server, without a guard.
    static Outgoing outgoing() {
        HttpClient client = HttpClient.newHttpClient();
        return (method, uri, headers, body) -> {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
            headers.forEach(request::header);
            try {
                HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
                return new Outgoing.Reply(answer.statusCode(), answer.body());
            } catch (IOException e) {
                throw new DirectoryException("connect", "nothing answers", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DirectoryException("connect", "stopped", e);
            }
        };
    }

    /// What the server is told when the browser is back.
    static OidcLogins.Callback callback(Map<String, String> query, String kept) {
        return new OidcLogins.Callback(
                Optional.ofNullable(query.get("state")),
                Optional.ofNullable(query.get("code")),
                Optional.ofNullable(query.get("error")),
                Optional.ofNullable(query.get("iss")),
                Optional.of(kept));
    }
}
