package dev.sekisho.control.directory.saml;

import dev.sekisho.control.directory.DirectoryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import org.w3c.dom.Element;

/// Checks signatures of the one form that SAML wants (Core section 5.4): enveloped in the element that is signed; one
/// reference, to that element by its ID; exclusive canonicalization; RSA or ECDSA with SHA-2; a key that we know, never
/// one that comes along. All else is refused before anything is computed. Stateless.
final class Signatures {
    private static final String STEP = "signature";
    private static final String EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
    private static final String ENVELOPED = Xml.SIGNATURE + "enveloped-signature";
    private static final String MORE = "http://www.w3.org/2001/04/xmldsig-more#";

    /// Signature algorithms with the kind of key that each needs.
    private static final Map<String, String> ALGORITHMS = Map.of(
            MORE + "rsa-sha256", "RSA",
            MORE + "rsa-sha384", "RSA",
            MORE + "rsa-sha512", "RSA",
            MORE + "ecdsa-sha256", "EC",
            MORE + "ecdsa-sha384", "EC",
            MORE + "ecdsa-sha512", "EC");

    private static final Set<String> DIGESTS = Set.of(
            "http://www.w3.org/2001/04/xmlenc#sha256", MORE + "sha384", "http://www.w3.org/2001/04/xmlenc#sha512");

    private Signatures() {}

    /// The signature of an element, if it has one.
    ///
    /// @throws DirectoryException when it has several
    static Optional<Element> of(Element element) {
        return Xml.only(STEP, element, Xml.SIGNATURE, "Signature");
    }

    /// What was signed: the element again, read from the very bytes whose digest the signature holds. Whatever was
    /// around it is not there any more.
    ///
    /// @param element has the signature among its children
    /// @throws DirectoryException when none of the keys made it, or its form is another
    static Element verified(Element element, List<PublicKey> keys) {
        Element signature = of(element).orElseThrow(() -> failure(element.getLocalName() + " is not signed"));
        String algorithm = checkedForm(signature, element);
        String kind = String.valueOf(ALGORITHMS.get(algorithm));
        List<PublicKey> fitting =
                keys.stream().filter(key -> key.getAlgorithm().equals(kind)).toList();
        for (PublicKey key : fitting) {
            Optional<String> signed = digested(signature, element, key);
            if (signed.isPresent()) {
                Element again = Xml.message(STEP, signed.get()).getDocumentElement();
                require(
                        Xml.is(again, String.valueOf(element.getNamespaceURI()), element.getLocalName())
                                && Xml.attribute(again, "ID").equals(Xml.attribute(element, "ID")),
                        "another element was signed");
                return again;
            }
        }
        throw failure(
                fitting.isEmpty()
                        ? "none of the provider's certificates is for " + Xml.shown(algorithm)
                        : "the signature of " + element.getLocalName()
                                + " was made by none of the provider's certificates, or its content was changed");
    }

    private static DirectoryException failure(String message) {
        return new DirectoryException(STEP, message, null);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw failure(otherwise);
        }
    }

    /// @return the signature's algorithm
    private static String checkedForm(Element signature, Element signed) {
        List<String> names =
                Xml.children(signature).stream().map(Element::getLocalName).toList();
        require(
                names.equals(List.of("SignedInfo", "SignatureValue"))
                        || names.equals(List.of("SignedInfo", "SignatureValue", "KeyInfo")),
                "the signature holds something else than SignedInfo, SignatureValue and KeyInfo");
        Element info = Xml.one(STEP, signature, Xml.SIGNATURE, "SignedInfo");
        require(Xml.children(info).size() == 3, "the signature has not exactly one reference");
        Element canonical = Xml.one(STEP, info, Xml.SIGNATURE, "CanonicalizationMethod");
        require(isExclusive(canonical), "the signature is not canonicalized by exclusive canonicalization");
        Element method = Xml.one(STEP, info, Xml.SIGNATURE, "SignatureMethod");
        String algorithm = Xml.attribute(method, "Algorithm").orElse("");
        require(
                ALGORITHMS.containsKey(algorithm) && Xml.children(method).isEmpty(),
                "the algorithm " + Xml.shown(algorithm)
                        + " is not taken: have the provider sign with RSA or ECDSA and SHA-256 or better");
        checkReference(Xml.one(STEP, info, Xml.SIGNATURE, "Reference"), signed);
        return algorithm;
    }

    private static void checkReference(Element reference, Element signed) {
        String id = Xml.attribute(signed, "ID")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> failure("what is signed has no ID"));
        require(
                Xml.attribute(reference, "URI").equals(Optional.of("#" + id)),
                "the signature is of another element than the one it stands in");
        require(Xml.children(reference).size() == 3, "the reference has parts that are not taken");
        Element transforms = Xml.one(STEP, reference, Xml.SIGNATURE, "Transforms");
        List<Element> steps = Xml.children(transforms);
        require(
                steps.size() == 2
                        && isTransform(steps.getFirst())
                        && isTransform(steps.getLast())
                        && Xml.attribute(steps.getFirst(), "Algorithm").equals(Optional.of(ENVELOPED))
                        && Xml.children(steps.getFirst()).isEmpty()
                        && isExclusive(steps.getLast()),
                "the reference has other transforms than enveloped signature and exclusive canonicalization");
        Element digest = Xml.one(STEP, reference, Xml.SIGNATURE, "DigestMethod");
        require(
                DIGESTS.contains(Xml.attribute(digest, "Algorithm").orElse(""))
                        && Xml.children(digest).isEmpty(),
                "the digest " + Xml.shown(Xml.attribute(digest, "Algorithm").orElse(""))
                        + " is not taken: have the provider use SHA-256 or better");
        Xml.one(STEP, reference, Xml.SIGNATURE, "DigestValue");
    }

    private static boolean isTransform(Element element) {
        return Xml.is(element, Xml.SIGNATURE, "Transform");
    }

    private static boolean isExclusive(Element method) {
        return Xml.attribute(method, "Algorithm").equals(Optional.of(EXCLUSIVE))
                && Xml.children(method).stream()
                        .allMatch(child -> Xml.is(child, EXCLUSIVE, "InclusiveNamespaces")
                                && Xml.children(child).isEmpty());
    }

    /// @return the bytes that were digested, as text; empty when the signature is not by this key
    private static Optional<String> digested(Element signature, Element signed, PublicKey key) {
        DOMValidateContext context = new DOMValidateContext(key, signature);
        context.setProperty("org.jcp.xml.dsig.secureValidation", true);
        context.setProperty("javax.xml.crypto.dsig.cacheReference", true);
        context.setIdAttributeNS(signed, null, "ID");
        try {
            XMLSignature found = XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
            if (!found.validate(context)) {
                return Optional.empty();
            }
            Reference reference = found.getSignedInfo().getReferences().getFirst();
            try (InputStream bytes = reference.getDigestInputStream()) {
                require(bytes != null, "this JDK does not tell what it digested");
                return Optional.of(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (MarshalException | XMLSignatureException e) {
            throw new DirectoryException(STEP, "the signature can't be checked: " + Xml.shown(e.getMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
