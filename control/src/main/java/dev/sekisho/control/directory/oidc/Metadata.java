package dev.sekisho.control.directory.oidc;

import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.redirect.ProviderUrl;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a provider says of itself (Discovery 1.0 section 3). Immutable.
///
/// @param postsSecret whether the client secret goes into the body and not into a header
/// @param namesItself whether answers to logins name the provider (RFC 9207)
record Metadata(
        URI authorization, URI token, URI keys, Optional<URI> userInfo, boolean postsSecret, boolean namesItself) {
    /// Reads it.
    ///
    /// @throws DirectoryException at step `discovery`
    static Metadata of(OidcSettings settings, Map<String, Object> document) {
        if (!settings.issuer().equals(document.get("issuer"))) {
            throw new DirectoryException(
                    "discovery",
                    "the provider calls itself otherwise than the issuer that is set: write it as the provider does,"
                            + " mind a / at the end",
                    null);
        }
        List<String> methods = texts(document.get("token_endpoint_auth_methods_supported"));
        return new Metadata(
                required(settings, document, "authorization_endpoint"),
                required(settings, document, "token_endpoint"),
                required(settings, document, "jwks_uri"),
                Optional.ofNullable(document.get("userinfo_endpoint"))
                        .map(_ -> required(settings, document, "userinfo_endpoint")),
                methods.contains("client_secret_post") && !methods.contains("client_secret_basic"),
                Boolean.TRUE.equals(document.get("authorization_response_iss_parameter_supported")));
    }

    private static URI required(OidcSettings settings, Map<String, Object> document, String name) {
        if (document.get(name) instanceof String text) {
            try {
                return ProviderUrl.of(text, settings.plain());
            } catch (IllegalArgumentException e) {
                throw new DirectoryException("discovery", name + " of the provider can't be used", e);
            }
        }
        throw new DirectoryException("discovery", "the provider does not say its " + name, null);
    }

    /// A text or a list of texts.
    static List<String> texts(@Nullable Object value) {
        return switch (value) {
            case String text -> List.of(text);
            case List<?> list ->
                list.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList();
            case null, default -> List.of();
        };
    }
}
