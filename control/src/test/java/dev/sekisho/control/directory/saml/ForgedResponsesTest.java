package dev.sekisho.control.directory.saml;

import static dev.sekisho.control.directory.saml.TestProvider.assertion;
import static dev.sekisho.control.directory.saml.TestProvider.response;
import static dev.sekisho.control.directory.saml.TestProvider.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.directory.ConnectedDirectory;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.redirect.LoginOutcome;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/// Nobody comes in by what a provider did not say, to us, now, about this login (threat A15).
@Tag("C05")
@Tag("A15")
class ForgedResponsesTest {
    private static final TestProvider PROVIDER = new TestProvider(TestProvider.rsa(2048));

    private static SamlSite site;
    private static ConnectedDirectory directory;

    @BeforeAll
    static void open() {
        site = new SamlSite();
        directory = site.connect(PROVIDER);
    }

    @AfterAll
    static void close() {
        if (site != null) {
            site.close();
        }
    }

    static List<Forgery> forgeries() {
        return Forgery.all();
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void aForgedResponseLetsNobodyIn(Forgery forgery) {
        SamlSite.Begun begun = site.begin(directory, "/devices");
        LoginOutcome outcome = site.finish(begun, forgery.maker().apply(PROVIDER, begun.id()));
        assertThat(outcome)
                .isEqualTo(new LoginOutcome.Failed("The login did not work out, or has expired. Start again; if it"
                        + " stays so, ask an administrator."));
        assertThat(site.site.audit().getLast())
                .startsWith("directory.login-failed")
                .contains(forgery.reason());
    }

    @Test
    void thereAreManyForgeries() {
        assertThat(Forgery.all()).hasSizeGreaterThan(80);
    }

    /// The signatures alone would do, even if the shape of the message were not looked at before.
    @ParameterizedTest
    @EnumSource(Wrapping.class)
    void whatIsReadIsWhatWasSignedHoweverItIsWrapped(Wrapping wrapping) {
        for (boolean sameId : new boolean[] {false, true}) {
            Document document = response("_request");
            PROVIDER.sign(wrapping.whole ? document.getDocumentElement() : assertion(document));
            Document forged = TestProvider.document(text(wrapping.of(document, sameId)));
            for (Element element : new Element[] {forged.getDocumentElement(), assertion(forged)}) {
                if (Signatures.of(element).isPresent()) {
                    assertThatOnlyAliceIsRead(element);
                }
            }
        }
    }

    private static void assertThatOnlyAliceIsRead(Element element) {
        try {
            Element read = Signatures.verified(element, List.of(PROVIDER.keys.getPublic()));
            assertThat(read.getTextContent()).contains("alice").doesNotContain("admin");
        } catch (DirectoryException refused) {
            assertThat(refused.step()).isEqualTo("signature");
        }
    }
}
