package dev.sekisho.control.directory.saml;

import static dev.sekisho.control.directory.saml.TestProvider.assertion;
import static dev.sekisho.control.directory.saml.TestProvider.encoded;
import static dev.sekisho.control.directory.saml.TestProvider.response;
import static dev.sekisho.control.directory.saml.TestProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.directory.ConnectedDirectory;
import dev.sekisho.control.directory.Step;
import dev.sekisho.control.directory.redirect.LoginOutcome;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.web.Problem;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/// What providers may send, and what is made of it.
@Tag("C05")
class SamlResponsesTest {
    private static final String MORE = "http://www.w3.org/2001/04/xmldsig-more#";
    private static final TestProvider RSA = new TestProvider(TestProvider.rsa(2048));
    private static final TestProvider EC = new TestProvider(TestProvider.ec());

    private SamlSite site;

    @BeforeEach
    void open() {
        site = new SamlSite();
    }

    @AfterEach
    void close() {
        site.close();
    }

    private NewUser identified(LoginOutcome outcome) {
        assertThat(outcome).as(site.site.audit().getLast()).isInstanceOf(LoginOutcome.Identified.class);
        return ((LoginOutcome.Identified) outcome).user();
    }

    private LoginOutcome logIn(ConnectedDirectory directory, String... changes) {
        SamlSite.Begun begun = site.begin(directory, "/devices");
        return site.finish(begun, encoded(text(RSA.sign(assertion(response(begun.id(), changes))))));
    }

    @Test
    void attributesBecomeNameMailAndRoles() {
        ConnectedDirectory directory = site.connect(RSA);
        LoginOutcome outcome = logIn(directory);
        NewUser alice = identified(outcome);
        assertThat(alice.name()).isEqualTo("alice");
        assertThat(alice.displayName()).contains("Alice");
        assertThat(alice.email()).contains("alice@example.org");
        assertThat(alice.directory()).contains(directory.id());
        assertThat(alice.roles().orElseThrow()).containsExactlyInAnyOrder("engineer", "on_call");
        assertThat(((LoginOutcome.Identified) outcome).target()).isEqualTo("/devices");
        site.site.login(alice);
        assertThat(site.site.rolesOf("alice")).containsExactlyInAnyOrder("engineer", "on_call");
    }

    @Test
    void namesOfAttributesCanBeSet() {
        ConnectedDirectory directory = site.connect(
                RSA,
                "idAttribute",
                "employee",
                "nameAttribute",
                "uid",
                "displayNameAttribute",
                "cn",
                "mailAttribute",
                "box",
                "groupsAttribute",
                "teams");
        NewUser user = identified(logIn(
                directory,
                "format",
                "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
                "attributes",
                attribute("employee", "4711")
                        + attribute("uid", "bob")
                        + attribute("cn", "Bob")
                        + attribute("box", "bob@example.org")
                        + attribute("teams", "engineers")));
        assertThat(user.name()).isEqualTo("bob");
        assertThat(user.displayName()).contains("Bob");
        assertThat(user.email()).contains("bob@example.org");
        assertThat(user.roles().orElseThrow()).containsExactly("engineer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<saml:Attribute Name=\"uid\"><saml:AttributeValue>a</saml:AttributeValue>"
                        + "<saml:AttributeValue>b</saml:AttributeValue></saml:Attribute>"
            })
    void aNameHasToBeThereOnce(String attributes) {
        assertThat(logIn(site.connect(RSA, "nameAttribute", "uid"), "attributes", attributes))
                .isInstanceOf(LoginOutcome.Failed.class);
        assertThat(site.site.audit().getLast()).contains("the attribute uid has", "mail");
    }

    private static String attribute(String name, String value) {
        return "<saml:Attribute Name=\"" + name + "\"><saml:AttributeValue>" + value
                + "</saml:AttributeValue></saml:Attribute>";
    }

    @ParameterizedTest
    @CsvSource({
        "rsa-sha256, http://www.w3.org/2001/04/xmlenc#sha256",
        "rsa-sha384, http://www.w3.org/2001/04/xmldsig-more#sha384",
        "rsa-sha512, http://www.w3.org/2001/04/xmlenc#sha512",
        "ecdsa-sha256, http://www.w3.org/2001/04/xmlenc#sha256",
        "ecdsa-sha384, http://www.w3.org/2001/04/xmlenc#sha256",
        "ecdsa-sha512, http://www.w3.org/2001/04/xmlenc#sha256"
    })
    void strongSignaturesAreTaken(String algorithm, String digest) {
        TestProvider provider = algorithm.startsWith("rsa") ? RSA : EC;
        SamlSite.Begun begun = site.begin(site.connect(provider), "/");
        Document document = response(begun.id());
        TestProvider.Form form = TestProvider.Form.usual(assertion(document))
                .by(MORE + algorithm)
                .digestedBy(digest);
        provider.sign(assertion(document), form, provider.keys.getPrivate());
        assertThat(identified(site.finish(begun, encoded(text(document)))).name())
                .isEqualTo("alice");
    }

    @Test
    void aResponseThatIsSignedAsAWholeIsTaken() {
        SamlSite.Begun begun = site.begin(site.connect(RSA), "/");
        Document document = response(begun.id());
        RSA.sign(document.getDocumentElement());
        assertThat(identified(site.finish(begun, encoded(text(document)))).name())
                .isEqualTo("alice");
    }

    @Test
    void bothSignaturesAreTakenAndNamespacesThatOnlyTheInnerOneKeeps() {
        SamlSite.Begun begun = site.begin(site.connect(RSA), "/");
        Document document = response(begun.id());
        RSA.sign(
                assertion(document),
                TestProvider.Form.usual(assertion(document)).withPrefixes("xs xsi"),
                RSA.keys.getPrivate());
        RSA.sign(document.getDocumentElement());
        assertThat(identified(site.finish(begun, encoded(text(document)))).name())
                .isEqualTo("alice");
    }

    @Test
    void oneOfSeveralCertificatesIsEnough() {
        ConnectedDirectory directory = site.connect(RSA, "certificates", EC.pem() + RSA.pem());
        assertThat(identified(logIn(directory)).name()).isEqualTo("alice");
    }

    @Test
    void linesOfBase64AndCharactersByNumberAreTaken() {
        SamlSite.Begun begun = site.begin(site.connect(RSA), "/");
        String xml = text(RSA.sign(assertion(response(begun.id(), "display", "Al&#xef;ce &amp; <![CDATA[Co]]>"))));
        String lines = Base64.getMimeEncoder().encodeToString(xml.getBytes(StandardCharsets.UTF_8));
        assertThat(identified(site.finish(begun, lines)).displayName()).contains("Alïce & Co");
    }

    @Test
    void clocksMayBeAMinuteApart() {
        assertThat(identified(logIn(
                                site.connect(RSA),
                                "from",
                                TestProvider.NOW.plusSeconds(59).toString(),
                                "made",
                                TestProvider.NOW.plusSeconds(59).toString(),
                                "until",
                                TestProvider.NOW.minusSeconds(59).toString()))
                        .name())
                .isEqualTo("alice");
    }

    @Test
    void metadataAreEnough() {
        ConnectedDirectory directory = site.connect(Map.of("metadata", RSA.metadata()));
        SamlSite.Begun begun = site.begin(directory, "/");
        assertThat(begun.url()).startsWith(TestProvider.SSO_URL + "&SAMLRequest=");
        String encoded = encoded(text(RSA.sign(assertion(response(begun.id())))));
        assertThat(identified(site.finish(begun, encoded)).name()).isEqualTo("alice");
    }

    @Test
    void aRequestSaysWhoAsksAndWhereTheAnswerGoes() {
        SamlSite.Begun begun = site.begin(site.connect(RSA, "nameIdFormat", "urn:a\"b", "forceAuthn", "true"), "/");
        assertThat(begun.request())
                .contains("Destination=\"https://login.example.org/sso?tenant=1\"")
                .contains("AssertionConsumerServiceURL=\"https://sekisho.example.org/api/v1/login/saml/acs\"")
                .contains("<saml:Issuer>https://sekisho.example.org/api/v1/login/saml/metadata</saml:Issuer>")
                .contains("ForceAuthn=\"true\"", "Format=\"urn:a&quot;b\"");
        assertThat(begun.url()).doesNotContain("RelayState", "Signature=");
        assertThat(TestProvider.document(begun.request())).isNotNull();
    }

    @Test
    void aRequestIsSignedByTheKeyThatWasGiven() throws Exception {
        KeyPair keys = TestProvider.rsa(2048);
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        SamlSite.Begun begun = site.begin(site.connect(RSA, "requestKey", pem), "/");
        String query = begun.url().substring(begun.url().indexOf("SAMLRequest="));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(keys.getPublic());
        signature.update(query.substring(0, query.indexOf("&Signature=")).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(
                        Base64.getDecoder().decode(SamlSite.query(begun.url()).get("Signature"))))
                .isTrue();
    }

    @Test
    void aKeyThatIsNoneIsFoundByTheTest() {
        ConnectedDirectory directory = site.connect(RSA, "requestKey", "s3cret");
        List<Step> steps = site.site.directories.test(directory.id(), Optional.empty(), Optional.empty());
        assertThat(steps.stream().filter(step -> !step.ok()).map(Step::name)).containsExactly("request");
        assertThat(steps.toString()).doesNotContain("s3cret").contains("/api/v1/login/saml/acs");
        assertThatThrownBy(() -> site.logins.start(directory.id(), "/", "192.0.2.1"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(503));
    }

    @Test
    void theTestOfAGoodOneIsWell() {
        ConnectedDirectory directory = site.connect(RSA);
        assertThat(site.site.directories.test(directory.id(), Optional.empty(), Optional.empty()))
                .allMatch(Step::ok)
                .hasSize(4);
    }

    @Test
    void aNameOfALocalUserIsNotTakenOver() {
        assertThat(logIn(site.connect(RSA), "name", "admin")).isInstanceOf(LoginOutcome.Failed.class);
        assertThat(site.site.audit().getLast()).startsWith("directory.refused").contains("another directory");
    }

    @Test
    void whoIsInNoMappedGroupStaysOut() {
        LoginOutcome outcome = logIn(site.connect(RSA, "groupsAttribute", "nothing"));
        assertThat(((LoginOutcome.Failed) outcome).text()).contains("Partners knows you, but you may not");
    }

    @Test
    void anotherKindOfDirectoryHasNoSuchLogin() {
        assertThatThrownBy(() -> site.logins.start("internal", "/", "192.0.2.1"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(404));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "entityId||entityId is missing",
                "ssoUrl|http://login.example.org/sso|https://",
                "ssoUrl|https://u:p@login.example.org/sso|https://",
                "ssoUrl|javascript:alert(1)|https://",
                "ssoUrl|https://login.example.org/#x|#",
                "certificates|x|PEM",
                "certificates|-----BEGIN CERTIFICATE-----|PEM",
                "forceAuthn|maybe|true or false",
                "metadata|<x/>|leave one of them out",
                "colour|blue|no such setting"
            })
    void settingsThatCannotBeUsedAreTold(String name, String value, String sentence) {
        assertThatThrownBy(() -> site.connect(RSA, name, value == null ? "" : value))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.detail()).contains(sentence));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<md:EntityDescriptor|<x xmlns:md='y'|no XML",
                "IDPSSODescriptor|SPSSODescriptor|no IDPSSODescriptor",
                "HTTP-Redirect|HTTP-Artifact|HTTP-Redirect",
                "entityID|name|entityID",
                "<md:KeyDescriptor>|<md:KeyDescriptor use='encryption'>|1 to 8 certificates",
                "<?xml version=\"1.0\"?>|<!DOCTYPE x>|DOCTYPE",
                "https://login.example.org/sso|http://login.example.org/sso|https://"
            })
    void metadataThatCannotBeUsedAreTold(String part, String other, String sentence) {
        String metadata = RSA.metadata().replace(part, other);
        assertThatThrownBy(() -> site.connect(Map.of("metadata", metadata)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.detail()).contains(sentence));
    }
}
