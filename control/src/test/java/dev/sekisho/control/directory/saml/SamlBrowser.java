package dev.sekisho.control.directory.saml;

import dev.sekisho.control.web.Http;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Somebody who logs in, without a screen: goes from the server to the provider and back, and keeps cookies as browsers
/// do. With a POST that another site's page makes, only `SameSite=None` cookies go along.
final class SamlBrowser {
    private static final Pattern FIELD =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");
    private static final Pattern ACTION = Pattern.compile("action=\"([^\"]*)\"");

    private record Cookie(String value, boolean crossSite) {}

    private final Map<String, Cookie> cookies = new LinkedHashMap<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final int server;

    /// @param server the port on which the server is, whatever it calls itself
    SamlBrowser(int server) {
        this.server = server;
    }

    /// Begins a login on the server's own page.
    ///
    /// @return where the provider is
    String start(String directory, String target) throws IOException {
        Http answer = Http.sendBody(
                server,
                "POST",
                "/api/v1/login/saml/start",
                "{\"directory\":\"" + directory + "\",\"target\":\"" + target + "\"}",
                "Content-Type: application/json",
                "Sec-Fetch-Site: same-origin",
                "X-CSRF-Token: " + csrfToken(),
                cookieHeader(false));
        remember(answer);
        return answer.body().replaceFirst("(?s).*\"url\":\"([^\"]*)\".*", "$1");
    }

    private String csrfToken() throws IOException {
        String session = get("/api/v1/session").body();
        return session.contains("csrfToken") ? session.replaceFirst("(?s).*\"csrfToken\":\"([^\"]*)\".*", "$1") : "";
    }

    /// A page of the provider's.
    HttpResponse<String> page(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Logs in at the provider and lets its page post to where it wants.
    Http logIn(String url, String user) throws IOException, InterruptedException {
        HttpResponse<String> page = page(url + "&user=" + user);
        if (page.statusCode() != 200) {
            throw new IOException("the provider says: " + page.body());
        }
        return post(page.body());
    }

    /// Posts the form of a page of another site.
    Http post(String html) throws IOException {
        Matcher action = ACTION.matcher(html);
        if (!action.find()) {
            throw new IOException("no form: " + html);
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (Matcher field = FIELD.matcher(html); field.find(); ) {
            fields.put(field.group(1), field.group(2));
        }
        String form = fields.entrySet().stream()
                .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        Http answer = Http.sendBody(
                server,
                "POST",
                URI.create(action.group(1)).getPath(),
                form,
                "Content-Type: application/x-www-form-urlencoded",
                "Origin: http://127.0.0.1:1",
                "Sec-Fetch-Site: cross-site",
                cookieHeader(true));
        remember(answer);
        return answer;
    }

    /// Asks the server from its own page.
    Http get(String path) throws IOException {
        return Http.send(server, "GET", path, "Sec-Fetch-Site: same-origin", cookieHeader(false));
    }

    private String cookieHeader(boolean crossSite) {
        return "Cookie: "
                + cookies.entrySet().stream()
                        .filter(cookie -> !crossSite || cookie.getValue().crossSite())
                        .map(cookie -> cookie.getKey() + "=" + cookie.getValue().value())
                        .collect(Collectors.joining("; "));
    }

    private void remember(Http answer) {
        String line = answer.header("set-cookie");
        if (!line.isEmpty()) {
            String[] pair = line.split(";", 2)[0].split("=", 2);
            cookies.put(pair[0], new Cookie(pair[1], line.contains("SameSite=None")));
        }
    }
}
