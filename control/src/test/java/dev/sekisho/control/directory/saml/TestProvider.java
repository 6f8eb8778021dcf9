package dev.sekisho.control.directory.saml;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dom.DOMStructure;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.ExcC14NParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.crypto.dsig.spec.XPathFilterParameterSpec;
import javax.xml.crypto.dsig.spec.XSLTTransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/// An identity provider that says and signs whatever a test wants.
final class TestProvider {
    static final String ENTITY_ID = "https://login.example.org/saml";
    static final String SSO_URL = "https://login.example.org/sso?tenant=1";
    static final ServiceProvider US = ServiceProvider.at(URI.create("https://sekisho.example.org"));
    static final String EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
    static final String RSA = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    static final String SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";
    static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    private static final String TEMPLATE = """
            <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="{responseId}" Version="{version}"\
             IssueInstant="{now}" Destination="{destination}" InResponseTo="{inResponseTo}">\
            <saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{issuer}</saml:Issuer>{extensions}\
            <samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status>\
            <saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema"\
             xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="{assertionId}" Version="{assertionVersion}"\
             IssueInstant="{made}"><saml:Issuer>{assertionIssuer}</saml:Issuer>\
            <saml:Subject><saml:NameID Format="{format}">{name}</saml:NameID>\
            <saml:SubjectConfirmation Method="{method}"><saml:SubjectConfirmationData NotOnOrAfter="{confirmedUntil}"\
             Recipient="{recipient}" InResponseTo="{confirms}"{confirmation}/></saml:SubjectConfirmation></saml:Subject>\
            <saml:Conditions NotBefore="{from}" NotOnOrAfter="{until}">{audience}{conditions}</saml:Conditions>\
            {login}<saml:AttributeStatement>\
            <saml:Attribute Name="mail"><saml:AttributeValue xsi:type="xs:string">{name}@example.org</saml:AttributeValue>\
            </saml:Attribute><saml:Attribute Name="displayName"><saml:AttributeValue>{display}</saml:AttributeValue>\
            </saml:Attribute><saml:Attribute Name="groups"><saml:AttributeValue>engineers</saml:AttributeValue>\
            <saml:AttributeValue>on-call</saml:AttributeValue></saml:Attribute>{attributes}</saml:AttributeStatement>\
            </saml:Assertion></samlp:Response>\
            """;

    final KeyPair keys;
    final X509Certificate certificate;

    TestProvider(KeyPair keys) {
        this.keys = keys;
        certificate = certificate(keys);
    }

    static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair ec() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate certificate(KeyPair keys) {
        try {
            X500Name name = new X500Name("CN=provider");
            String algorithm = keys.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            return new JcaX509CertificateConverter()
                    .getCertificate(new JcaX509v3CertificateBuilder(
                                    name,
                                    BigInteger.ONE,
                                    Date.from(NOW.minus(Duration.ofDays(1))),
                                    Date.from(NOW.plus(Duration.ofDays(300))),
                                    name,
                                    keys.getPublic())
                            .build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    String pem() {
        return "-----BEGIN CERTIFICATE-----\n" + base64() + "\n-----END CERTIFICATE-----\n";
    }

    private String base64() {
        try {
            return Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Its metadata, with a comment, a key for encryption and an address for another binding.
    String metadata() {
        return """
                <?xml version="1.0"?><!-- made by hand -->
                <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s">
                <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
                <md:KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
                <ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
                <md:KeyDescriptor use="encryption"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>
                </md:KeyDescriptor>
                <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://x/"/>
                <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="%s"/>
                </md:IDPSSODescriptor></md:EntityDescriptor>
                """.formatted(ENTITY_ID, base64(), SSO_URL);
    }

    /// A response that would be taken once it is signed.
    ///
    /// @param changes name and value, one after the other, of what is otherwise
    static Document response(String requestId, String... changes) {
        Map<String, String> values = new TreeMap<>();
        values.put("responseId", "_response");
        values.put("assertionId", "_assertion");
        values.put("version", "2.0");
        values.put("assertionVersion", "2.0");
        values.put("now", NOW.toString());
        values.put("made", NOW.toString());
        values.put("destination", US.acs());
        values.put("recipient", US.acs());
        values.put("inResponseTo", requestId);
        values.put("confirms", requestId);
        values.put("issuer", ENTITY_ID);
        values.put("assertionIssuer", ENTITY_ID);
        values.put("status", "urn:oasis:names:tc:SAML:2.0:status:Success");
        values.put("format", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");
        values.put("name", "alice");
        values.put("display", "Alice");
        values.put("method", "urn:oasis:names:tc:SAML:2.0:cm:bearer");
        values.put("from", NOW.minusSeconds(5).toString());
        values.put("until", NOW.plusSeconds(300).toString());
        values.put("confirmedUntil", NOW.plusSeconds(300).toString());
        values.put("audience", audience(US.entityId()));
        values.put("login", "<saml:AuthnStatement AuthnInstant=\"" + NOW + "\"/>");
        for (String empty : List.of("extensions", "confirmation", "conditions", "attributes")) {
            values.put(empty, "");
        }
        for (int i = 0; i < changes.length; i += 2) {
            if (values.put(changes[i], changes[i + 1]) == null) {
                throw new IllegalArgumentException(changes[i]);
            }
        }
        String xml = TEMPLATE;
        for (Map.Entry<String, String> value : values.entrySet()) {
            xml = xml.replace("{" + value.getKey() + "}", value.getValue());
        }
        return document(xml);
    }

    static String audience(String entityId) {
        return "<saml:AudienceRestriction><saml:Audience>" + entityId + "</saml:Audience></saml:AudienceRestriction>";
    }

    static Document document(String xml) {
        try {
            return DocumentBuilderFactory.newDefaultNSInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SAXException | ParserConfigurationException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Element assertion(Document document) {
        return (Element)
                document.getElementsByTagNameNS(Xml.ASSERTION, "Assertion").item(0);
    }

    static Element signature(Document document) {
        return (Element)
                document.getElementsByTagNameNS(Xml.SIGNATURE, "Signature").item(0);
    }

    /// How something is signed.
    ///
    /// @param uri of the reference
    record Form(
            String algorithm,
            String digest,
            String canonicalization,
            List<String> transforms,
            String uri,
            String prefixes) {
        static Form usual(Element element) {
            return new Form(
                    RSA,
                    SHA256,
                    EXCLUSIVE,
                    List.of(Transform.ENVELOPED, EXCLUSIVE),
                    "#" + element.getAttribute("ID"),
                    "");
        }

        Form by(String next) {
            return new Form(next, digest, canonicalization, transforms, uri, prefixes);
        }

        Form digestedBy(String next) {
            return new Form(algorithm, next, canonicalization, transforms, uri, prefixes);
        }

        Form canonicalizedBy(String next) {
            return new Form(algorithm, digest, next, transforms, uri, prefixes);
        }

        Form transformedBy(String... next) {
            return new Form(algorithm, digest, canonicalization, List.of(next), uri, prefixes);
        }

        Form of(String next) {
            return new Form(algorithm, digest, canonicalization, transforms, next, prefixes);
        }

        Form withPrefixes(String next) {
            return new Form(algorithm, digest, canonicalization, transforms, uri, next);
        }
    }

    /// Signs an element, behind its issuer.
    Document sign(Element element) {
        return sign(element, Form.usual(element), keys.getPrivate());
    }

    Document sign(Element element, Form form, Key key) {
        try {
            XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
            List<Transform> transforms = new ArrayList<>();
            for (String name : form.transforms()) {
                transforms.add(factory.newTransform(name, parameter(name, form)));
            }
            Reference reference = factory.newReference(
                    form.uri(), factory.newDigestMethod(form.digest(), null), transforms, null, null);
            SignedInfo info = factory.newSignedInfo(
                    factory.newCanonicalizationMethod(form.canonicalization(), (C14NMethodParameterSpec) null),
                    factory.newSignatureMethod(form.algorithm(), null),
                    List.of(reference));
            Node after = element.getFirstChild().getNextSibling();
            DOMSignContext context = new DOMSignContext(key, element, after);
            context.setProperty("org.jcp.xml.dsig.secureValidation", false);
            context.setDefaultNamespacePrefix("ds");
            ids(context, element.getOwnerDocument().getDocumentElement());
            factory.newXMLSignature(info, null).sign(context);
            return element.getOwnerDocument();
        } catch (GeneralSecurityException | MarshalException | XMLSignatureException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void ids(DOMSignContext context, Element element) {
        if (element.hasAttribute("ID")) {
            context.setIdAttributeNS(element, null, "ID");
        }
        Xml.children(element).forEach(child -> ids(context, child));
    }

    private static @Nullable TransformParameterSpec parameter(String name, Form form) {
        if (name.equals(Transform.XPATH)) {
            return new XPathFilterParameterSpec("not(ancestor-or-self::saml:NameID)", Map.of("saml", Xml.ASSERTION));
        }
        if (name.equals(Transform.XSLT)) {
            return new XSLTTransformParameterSpec(new DOMStructure(document("""
                            <xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">\
                            <xsl:template match="/"><x>constant</x></xsl:template></xsl:stylesheet>\
                            """).getDocumentElement()));
        }
        return name.equals(EXCLUSIVE) && !form.prefixes().isEmpty()
                ? new ExcC14NParameterSpec(List.of(form.prefixes().split(" ")))
                : null;
    }

    /// As text, without an XML declaration.
    static String text(Document document) {
        try {
            Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            StringWriter text = new StringWriter();
            transformer.transform(new DOMSource(document), new StreamResult(text));
            return text.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException(e);
        }
    }

    /// As it travels.
    static String encoded(String xml) {
        return Base64.getEncoder().encodeToString(xml.getBytes(StandardCharsets.UTF_8));
    }
}
