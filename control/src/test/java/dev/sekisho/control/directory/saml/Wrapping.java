package dev.sekisho.control.directory.saml;

import java.util.function.Consumer;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/// The eight ways to wrap a signed message in a forged one that Somorovsky et al. found ("On Breaking SAML: Be Whoever
/// You Want to Be", 2012), by the numbers that testers give them. Each leaves the signature valid for a naive verifier,
/// and shows `admin` to a naive reader.
@SuppressWarnings("ImmutableEnumChecker") // what they do is fixed
enum Wrapping {
    /// The original response inside the signature of a forged one.
    XSW1(true, document -> {
        Element root = document.getDocumentElement();
        Element original = (Element) root.cloneNode(true);
        original.removeChild(signatureOf(original));
        signatureOf(root).appendChild(original);
        forge(root);
    }),
    /// The original response beside its signature.
    XSW2(true, document -> {
        Element root = document.getDocumentElement();
        Element original = (Element) root.cloneNode(true);
        original.removeChild(signatureOf(original));
        root.insertBefore(original, signatureOf(root));
        forge(root);
    }),
    /// A forged assertion before the original.
    XSW3(false, document -> {
        Element original = TestProvider.assertion(document);
        original.getParentNode().insertBefore(forgedCopy(original), original);
    }),
    /// The original assertion inside a forged one.
    XSW4(false, document -> {
        Element original = TestProvider.assertion(document);
        Element forged = forgedCopy(original);
        original.getParentNode().replaceChild(forged, original);
        forged.appendChild(original);
    }),
    /// The signed assertion forged, a copy of the original at the end.
    XSW5(false, document -> {
        Element signed = TestProvider.assertion(document);
        Element original = (Element) signed.cloneNode(true);
        original.removeChild(signatureOf(original));
        document.getDocumentElement().appendChild(original);
        forge(signed);
    }),
    /// The signed assertion forged, the original inside its signature.
    XSW6(false, document -> {
        Element signed = TestProvider.assertion(document);
        Element original = (Element) signed.cloneNode(true);
        original.removeChild(signatureOf(original));
        signatureOf(signed).appendChild(original);
        forge(signed);
    }),
    /// A forged assertion in extensions.
    XSW7(false, document -> {
        Element original = TestProvider.assertion(document);
        Element extensions = document.createElementNS(Xml.PROTOCOL, "samlp:Extensions");
        extensions.appendChild(forgedCopy(original));
        original.getParentNode().insertBefore(extensions, original);
    }),
    /// The signed assertion forged, the original in an object of its signature.
    XSW8(false, document -> {
        Element signed = TestProvider.assertion(document);
        Element original = (Element) signed.cloneNode(true);
        original.removeChild(signatureOf(original));
        Element object = document.createElementNS(Xml.SIGNATURE, "ds:Object");
        object.appendChild(original);
        signatureOf(signed).appendChild(object);
        forge(signed);
    });

    /// Whether it is the response that has to be signed, and not the assertion.
    final boolean whole;

    private final Consumer<Document> change;

    Wrapping(boolean whole, Consumer<Document> change) {
        this.whole = whole;
        this.change = change;
    }

    /// Forges a signed message; with the forged element under another ID, or under the one that was signed.
    Document of(Document signed, boolean sameId) {
        change.accept(signed);
        if (sameId) {
            for (Node node : Xml.nodes(signed)) {
                if (node instanceof Element element
                        && element.getAttribute("ID").startsWith("_forged")) {
                    element.setAttribute("ID", whole ? "_response" : "_assertion");
                }
            }
        }
        return signed;
    }

    private static Element signatureOf(Element element) {
        return Signatures.of(element).orElseThrow();
    }

    private static Element forgedCopy(Element original) {
        Element forged = (Element) original.cloneNode(true);
        forged.removeChild(signatureOf(forged));
        forge(forged);
        return forged;
    }

    /// Gives it another ID and another name, but for what stands inside its signature.
    private static void forge(Element element) {
        element.setAttribute("ID", "_forged" + element.getAttribute("ID"));
        for (Node node : Xml.nodes(element)) {
            if (node instanceof Element name && name.getLocalName().equals("NameID") && !isIn(name, element)) {
                name.setTextContent("admin");
            }
        }
    }

    private static boolean isIn(Element name, Element root) {
        for (Node at = name.getParentNode(); at != null && !at.isSameNode(root); at = at.getParentNode()) {
            boolean otherAssertion = at instanceof Element element
                    && (element.getLocalName().equals("Signature")
                            || element.getLocalName().equals("Response"));
            if (otherAssertion) {
                return true;
            }
        }
        return false;
    }
}
