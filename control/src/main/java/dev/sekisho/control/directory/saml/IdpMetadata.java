package dev.sekisho.control.directory.saml;

import dev.sekisho.control.directory.DirectoryException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;

/// What an identity provider says of itself (Metadata section 2.4). An administrator gives it to us: its signature, if
/// it has one, is not looked at. Immutable.
///
/// @param ssoUrl where requests go by HTTP-Redirect
/// @param certificates by which it signs
record IdpMetadata(String entityId, String ssoUrl, List<X509Certificate> certificates) {
    static final String REDIRECT_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

    private static final String STEP = "metadata";

    /// Reads it.
    ///
    /// @throws IllegalArgumentException with a sentence
    static IdpMetadata of(String xml) {
        try {
            Element entity = entity(Xml.parse(STEP, xml).getDocumentElement());
            Element role = Xml.one(STEP, entity, Xml.METADATA, "IDPSSODescriptor");
            String url = Xml.children(role, Xml.METADATA, "SingleSignOnService").stream()
                    .filter(service -> Xml.attribute(service, "Binding").equals(Optional.of(REDIRECT_BINDING)))
                    .findFirst()
                    .flatMap(service -> Xml.attribute(service, "Location"))
                    .orElseThrow(() -> new IllegalArgumentException(
                            "the provider's metadata names no address for HTTP-Redirect (SingleSignOnService)"));
            String entityId = Xml.attribute(entity, "entityID")
                    .orElseThrow(() -> new IllegalArgumentException("the provider's metadata has no entityID"));
            return new IdpMetadata(entityId, url, certificates(role));
        } catch (DirectoryException e) {
            throw new IllegalArgumentException("the provider's metadata can't be read: " + e.detail(), e);
        }
    }

    /// The only provider, alone or in a list of one.
    private static Element entity(Element root) {
        if (Xml.is(root, Xml.METADATA, "EntityDescriptor")) {
            return root;
        }
        if (!Xml.is(root, Xml.METADATA, "EntitiesDescriptor")) {
            throw new IllegalArgumentException("this is no SAML 2.0 metadata of an identity provider");
        }
        List<Element> providers = Xml.children(root, Xml.METADATA, "EntityDescriptor").stream()
                .filter(one ->
                        !Xml.children(one, Xml.METADATA, "IDPSSODescriptor").isEmpty())
                .toList();
        if (providers.size() != 1) {
            throw new IllegalArgumentException("the metadata hold " + providers.size()
                    + " identity providers: take those of the one that people come from");
        }
        return providers.getFirst();
    }

    /// A key without a use is for both (Metadata section 2.4.1.1).
    private static List<X509Certificate> certificates(Element role) {
        List<X509Certificate> found = new ArrayList<>();
        for (Element key : Xml.children(role, Xml.METADATA, "KeyDescriptor")) {
            if (!Xml.attribute(key, "use").orElse("signing").equals("signing")) {
                continue;
            }
            Element info = Xml.one(STEP, key, Xml.SIGNATURE, "KeyInfo");
            for (Element data : Xml.children(info, Xml.SIGNATURE, "X509Data")) {
                Xml.children(data, Xml.SIGNATURE, "X509Certificate")
                        .forEach(text -> found.addAll(ProviderCertificates.of(Xml.text(STEP, text))));
            }
        }
        return ProviderCertificates.checked(found.stream().distinct().toList());
    }
}
