package dev.sekisho.control.directory.saml;

import dev.sekisho.control.directory.Settings;
import dev.sekisho.control.directory.redirect.ProviderUrl;
import java.net.URI;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Settings of an identity provider. Immutable.
///
/// @param entityId as the provider writes itself, to the letter
/// @param ssoUrl where requests go by HTTP-Redirect
/// @param certificates by which it signs
/// @param nameIdFormat the kind of name that we ask for
/// @param forceAuthn whether people have to log in there anew every time
/// @param attributes where to find what
record SamlSettings(
        String entityId,
        URI ssoUrl,
        List<X509Certificate> certificates,
        Optional<String> nameIdFormat,
        boolean forceAuthn,
        Attributes attributes) {
    /// The setting that is the secret: the key by which we sign requests.
    static final String SECRET = "requestKey";

    private static final Set<String> NAMES = Set.of(
            "metadata",
            "entityId",
            "ssoUrl",
            "certificates",
            "plain",
            "nameIdFormat",
            "forceAuthn",
            "idAttribute",
            "nameAttribute",
            "displayNameAttribute",
            "mailAttribute",
            "groupsAttribute");

    private static final int MAX_ENTITY_ID = 1024;

    SamlSettings {
        certificates = List.copyOf(certificates);
    }

    /// Names of attributes.
    ///
    /// @param id what is never given to a second person; without, the NameID
    /// @param name what they log in with; without, the NameID
    record Attributes(
            Optional<String> id,
            Optional<String> name,
            Optional<String> displayName,
            Optional<String> mail,
            Optional<String> groups) {}

    /// Reads them.
    ///
    /// @throws IllegalArgumentException with a sentence
    static SamlSettings of(Settings settings) {
        settings.allow(NAMES);
        IdpMetadata provider = provider(settings);
        if (provider.entityId().isBlank() || provider.entityId().length() > MAX_ENTITY_ID) {
            throw new IllegalArgumentException("an entity id has 1 to " + MAX_ENTITY_ID + " characters");
        }
        URI url = ProviderUrl.of(provider.ssoUrl(), settings.flag("plain"));
        if (url.getFragment() != null) {
            throw new IllegalArgumentException("the address for logins has no #");
        }
        return new SamlSettings(
                provider.entityId(),
                url,
                provider.certificates(),
                settings.text("nameIdFormat"),
                settings.flag("forceAuthn"),
                new Attributes(
                        settings.text("idAttribute"),
                        settings.text("nameAttribute"),
                        settings.text("displayNameAttribute"),
                        settings.text("mailAttribute"),
                        settings.text("groupsAttribute")));
    }

    private static IdpMetadata provider(Settings settings) {
        Optional<String> metadata = settings.text("metadata");
        if (metadata.isEmpty()) {
            return new IdpMetadata(
                    settings.required("entityId"),
                    settings.required("ssoUrl"),
                    ProviderCertificates.of(settings.required("certificates")));
        }
        for (String name : List.of("entityId", "ssoUrl", "certificates")) {
            if (settings.text(name).isPresent()) {
                throw new IllegalArgumentException(name + " is in the metadata: leave one of them out");
            }
        }
        return IdpMetadata.of(metadata.get());
    }

    /// The keys by which it signs.
    List<PublicKey> keys() {
        return certificates.stream().map(X509Certificate::getPublicKey).toList();
    }
}
