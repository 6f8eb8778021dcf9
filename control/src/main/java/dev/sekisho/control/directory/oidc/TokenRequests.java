package dev.sekisho.control.directory.oidc;

import dev.sekisho.control.directory.DirectoryException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Asks a provider for tokens and claims. Thread-safe.
final class TokenRequests {
    private final Outgoing outgoing;

    TokenRequests(Outgoing outgoing) {
        this.outgoing = outgoing;
    }

    /// A code and what goes with it.
    record Exchange(String code, String redirectUri, String verifier) {
        @Override
        public String toString() {
            return "Exchange[hidden]";
        }
    }

    /// What came for a code.
    record Tokens(String idToken, Optional<String> accessToken) {
        @Override
        public String toString() {
            return "Tokens[hidden]";
        }
    }

    /// Trades a code in.
    ///
    /// @throws DirectoryException at step `connect`, `client` or `token`
    Tokens exchange(OidcSettings settings, Metadata provider, Optional<String> secret, Exchange exchange) {
        Outgoing.Reply reply = send(settings, provider, secret, exchange);
        Map<String, Object> answer = Providers.object("token", reply.body());
        if (reply.status() != 200 || !(answer.get("id_token") instanceof String idToken)) {
            throw refused(reply.status(), answer);
        }
        return new Tokens(
                idToken, Optional.ofNullable(answer.get("access_token")).map(String::valueOf));
    }

    private static DirectoryException refused(int status, Map<String, Object> answer) {
        String error = error(answer);
        return error.equals("invalid_client")
                ? new DirectoryException("client", "the provider refuses us: check clientId and clientSecret", null)
                : new DirectoryException(
                        "token", "the provider gives no ID token: status " + status + " " + error, null);
    }

    /// The error's code (RFC 6749 section 5.2), if it looks like one.
    private static String error(Map<String, Object> answer) {
        return answer.get("error") instanceof String code && code.matches("[a-z_]{1,40}") ? code : "";
    }

    /// Whether the provider takes our secret: it is asked with a code that it never made.
    Optional<String> problemOfClient(OidcSettings settings, Metadata provider, Optional<String> secret) {
        Outgoing.Reply reply =
                send(settings, provider, secret, new Exchange("no-code", "https://localhost/", "x".repeat(43)));
        String error = error(Providers.object("client", reply.body()));
        return switch (error) {
            case "invalid_client", "unauthorized_client" ->
                Optional.of("the provider refuses us (" + error + "): check clientId and clientSecret");
            case "invalid_grant", "invalid_request" -> Optional.empty();
            default -> Optional.of("the provider answers with status " + reply.status() + " " + error);
        };
    }

    private Outgoing.Reply send(OidcSettings settings, Metadata provider, Optional<String> secret, Exchange exchange) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", exchange.code());
        form.put("redirect_uri", exchange.redirectUri());
        form.put("code_verifier", exchange.verifier());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        if (secret.isEmpty() || provider.postsSecret()) {
            form.put("client_id", settings.clientId());
            secret.ifPresent(text -> form.put("client_secret", text));
        } else {
            String pair = encoded(settings.clientId()) + ":" + encoded(secret.get());
            headers.put(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        return outgoing.send("POST", provider.token(), headers, query(form).getBytes(StandardCharsets.UTF_8));
    }

    /// More claims (OpenID Connect Core 1.0 section 5.3).
    ///
    /// @throws DirectoryException at step `userinfo`
    Map<String, Object> userInfo(Metadata provider, String subject, Optional<String> accessToken) {
        if (provider.userInfo().isEmpty() || accessToken.isEmpty()) {
            throw new DirectoryException("userinfo", "the provider has no userinfo: leave userInfo out", null);
        }
        Outgoing.Reply reply = outgoing.send(
                "GET",
                provider.userInfo().get(),
                Map.of("Accept", "application/json", "Authorization", "Bearer " + accessToken.get()),
                new byte[0]);
        if (reply.status() != 200) {
            throw new DirectoryException(
                    "userinfo", "the provider answers with status " + reply.status() + " to userinfo", null);
        }
        Map<String, Object> claims = Providers.object("userinfo", reply.body());
        if (!subject.equals(claims.get("sub"))) {
            throw new DirectoryException("userinfo", "the provider tells about somebody else", null);
        }
        return claims;
    }

    /// Pairs as a query.
    static String query(Map<String, String> pairs) {
        return pairs.entrySet().stream()
                .map(pair -> encoded(pair.getKey()) + "=" + encoded(pair.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
