package dev.sekisho.control.directory.saml;

import static dev.sekisho.control.directory.saml.TestProvider.EXCLUSIVE;
import static dev.sekisho.control.directory.saml.TestProvider.NOW;
import static dev.sekisho.control.directory.saml.TestProvider.assertion;
import static dev.sekisho.control.directory.saml.TestProvider.audience;
import static dev.sekisho.control.directory.saml.TestProvider.encoded;
import static dev.sekisho.control.directory.saml.TestProvider.response;
import static dev.sekisho.control.directory.saml.TestProvider.rsa;
import static dev.sekisho.control.directory.saml.TestProvider.signature;
import static dev.sekisho.control.directory.saml.TestProvider.text;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import javax.crypto.spec.SecretKeySpec;
import javax.xml.crypto.dsig.Transform;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/// A response that must not let anybody in.
///
/// @param reason what the audit log says
/// @param maker makes it, as it travels, of the provider and the request's identity
record Forgery(String name, String reason, BiFunction<TestProvider, String, String> maker) {
    private static final KeyPair OTHER = rsa(2048);
    private static final String MORE = "http://www.w3.org/2001/04/xmldsig-more#";
    private static final String HOST = "https://sekisho.example.org";

    @Override
    public String toString() {
        return name;
    }

    static List<Forgery> all() {
        List<Forgery> all = new ArrayList<>();
        wrapped(all);
        signedWrongly(all);
        signedStrangely(all);
        forSomebodyElse(all);
        ofAnotherTime(all);
        noSuchAssertion(all);
        badXml(all);
        noMessage(all);
        return all;
    }

    private static void add(
            List<Forgery> all, String name, String reason, BiFunction<TestProvider, String, String> maker) {
        all.add(new Forgery(name, reason, maker));
    }

    /// Signed rightly, but it says something else than it should.
    private static void says(List<Forgery> all, String name, String reason, String... changes) {
        add(all, name, reason, (provider, id) -> {
            Document document = response(id, changes);
            return encoded(text(provider.sign(assertion(document))));
        });
    }

    /// Changed as a text after it was signed.
    private static void changed(List<Forgery> all, String name, String reason, UnaryOperator<String> change) {
        add(all, name, reason, (provider, id) -> {
            Document document = response(id);
            String signed = text(provider.sign(assertion(document)));
            String forged = change.apply(signed);
            if (forged.equals(signed)) {
                throw new IllegalStateException(name + " changes nothing");
            }
            return encoded(forged);
        });
    }

    private static void formed(
            List<Forgery> all, String name, String reason, BiFunction<TestProvider, Element, Document> signing) {
        add(all, name, reason, (provider, id) -> encoded(text(signing.apply(provider, assertion(response(id))))));
    }

    private static TestProvider.Form usual(Element element) {
        return TestProvider.Form.usual(element);
    }

    private static void wrapped(List<Forgery> all) {
        for (Wrapping wrapping : Wrapping.values()) {
            for (boolean sameId : new boolean[] {false, true}) {
                add(all, wrapping + (sameId ? " under the same ID" : ""), "", (provider, id) -> {
                    Document document = response(id);
                    provider.sign(wrapping.whole ? document.getDocumentElement() : assertion(document));
                    return encoded(text(wrapping.of(document, sameId)));
                });
            }
        }
    }

    private static void signedWrongly(List<Forgery> all) {
        add(all, "not signed", "is signed", (_, id) -> encoded(text(response(id))));
        add(all, "signature taken out", "is signed", (provider, id) -> {
            Document document = response(id);
            provider.sign(assertion(document));
            assertion(document).removeChild(signature(document));
            return encoded(text(document));
        });
        formed(
                all,
                "another key",
                "by none of the provider",
                (provider, element) -> provider.sign(element, usual(element), OTHER.getPrivate()));
        add(all, "another key that comes along", "by none of the provider", (provider, id) -> {
            Document document = response(id);
            provider.sign(assertion(document), usual(assertion(document)), OTHER.getPrivate());
            Element info = document.createElementNS(Xml.SIGNATURE, "ds:KeyInfo");
            Element data = document.createElementNS(Xml.SIGNATURE, "ds:X509Data");
            Element certificate = document.createElementNS(Xml.SIGNATURE, "ds:X509Certificate");
            certificate.setTextContent(new TestProvider(OTHER).pem().replaceAll("-----[A-Z ]*-----|\\n", ""));
            info.appendChild(data).appendChild(certificate);
            signature(document).appendChild(info);
            return encoded(text(document));
        });
        changed(all, "another name", "content was changed", xml -> xml.replace(">alice<", ">admin<"));
        changed(all, "one more group", "content was changed", xml -> xml.replace(">engineers<", ">admins<"));
        changed(
                all,
                "another digest",
                "content was changed",
                xml -> xml.replaceFirst(
                        "(<ds:DigestValue>)[^<]*", "$1" + Base64.getEncoder().encodeToString(new byte[32])));
        changed(
                all,
                "another signature value",
                "",
                xml -> xml.replaceFirst(
                        "(<ds:SignatureValue>)[^<]*", "$1" + Base64.getEncoder().encodeToString(new byte[256])));
        changed(all, "an empty signature value", "", xml -> xml.replaceFirst("(<ds:SignatureValue>)[^<]*", "$1"));
        changed(
                all,
                "a signature in the status only",
                "none belongs",
                xml -> xml.replaceFirst("(?s)<ds:Signature .*?</ds:Signature>", "")
                        .replace(
                                "<samlp:Status>",
                                "<samlp:Status>"
                                        + xml.replaceFirst("(?s).*(<ds:Signature .*?</ds:Signature>).*", "$1")));
        add(
                all,
                "the response changed around a signed assertion of another login",
                "another request",
                (provider, id) -> {
                    Document other = response("_another");
                    provider.sign(assertion(other));
                    other.getDocumentElement().setAttribute("InResponseTo", id);
                    return encoded(text(other));
                });
        add(
                all,
                "a response whose own signature is broken around a good assertion",
                "by none of the provider",
                (provider, id) -> {
                    Document document = response(id);
                    provider.sign(assertion(document));
                    provider.sign(
                            document.getDocumentElement(), usual(document.getDocumentElement()), OTHER.getPrivate());
                    return encoded(text(document));
                });
        add(
                all,
                "a good response around an assertion whose signature is broken",
                "by none of the provider",
                (provider, id) -> {
                    Document document = response(id);
                    provider.sign(assertion(document), usual(assertion(document)), OTHER.getPrivate());
                    provider.sign(document.getDocumentElement());
                    return encoded(text(document));
                });
    }

    private static void signedStrangely(List<Forgery> all) {
        formed(
                all,
                "RSA with SHA-1",
                "is not taken",
                (provider, element) -> provider.sign(
                        element,
                        usual(element).by("http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
                        provider.keys.getPrivate()));
        formed(
                all,
                "digest by SHA-1",
                "is not taken",
                (provider, element) -> provider.sign(
                        element,
                        usual(element).digestedBy("http://www.w3.org/2000/09/xmldsig#sha1"),
                        provider.keys.getPrivate()));
        formed(
                all,
                "HMAC with the public key",
                "is not taken",
                (provider, element) -> provider.sign(
                        element,
                        usual(element).by(MORE + "hmac-sha256"),
                        new SecretKeySpec(provider.keys.getPublic().getEncoded(), "HmacSHA256")));
        formed(
                all,
                "ECDSA where the provider has RSA",
                "none of the provider's certificates is for",
                (provider, element) -> provider.sign(
                        element,
                        usual(element).by(MORE + "ecdsa-sha256"),
                        TestProvider.ec().getPrivate()));
        formed(
                all,
                "XSLT",
                "other transforms",
                (provider, element) -> provider.sign(
                        element,
                        usual(element).transformedBy(Transform.ENVELOPED, Transform.XSLT, EXCLUSIVE),
                        provider.keys.getPrivate()));
        formed(
                all,
                "XPath that leaves the name out",
                "other transforms",
                (provider, element) -> provider.sign(
                        element,
                        usual(element).transformedBy(Transform.ENVELOPED, Transform.XPATH, EXCLUSIVE),
                        provider.keys.getPrivate()));
        formed(
                all,
                "inclusive canonicalization of the content",
                "other transforms",
                (provider, element) -> provider.sign(
                        element,
                        usual(element)
                                .transformedBy(Transform.ENVELOPED, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
                        provider.keys.getPrivate()));
        formed(
                all,
                "with comments",
                "other transforms",
                (provider, element) -> provider.sign(
                        element,
                        usual(element).transformedBy(Transform.ENVELOPED, EXCLUSIVE + "WithComments"),
                        provider.keys.getPrivate()));
        formed(
                all,
                "no enveloped transform",
                "",
                (provider, element) ->
                        provider.sign(element, usual(element).transformedBy(EXCLUSIVE), provider.keys.getPrivate()));
        formed(
                all,
                "inclusive canonicalization of the signature",
                "exclusive canonicalization",
                (provider, element) -> provider.sign(
                        element,
                        usual(element).canonicalizedBy("http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
                        provider.keys.getPrivate()));
        formed(
                all,
                "the whole document by an empty URI",
                "another element",
                (provider, element) -> provider.sign(element, usual(element).of(""), provider.keys.getPrivate()));
        add(all, "the assertion's signature in the response", "another element", (provider, id) -> {
            Document document = response(id);
            provider.sign(
                    document.getDocumentElement(),
                    usual(document.getDocumentElement()).of("#_assertion"),
                    provider.keys.getPrivate());
            return encoded(text(document));
        });
        changed(
                all,
                "two references",
                "one reference",
                xml -> xml.replaceFirst("(?s)(<ds:Reference .*?</ds:Reference>)", "$1$1"));
        changed(
                all,
                "an object in the signature",
                "something else",
                xml -> xml.replace("</ds:Signature>", "<ds:Object/></ds:Signature>"));
        changed(
                all,
                "two signatures",
                "several Signature",
                xml -> xml.replaceFirst("(?s)(<ds:Signature .*?</ds:Signature>)", "$1$1"));
    }

    private static void forSomebodyElse(List<Forgery> all) {
        says(all, "another audience", "its audience is", "audience", audience("https://other.example.org"));
        says(all, "no audience", "no audience", "audience", "");
        says(
                all,
                "one audience of two that both have to be",
                "its audience is",
                "audience",
                audience(TestProvider.US.entityId()) + audience("https://other.example.org"));
        says(
                all,
                "an audience that only begins like ours",
                "its audience is",
                "audience",
                audience(TestProvider.US.entityId() + ".evil.example.org"));
        says(all, "another recipient", "Recipient", "recipient", HOST + "/elsewhere");
        says(
                all,
                "another destination",
                "Destination",
                "destination",
                "https://evil.example.org/api/v1/login/saml/acs");
        says(all, "an unknown request", "expired", "inResponseTo", "_unknown");
        says(all, "an unknown request in the assertion", "another request", "confirms", "_unknown");
        says(all, "another issuer", "calls itself", "assertionIssuer", "https://evil.example.org/saml");
        says(all, "another issuer of the response", "calls itself", "issuer", "https://evil.example.org/saml");
        says(all, "a condition that nobody knows", "condition", "conditions", "<saml:Condition/>");
        says(all, "a holder of a key", "bearer", "method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key");
        add(all, "asked for by nobody", "expired", (provider, id) -> {
            Document document = response(id);
            document.getDocumentElement().removeAttribute("InResponseTo");
            return encoded(text(provider.sign(assertion(document))));
        });
        add(all, "signed as a whole without a destination", "Destination is missing", (provider, id) -> {
            Document document = response(id);
            document.getDocumentElement().removeAttribute("Destination");
            return encoded(text(provider.sign(document.getDocumentElement())));
        });
    }

    private static void ofAnotherTime(List<Forgery> all) {
        says(all, "expired", "has expired", "until", NOW.minusSeconds(61).toString());
        says(
                all,
                "confirmation expired",
                "has expired",
                "confirmedUntil",
                NOW.minusSeconds(61).toString());
        says(all, "not valid yet", "not valid yet", "from", NOW.plusSeconds(61).toString());
        says(
                all,
                "made in the future",
                "in the future",
                "made",
                NOW.plusSeconds(61).toString());
        says(all, "confirmation with a beginning", "NotBefore", "confirmation", " NotBefore=\"" + NOW + "\"");
        says(all, "no time", "no time", "until", "tomorrow");
        says(
                all,
                "session over",
                "session at the provider",
                "login",
                "<saml:AuthnStatement AuthnInstant=\"" + NOW + "\" SessionNotOnOrAfter=\"" + NOW.minusSeconds(61)
                        + "\"/>");
    }

    private static void noSuchAssertion(List<Forgery> all) {
        says(all, "nobody logged in", "AuthnStatement", "login", "");
        says(all, "a refusal", "refuses", "status", "urn:oasis:names:tc:SAML:2.0:status:Responder");
        says(all, "version 1.1", "no SAML 2.0", "version", "1.1");
        says(all, "an assertion of version 1.1", "version 2.0", "assertionVersion", "1.1");
        says(all, "a name that changes", "transient", "format", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient");
        says(all, "elements in the name", "holds elements", "name", "ali<saml:x/>ce");
        changed(
                all,
                "two assertions, both signed",
                "more than one assertion",
                xml -> xml.replaceFirst("(?s)(<saml:Assertion .*</saml:Assertion>)", "$1$1")
                        .replaceFirst("_assertion", "_b"));
        changed(
                all,
                "no assertion",
                "no assertion",
                xml -> xml.replaceFirst("(?s)<saml:Assertion .*</saml:Assertion>", ""));
        changed(
                all,
                "an encrypted assertion",
                "switch encryption off",
                xml -> xml.replaceFirst(
                        "(?s)<saml:Assertion .*</saml:Assertion>",
                        "<saml:EncryptedAssertion xmlns:saml=\"" + Xml.ASSERTION + "\"/>"));
        says(all, "an encrypted attribute", "switch encryption off", "attributes", "<saml:EncryptedAttribute/>");
    }

    private static void badXml(List<Forgery> all) {
        changed(all, "a DOCTYPE", "DOCTYPE", xml -> "<!DOCTYPE x>" + xml);
        changed(
                all,
                "an external entity",
                "DOCTYPE",
                xml -> "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>" + xml.replace(">alice<", ">&e;<"));
        changed(
                all,
                "a bomb of entities",
                "DOCTYPE",
                xml -> "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>"
                        + xml.replace("alice", "&b;"));
        changed(
                all,
                "a parameter entity",
                "DOCTYPE",
                xml -> "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/x.dtd\"> %p;]>" + xml);
        changed(all, "a comment in the name", "comment", xml -> xml.replace(">alice<", ">al<!-- -->ice<"));
        add(all, "a comment that was there when it was signed", "comment", (provider, id) -> {
            Document document = response(id, "name", "admin<!-- -->.evil");
            return encoded(text(provider.sign(assertion(document))));
        });
        changed(
                all,
                "a processing instruction",
                "comment or a processing",
                xml -> xml.replace(">alice<", ">al<?x y?>ice<"));
        changed(
                all,
                "a thousand levels",
                "",
                xml -> xml.replace("<samlp:Status>", "<x>".repeat(1000) + "</x>".repeat(1000) + "<samlp:Status>"));
        changed(
                all,
                "a hundred thousand elements",
                "",
                xml -> xml.replace("<samlp:Status>", "<x/>".repeat(60_000) + "<samlp:Status>"));
        changed(
                all,
                "a thousand attributes",
                "",
                xml -> xml.replace("<samlp:Status>", "<x" + attributes(1000) + "/><samlp:Status>"));
        changed(
                all,
                "longer than anybody needs",
                "longer than",
                xml -> xml.replace("<samlp:Status>", "<x>" + "x".repeat(300_000) + "</x><samlp:Status>"));
        changed(all, "cut off", "no XML", xml -> xml.substring(0, xml.length() / 2));
        changed(all, "two roots", "no XML", xml -> xml + xml);
        changed(
                all,
                "a prefix that nobody declared",
                "no XML",
                xml -> xml.replace("<samlp:Status>", "<y:x/><samlp:Status>"));
        changed(
                all,
                "two elements of one ID",
                "same ID",
                xml -> xml.replace("<samlp:Status>", "<samlp:Status ID=\"_assertion\">"));
        changed(
                all,
                "an ID by another spelling",
                "same ID",
                xml -> xml.replace("<samlp:Status>", "<samlp:Status xml:id=\"_assertion\">"));
    }

    private static String attributes(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(" a").append(i).append("=\"\"");
        }
        return text.toString();
    }

    private static void noMessage(List<Forgery> all) {
        add(all, "nothing", "no XML", (_, _) -> "");
        add(all, "no base 64", "base 64", (_, _) -> "<xml/>");
        add(all, "no UTF-8", "UTF-8", (_, _) -> Base64.getEncoder().encodeToString(new byte[] {(byte) 0xc3, '('}));
        add(
                all,
                "UTF-16",
                "UTF-8",
                (provider, id) -> Base64.getEncoder()
                        .encodeToString(("\ufeff" + text(response(id))).getBytes(StandardCharsets.UTF_16)));
        add(all, "megabytes", "longer than", (_, _) -> "A".repeat(900_000));
        add(
                all,
                "a logout",
                "no SAML 2.0",
                (_, _) -> encoded("<samlp:LogoutResponse xmlns:samlp=\"" + Xml.PROTOCOL + "\"/>"));
        add(
                all,
                "SAML 1.1",
                "no SAML 2.0",
                (_, _) -> encoded("<Response xmlns=\"urn:oasis:names:tc:SAML:1.0:protocol\" Version=\"2.0\"/>"));
        add(all, "an assertion alone", "no SAML 2.0", (provider, id) -> {
            Document document = response(id);
            provider.sign(assertion(document));
            document.replaceChild(assertion(document), document.getDocumentElement());
            return encoded(text(document));
        });
    }
}
