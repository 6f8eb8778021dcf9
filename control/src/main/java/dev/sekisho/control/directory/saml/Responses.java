package dev.sekisho.control.directory.saml;

import dev.sekisho.control.directory.DirectoryException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/// Reads the responses of identity providers (Core section 3.3.3, Profiles section 4.1.4). Stateless.
final class Responses {
    private static final String STEP = "response";
    private static final String SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success";
    private static final int MAX_ENCODED = 512 << 10;
    private static final Set<String> ID_NAMES = Set.of("ID", "Id", "id");

    private Responses() {}

    /// A response of which nothing is believed yet.
    record Unverified(Element root) {
        /// Which request it claims to answer.
        Optional<String> inResponseTo() {
            return Xml.attribute(root, "InResponseTo");
        }
    }

    /// Reads what the browser brought.
    ///
    /// @param encoded XML in UTF-8 in base 64
    /// @throws DirectoryException when it is no response of the one shape that is taken
    static Unverified read(String encoded) {
        Element root = Xml.message(STEP, decoded(encoded)).getDocumentElement();
        require(Xml.is(root, Xml.PROTOCOL, "Response"), "this is no SAML 2.0 response");
        require(Xml.attribute(root, "Version").equals(Optional.of("2.0")), "this is no SAML 2.0 response");
        int assertions = 0;
        int responses = 1;
        Set<String> ids = new HashSet<>();
        rememberIds(root, ids);
        for (Node node : Xml.nodes(root)) {
            if (node instanceof Element element) {
                rememberIds(element, ids);
                String name = String.valueOf(element.getLocalName());
                require(
                        !name.startsWith("Encrypted"),
                        "the provider sends " + Xml.shown(name)
                                + ": switch encryption off there, the response travels by HTTPS");
                assertions += name.equals("Assertion") ? 1 : 0;
                responses += name.equals("Response") ? 1 : 0;
                require(
                        !name.equals("Signature") || isSigned(element, root),
                        "there is a signature where none belongs");
            }
        }
        require(responses == 1, "there is a response inside the response");
        require(assertions <= 1, "there is more than one assertion");
        return new Unverified(root);
    }

    /// Whether a signature stands in one of the two elements that may have one.
    private static boolean isSigned(Element signature, Element root) {
        Node parent = signature.getParentNode();
        return root.isSameNode(parent)
                || (parent instanceof Element element
                        && Xml.is(element, Xml.ASSERTION, "Assertion")
                        && root.isSameNode(element.getParentNode()));
    }

    private static void rememberIds(Element element, Set<String> ids) {
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            require(
                    !ID_NAMES.contains(attribute.getLocalName()) || ids.add(attribute.getValue()),
                    "two elements have the same ID");
        }
    }

    private static String decoded(String encoded) {
        require(encoded.length() <= MAX_ENCODED, "the response is longer than " + MAX_ENCODED + " characters");
        try {
            byte[] bytes = Base64.getDecoder().decode(encoded.replaceAll("[\\r\\n\\t ]", ""));
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException e) {
            throw new DirectoryException(STEP, "the response is no base 64", e);
        } catch (CharacterCodingException e) {
            throw new DirectoryException(STEP, "the response is no UTF-8", e);
        }
    }

    /// What a response has to match.
    ///
    /// @param us who we are
    /// @param requestId of the request that we sent for this login
    record Expected(SamlSettings settings, ServiceProvider us, String requestId) {}

    /// Checks that it is the provider's, for us and for this login.
    ///
    /// @return the assertion, of which every part is signed; what it says is still to be checked by [Assertions]
    /// @throws DirectoryException saying what is wrong
    static Element verified(Expected expected, Unverified response) {
        Element root = response.root();
        Optional<Element> assertion = Xml.only(STEP, root, Xml.ASSERTION, "Assertion");
        boolean whole = Signatures.of(root).isPresent();
        boolean part = assertion.flatMap(Signatures::of).isPresent();
        // A refusal of the provider has no assertion, and may be unsigned: it lets nobody in.
        Element trusted = whole ? Signatures.verified(root, expected.settings().keys()) : root;
        checkEnvelope(expected, trusted, whole);
        Element found = assertion.orElseThrow(() -> failure("there is no assertion"));
        require(whole || part, "neither the response nor its assertion is signed");
        return part
                ? Signatures.verified(found, expected.settings().keys())
                : Xml.one(STEP, trusted, Xml.ASSERTION, "Assertion");
    }

    private static void checkEnvelope(Expected expected, Element root, boolean signed) {
        require(
                Xml.attribute(root, "InResponseTo").equals(Optional.of(expected.requestId())),
                "it answers another request");
        Optional<String> destination = Xml.attribute(root, "Destination");
        require(
                destination.isPresent() || !signed,
                "it is signed as a whole and does not say where it was sent to: its Destination is missing");
        require(
                destination.isEmpty()
                        || destination.equals(Optional.of(expected.us().acs())),
                "it was sent to another place: its Destination is " + Xml.shown(destination.orElse("")));
        Xml.only(STEP, root, Xml.ASSERTION, "Issuer")
                .ifPresent(issuer -> requireIssuer(STEP, expected.settings(), issuer));
        checkStatus(Xml.one(STEP, root, Xml.PROTOCOL, "Status"));
    }

    /// Checks that an issuer is the provider.
    static void requireIssuer(String step, SamlSettings settings, Element issuer) {
        String name = Xml.text(step, issuer);
        if (!settings.entityId().equals(name)) {
            throw new DirectoryException(
                    step, "it comes from another provider, or one that calls itself " + Xml.shown(name), null);
        }
    }

    private static void checkStatus(Element status) {
        Element code = Xml.one(STEP, status, Xml.PROTOCOL, "StatusCode");
        String value = Xml.attribute(code, "Value").orElse("");
        List<Element> inner = Xml.children(code, Xml.PROTOCOL, "StatusCode");
        String more = inner.isEmpty()
                ? ""
                : " " + Xml.attribute(inner.getFirst(), "Value").orElse("");
        require(value.equals(SUCCESS), "the provider refuses: " + Xml.shown(value + more));
    }

    private static DirectoryException failure(String message) {
        return new DirectoryException(STEP, message, null);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw failure(otherwise);
        }
    }
}
