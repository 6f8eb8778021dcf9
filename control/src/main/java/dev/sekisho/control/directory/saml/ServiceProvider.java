package dev.sekisho.control.directory.saml;

import dev.sekisho.control.web.Route;
import java.net.URI;

/// What we are to identity providers: the same for all of them. Immutable.
///
/// @param entityId our name, which is also where our metadata is (Metadata section 4.1.1)
/// @param acs where responses go
public record ServiceProvider(String entityId, String acs) {
    /// Below `/api/v1`.
    static final String METADATA_PATH = "/login/saml/metadata";

    /// Below `/api/v1`.
    static final String ACS_PATH = "/login/saml/acs";

    static final String POST_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

    /// At an origin.
    ///
    /// @param origin where browsers find the server, such as `https://sekisho.example.org`
    public static ServiceProvider at(URI origin) {
        return new ServiceProvider(
                origin.resolve(Route.BASE + METADATA_PATH).toString(),
                origin.resolve(Route.BASE + ACS_PATH).toString());
    }

    /// Our metadata.
    String metadata() {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <md:EntityDescriptor xmlns:md="%s" entityID="%s">
                  <md:SPSSODescriptor WantAssertionsSigned="true" protocolSupportEnumeration="%s">
                    <md:AssertionConsumerService Binding="%s" Location="%s" index="0" isDefault="true"/>
                  </md:SPSSODescriptor>
                </md:EntityDescriptor>
                """.formatted(Xml.METADATA, Xml.escaped(entityId), Xml.PROTOCOL, POST_BINDING, Xml.escaped(acs));
    }
}
