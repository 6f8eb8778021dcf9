package dev.sekisho.control.directory.saml;

import static dev.sekisho.control.directory.saml.TestProvider.assertion;
import static dev.sekisho.control.directory.saml.TestProvider.encoded;
import static dev.sekisho.control.directory.saml.TestProvider.response;
import static dev.sekisho.control.directory.saml.TestProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.directory.ConnectedDirectory;
import dev.sekisho.control.directory.Settings;
import dev.sekisho.control.directory.redirect.LoginOutcome;
import dev.sekisho.control.store.TestDatabases;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/// A genuine response counts once, in the browser that asked for it, while it lasts (threat A15).
@Tag("C05")
@Tag("A15")
class ReplayedResponsesTest {
    private static final TestProvider PROVIDER = new TestProvider(TestProvider.rsa(2048));

    private SamlSite site;
    private ConnectedDirectory directory;

    @BeforeEach
    void open() {
        site = new SamlSite();
        directory = site.connect(PROVIDER);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void aFloodOfGarbageIsOneRecord() {
        int before = site.site.audit().size();
        for (int i = 0; i < 30; i++) {
            assertThat(site.logins.finish("garbage " + i, Optional.empty(), "192.0.2.66"))
                    .isInstanceOf(LoginOutcome.Failed.class);
        }
        assertThat(site.site.audit()).hasSize(before + 1);
        site.now.set(site.now.get().plusSeconds(60));
        site.logins.tick();
        assertThat(site.site.audit()).hasSize(before + 2).last().asString().contains("29");
    }

    @Test
    void aResponseCountsOnce() {
        SamlSite.Begun begun = site.begin(directory, "/devices");
        Document document = response(begun.id());
        String encoded = encoded(text(PROVIDER.sign(assertion(document))));
        assertThat(site.finish(begun, encoded)).isInstanceOf(LoginOutcome.Identified.class);
        assertThat(site.finish(begun, encoded)).isInstanceOf(LoginOutcome.Failed.class);
        assertThat(site.site.audit().getLast()).contains("finished already");
    }

    @Test
    void anAssertionCountsOnceWhateverItAnswers() {
        SamlSite.Begun first = site.begin(directory, "/");
        String one = encoded(text(PROVIDER.sign(assertion(response(first.id())))));
        assertThat(site.finish(first, one)).isInstanceOf(LoginOutcome.Identified.class);
        SamlSite.Begun second = site.begin(directory, "/");
        String other = encoded(text(PROVIDER.sign(assertion(response(second.id())))));
        assertThat(site.finish(second, other)).isInstanceOf(LoginOutcome.Failed.class);
        assertThat(site.site.audit().getLast()).contains("it was used before");
    }

    @Test
    void postgresqlKeepsCountToo() {
        try (SamlSite other = new SamlSite(TestDatabases.postgresql())) {
            ConnectedDirectory there = other.connect(PROVIDER);
            for (Class<?> expected : List.of(LoginOutcome.Identified.class, LoginOutcome.Failed.class)) {
                SamlSite.Begun begun = other.begin(there, "/");
                String encoded = encoded(text(PROVIDER.sign(assertion(response(begun.id())))));
                assertThat(other.finish(begun, encoded)).isInstanceOf(expected);
            }
            assertThat(other.site.audit().getLast()).contains("it was used before");
        }
    }

    @Test
    void aResponseIsOfTheBrowserThatAskedForIt() {
        SamlSite.Begun begun = site.begin(directory, "/");
        String encoded = encoded(text(PROVIDER.sign(assertion(response(begun.id())))));
        SamlSite.Begun victim = site.begin(directory, "/");
        for (Optional<String> cookie : List.of(Optional.of(victim.browser()), Optional.<String>empty())) {
            assertThat(site.logins.finish(encoded, cookie, "192.0.2.1")).isInstanceOf(LoginOutcome.Failed.class);
        }
        assertThat(site.finish(begun, encoded))
                .as("taken by the other browser")
                .isInstanceOf(LoginOutcome.Failed.class);
    }

    @Test
    void aLoginExpiresBeforeItsAssertion() {
        SamlSite.Begun begun = site.begin(directory, "/");
        String later = TestProvider.NOW.plusSeconds(3600).toString();
        Document document = response(begun.id(), "until", later, "confirmedUntil", later);
        String encoded = encoded(text(PROVIDER.sign(assertion(document))));
        site.now.set(TestProvider.NOW.plusSeconds(600));
        assertThat(site.finish(begun, encoded)).isInstanceOf(LoginOutcome.Failed.class);
    }

    @Test
    void aProviderIsBelievedInItsOwnDirectoryOnly() {
        TestProvider other = new TestProvider(TestProvider.rsa(2048));
        SamlSite.Begun begun = site.begin(directory, "/");
        String encoded = encoded(text(other.sign(assertion(response(begun.id())))));
        assertThat(site.finish(begun, encoded)).isInstanceOf(LoginOutcome.Failed.class);
        assertThat(site.site.audit().getLast()).contains("none of the provider's certificates");
    }

    @Test
    void aWeakKeyIsNotTakenAtAll() {
        TestProvider weak = new TestProvider(TestProvider.rsa(1024));
        Settings settings = new Settings(
                Map.of("entityId", TestProvider.ENTITY_ID, "ssoUrl", TestProvider.SSO_URL, "certificates", weak.pem()));
        assertThatThrownBy(() -> SamlSettings.of(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2048");
    }
}
