package dev.sekisho.control.directory.saml;

import dev.sekisho.control.directory.DirectoryException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/// Reads XML of strangers: no DOCTYPE, so no entities of their own; nothing is fetched; bounded in size, depth and
/// number. Stateless.
final class Xml {
    /// Of the protocol.
    static final String PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol";

    /// Of assertions.
    static final String ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion";

    /// Of metadata.
    static final String METADATA = "urn:oasis:names:tc:SAML:2.0:metadata";

    /// Of signatures.
    static final String SIGNATURE = "http://www.w3.org/2000/09/xmldsig#";

    private static final int MAX_CHARS = 256 << 10;
    private static final int MAX_DEPTH = 40;
    private static final int MAX_ELEMENTS = 20_000;
    private static final int MAX_ATTRIBUTES = 50;
    private static final int MAX_SHOWN = 120;

    private Xml() {}

    /// Reads a message: one that also holds no comments and no processing instructions. Readers of texts disagree about
    /// what these do to a name, and no provider sends them.
    ///
    /// @param step of the exception
    /// @throws DirectoryException saying what is wrong
    static Document message(String step, String text) {
        Document document = parse(step, text);
        for (Node node : nodes(document)) {
            if (node.getNodeType() == Node.COMMENT_NODE || node.getNodeType() == Node.PROCESSING_INSTRUCTION_NODE) {
                throw new DirectoryException(step, "the message holds a comment or a processing instruction", null);
            }
        }
        return document;
    }

    /// Reads a document.
    ///
    /// @param step of the exception
    /// @throws DirectoryException saying what is wrong
    static Document parse(String step, String text) {
        if (text.length() > MAX_CHARS) {
            throw new DirectoryException(step, "the XML is longer than " + MAX_CHARS + " characters", null);
        }
        Document document;
        try {
            document = builder().parse(new InputSource(new StringReader(text)));
        } catch (SAXException e) {
            throw new DirectoryException(step, "this is no XML that is taken: " + shown(e.getMessage()), e);
        } catch (IOException | ParserConfigurationException e) {
            throw new IllegalStateException("this JDK has no XML parser that can be hardened", e);
        }
        long elements = nodes(document).stream()
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
                .count();
        if (elements > MAX_ELEMENTS) {
            throw new DirectoryException(step, "the XML has more than " + MAX_ELEMENTS + " elements", null);
        }
        return document;
    }

    /// The JDK's own parser, whatever else is on the class path.
    private static DocumentBuilder builder() throws ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
        factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.setAttribute("jdk.xml.maxElementDepth", String.valueOf(MAX_DEPTH));
        factory.setAttribute("jdk.xml.elementAttributeLimit", String.valueOf(MAX_ATTRIBUTES));
        factory.setXIncludeAware(false);
        factory.setCoalescing(true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setErrorHandler(new Thrower());
        return builder;
    }

    /// Every complaint ends the reading; the JDK's own handler would print it.
    private static final class Thrower implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) throws SAXException {
            throw e;
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
            throw e;
        }
    }

    /// All nodes below one, without attributes, in no order that matters.
    static List<Node> nodes(Node root) {
        List<Node> found = new ArrayList<>();
        Deque<Node> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            for (Node child = open.pop().getFirstChild(); child != null; child = child.getNextSibling()) {
                found.add(child);
                open.push(child);
            }
        }
        return found;
    }

    /// The elements right below one.
    static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    /// Those of a name.
    static List<Element> children(Element parent, String namespace, String name) {
        return children(parent).stream()
                .filter(child -> is(child, namespace, name))
                .toList();
    }

    /// The only one of a name, if there is one.
    ///
    /// @throws DirectoryException when there are several
    static Optional<Element> only(String step, Element parent, String namespace, String name) {
        List<Element> found = children(parent, namespace, name);
        if (found.size() > 1) {
            throw new DirectoryException(step, "there are several " + name + " in " + parent.getLocalName(), null);
        }
        return found.stream().findFirst();
    }

    /// The only one of a name.
    ///
    /// @throws DirectoryException when there is none, or there are several
    static Element one(String step, Element parent, String namespace, String name) {
        return only(step, parent, namespace, name)
                .orElseThrow(() ->
                        new DirectoryException(step, "there is no " + name + " in " + parent.getLocalName(), null));
    }

    /// Whether an element has this name.
    static boolean is(Element element, String namespace, String name) {
        return namespace.equals(element.getNamespaceURI()) && name.equals(element.getLocalName());
    }

    /// The text of an element that holds nothing else.
    ///
    /// @throws DirectoryException when it holds elements
    static String text(String step, Element element) {
        if (!children(element).isEmpty()) {
            throw new DirectoryException(step, element.getLocalName() + " holds elements where text is wanted", null);
        }
        return element.getTextContent().strip();
    }

    /// An attribute without a namespace, if it is there.
    static Optional<String> attribute(Element element, String name) {
        return element.hasAttributeNS(null, name) ? Optional.of(element.getAttributeNS(null, name)) : Optional.empty();
    }

    /// A text of somebody else's as it may stand in a sentence of ours.
    static String shown(@Nullable String text) {
        String clean = String.valueOf(text).replaceAll("[^ -~]", "?");
        return clean.length() <= MAX_SHOWN ? clean : clean.substring(0, MAX_SHOWN) + "...";
    }

    /// A text for an attribute or an element.
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&apos;");
    }
}
