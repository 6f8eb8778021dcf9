package dev.sekisho.control.directory.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.directory.ConnectedDirectory;
import dev.sekisho.control.directory.DirectoryDraft;
import dev.sekisho.control.directory.Kind;
import dev.sekisho.control.directory.NodeProvider;
import dev.sekisho.control.directory.Step;
import dev.sekisho.control.directory.TestSite;
import dev.sekisho.control.directory.redirect.JdbcPendingLoginStore;
import dev.sekisho.control.directory.redirect.LocalPath;
import dev.sekisho.control.directory.redirect.LoginOutcome;
import dev.sekisho.control.directory.redirect.PendingLogins;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.web.Problem;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Logins at a real provider.
class OidcLoginTest {
    private static NodeProvider provider;
    private static NodeProvider sparse;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final InstantSource clock = now::get;
    private TestSite site;
    private OidcLogins logins;

    @BeforeAll
    static void start() {
        provider = NodeProvider.start("oidc", "complete").await("ready");
        sparse = NodeProvider.start("oidc", "userinfo").await("ready");
    }

    @AfterAll
    static void stop() {
        for (NodeProvider process : new NodeProvider[] {provider, sparse}) {
            if (process != null) {
                process.close();
            }
        }
    }

    @BeforeEach
    void open() {
        site = new TestSite(TestDatabases.sqlite(), Map.of(Kind.OIDC, new OidcConnector(Browser.outgoing(), clock)));
        logins = new OidcLogins(
                new OidcLogins.Parts(
                        new PendingLogins(site.work, new JdbcPendingLoginStore(), site.directories, clock),
                        site.admissions,
                        Browser.outgoing(),
                        URI.create("https://sekisho.example.org")),
                clock);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private ConnectedDirectory connect(Map<String, String> groups, String... namesAndValues) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "issuer", provider.url(""),
                "plain", "true",
                "clientId", "sekisho",
                "clientSecret", "secret of the client: %+/&=",
                "scopes", "openid profile email groups"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return site.directories.create(
                Authority.ROOT,
                new DirectoryDraft("Partners", "oidc", Optional.empty(), settings, Optional.of(groups)));
    }

    private LoginOutcome logIn(ConnectedDirectory directory, String user) throws Exception {
        OidcLogins.Started started = logins.start(directory.id(), "/devices", "192.0.2.1");
        return logins.finish(Browser.callback(new Browser().logIn(started.url(), user), started.browser()));
    }

    private static NewUser user(LoginOutcome outcome) {
        assertThat(outcome).isInstanceOf(LoginOutcome.Identified.class);
        return ((LoginOutcome.Identified) outcome).user();
    }

    private static String text(LoginOutcome outcome) {
        assertThat(outcome).isInstanceOf(LoginOutcome.Failed.class);
        return ((LoginOutcome.Failed) outcome).text();
    }

    @Test
    void claimsBecomeNameMailAndRoles() throws Exception {
        ConnectedDirectory directory = connect(Map.of("engineers", "engineer", "on-call", "on_call"));
        LoginOutcome outcome = logIn(directory, "alice");
        NewUser alice = user(outcome);
        assertThat(alice.name()).isEqualTo("alice");
        assertThat(alice.displayName()).contains("alice of the provider");
        assertThat(alice.email()).contains("alice@example.org");
        assertThat(alice.directory()).contains(directory.id());
        assertThat(alice.roles().orElseThrow()).containsExactlyInAnyOrder("engineer", "on_call");
        assertThat(((LoginOutcome.Identified) outcome).target()).isEqualTo("/devices");
    }

    @Test
    void claimsMayComeFromUserInfo() throws Exception {
        ConnectedDirectory directory =
                connect(Map.of("engineers", "engineer"), "issuer", sparse.url(""), "userInfo", "true");
        assertThat(user(logIn(directory, "alice")).roles()).contains(List.of("engineer"));
    }

    @Test
    void aPublicClientLogsInByPkceAlone() throws Exception {
        ConnectedDirectory directory = connect(Map.of("*", "user"), "clientId", "public", "clientSecret", "");
        assertThat(user(logIn(directory, "alice")).name()).isEqualTo("alice");
    }

    @Test
    void anUnverifiedAddressIsLeftOut() throws Exception {
        assertThat(user(logIn(connect(Map.of("*", "user")), "bob")).email()).isEmpty();
    }

    @Test
    void whoIsInNoMappedGroupIsRefused() throws Exception {
        ConnectedDirectory directory = connect(Map.of("engineers", "engineer"));
        assertThat(text(logIn(directory, "bob"))).contains("may not log in here");
        assertThat(site.audit().getLast()).startsWith("directory.refused").contains("bob");
    }

    @Test
    void newKeysOfTheProviderAreFetched() throws Exception {
        ConnectedDirectory directory = connect(Map.of("*", "user"));
        assertThat(user(logIn(directory, "alice")).name()).isEqualTo("alice");
        provider.tell("rotate").await("rotated");
        // Kept keys are asked for again no more often than twice a minute.
        now.set(now.get().plusSeconds(31));
        assertThat(user(logIn(directory, "alice")).name()).isEqualTo("alice");
    }

    @Test
    void aCodeIsGoodForOneLogin() throws Exception {
        ConnectedDirectory directory = connect(Map.of("*", "user"));
        OidcLogins.Started started = logins.start(directory.id(), "/", "192.0.2.1");
        OidcLogins.Callback callback = Browser.callback(new Browser().logIn(started.url(), "alice"), started.browser());
        assertThat(user(logins.finish(callback)).name()).isEqualTo("alice");
        assertThat(text(logins.finish(callback))).contains("finished already");
    }

    @Test
    void aLoginEndsInTheBrowserInWhichItBegan() throws Exception {
        ConnectedDirectory directory = connect(Map.of("*", "user"));
        OidcLogins.Started attackers = logins.start(directory.id(), "/", "192.0.2.1");
        OidcLogins.Started victims = logins.start(directory.id(), "/", "192.0.2.1");
        Map<String, String> answer = new Browser().logIn(attackers.url(), "alice");
        assertThat(text(logins.finish(Browser.callback(answer, victims.browser()))))
                .contains("another browser");
    }

    @Test
    void aCodeOfAnotherLoginIsRefused() throws Exception {
        ConnectedDirectory directory = connect(Map.of("*", "user"));
        OidcLogins.Started one = logins.start(directory.id(), "/", "192.0.2.1");
        OidcLogins.Started other = logins.start(directory.id(), "/", "192.0.2.1");
        Map<String, String> answer = new TreeMap<>(new Browser().logIn(one.url(), "alice"));
        answer.put("state", new Browser().logIn(other.url(), "bob").get("state"));
        assertThat(text(logins.finish(Browser.callback(answer, other.browser()))))
                .contains("did not work out");
    }

    @Test
    void anAnswerOfAnotherProviderIsRefused() throws Exception {
        ConnectedDirectory directory = connect(Map.of("*", "user"));
        for (String issuer : new String[] {"https://evil.example.org", null}) {
            OidcLogins.Started started = logins.start(directory.id(), "/", "192.0.2.1");
            Map<String, String> answer = new TreeMap<>(new Browser().logIn(started.url(), "alice"));
            answer.remove("iss");
            if (issuer != null) {
                answer.put("iss", issuer);
            }
            assertThat(text(logins.finish(Browser.callback(answer, started.browser()))))
                    .contains("did not work out");
        }
    }

    @Test
    void aLoginEndsAfterTenMinutes() throws Exception {
        ConnectedDirectory directory = connect(Map.of("*", "user"));
        OidcLogins.Started started = logins.start(directory.id(), "/", "192.0.2.1");
        Map<String, String> answer = new Browser().logIn(started.url(), "alice");
        now.set(now.get().plus(PendingLogins.LIFE));
        assertThat(text(logins.finish(Browser.callback(answer, started.browser()))))
                .contains("expired");
    }

    @Test
    void whoCancelsIsToldSo() throws Exception {
        ConnectedDirectory directory = connect(Map.of("*", "user"));
        OidcLogins.Started started = logins.start(directory.id(), "/", "192.0.2.1");
        Map<String, String> answer = new Browser().cancel(started.url());
        assertThat(answer).containsEntry("error", "access_denied");
        assertThat(text(logins.finish(Browser.callback(answer, started.browser()))))
                .isEqualTo("The login at Partners was cancelled or refused.");
    }

    @Test
    void theTestSaysWhatToFix() {
        assertThat(steps(connect(Map.of()))).isEqualTo("connect true|discovery true|keys true|client true");
        ConnectedDirectory wrongSecret = renamed("b", "clientSecret", "wrong");
        assertThat(steps(wrongSecret)).endsWith("client false");
        assertThat(steps(renamed("c", "issuer", provider.url("") + "/"))).isEqualTo("discovery false");
        assertThat(steps(renamed("d", "issuer", "http://127.0.0.1:1"))).isEqualTo("connect false");
    }

    private ConnectedDirectory renamed(String name, String setting, String value) {
        return site.directories.create(
                Authority.ROOT,
                new DirectoryDraft(
                        name,
                        "oidc",
                        Optional.empty(),
                        new TreeMap<>(Map.of(
                                "issuer",
                                setting.equals("issuer") ? value : provider.url(""),
                                "plain",
                                "true",
                                "clientId",
                                "sekisho",
                                "clientSecret",
                                setting.equals("clientSecret") ? value : "x")),
                        Optional.empty()));
    }

    private String steps(ConnectedDirectory directory) {
        List<Step> steps = site.directories.test(directory.id(), Optional.empty(), Optional.empty());
        return String.join(
                "|", steps.stream().map(step -> step.name() + " " + step.ok()).toList());
    }

    @Test
    void aProviderThatIsDownIsAFailureOfItsOwn() {
        ConnectedDirectory directory = renamed("down", "issuer", "http://127.0.0.1:1");
        assertThatThrownBy(() -> logins.start(directory.id(), "/", "192.0.2.1"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(503));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.org",
                "//evil.example.org",
                "/\\evil.example.org",
                "\\/evil.example.org",
                "/\t/evil.example.org",
                "/\n/evil",
                "javascript:alert(1)",
                "",
                "devices",
                "/.//evil.example.org",
                "/a\u0000b",
                " /devices",
                "/%0d%0aSet-Cookie:x=y\r\nX: y"
            })
    void aLoginGoesOnInThePortalOnly(String target) {
        assertThat(LocalPath.of(target)).isEqualTo("/");
    }

    @ParameterizedTest
    @CsvSource({"/", "/devices", "/users/01hzx?tab=roles&x=%20"})
    void pathsOfThePortalAreKept(String target) {
        assertThat(LocalPath.of(target)).isEqualTo(target);
    }
}
