package dev.sekisho.control.directory.oidc;

import dev.sekisho.control.directory.Settings;
import dev.sekisho.control.directory.redirect.ProviderUrl;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Settings of an OpenID provider. Immutable.
///
/// @param issuer as the provider writes itself, to the letter
/// @param plain whether a provider on this host is spoken to without TLS
/// @param userInfo whether claims are also asked for at the provider's userinfo endpoint
/// @param claims where to find what
record OidcSettings(
        String issuer, boolean plain, String clientId, List<String> scopes, boolean userInfo, Claims claims) {
    /// The setting that is the secret.
    static final String SECRET = "clientSecret";

    /// Says to whom the secret goes.
    static final Set<String> DESTINATION = Set.of("issuer", "plain", "clientId");

    private static final Set<String> NAMES = Set.of(
            "issuer",
            "plain",
            "clientId",
            "scopes",
            "userInfo",
            "nameClaim",
            "displayNameClaim",
            "mailClaim",
            "groupsClaim");
    private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,100}");

    /// Names of claims; a dot leads into a claim that is an object.
    record Claims(String name, String displayName, String mail, String groups) {}

    /// Reads them.
    ///
    /// @throws IllegalArgumentException with a sentence
    static OidcSettings of(Settings settings) {
        settings.allow(NAMES);
        boolean plain = settings.flag("plain");
        String issuer = settings.required("issuer");
        URI uri = ProviderUrl.of(issuer, plain);
        if (uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException("an issuer has neither ? nor #");
        }
        List<String> scopes =
                settings.text("scopes").isPresent() ? settings.words("scopes") : List.of("openid", "profile", "email");
        if (!scopes.contains("openid")
                || !scopes.stream().allMatch(scope -> SCOPE.matcher(scope).matches())) {
            throw new IllegalArgumentException("scopes are words, and openid is one of them");
        }
        return new OidcSettings(
                issuer,
                plain,
                settings.required("clientId"),
                scopes,
                settings.flag("userInfo"),
                new Claims(
                        settings.text("nameClaim").orElse("preferred_username"),
                        settings.text("displayNameClaim").orElse("name"),
                        settings.text("mailClaim").orElse("email"),
                        settings.text("groupsClaim").orElse("groups")));
    }

    /// Where the provider describes itself (Discovery 1.0 section 4).
    URI discovery() {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return URI.create(base + "/.well-known/openid-configuration");
    }
}
