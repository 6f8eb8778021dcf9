package dev.sekisho.control.directory.saml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.directory.ConnectedDirectory;
import dev.sekisho.control.directory.NodeProvider;
import dev.sekisho.control.directory.redirect.LoginSessions;
import dev.sekisho.control.login.SessionApi;
import dev.sekisho.control.login.SessionViews;
import dev.sekisho.control.login.TestClock;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.WebOptions;
import dev.sekisho.control.web.WebServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Logins at a real provider, over HTTP as a browser has them.
@Tag("C05")
class SamlLoginTest {
    private static final TestProvider KEYS = new TestProvider(TestProvider.rsa(2048));
    private static final TestProvider REQUESTS = new TestProvider(TestProvider.rsa(2048));

    private static NodeProvider provider;
    private static NodeProvider strict;

    private SamlSite site;
    private WebServer server;
    private SamlBrowser browser;

    @BeforeAll
    static void start() {
        Map<String, Object> options = Map.of(
                "key", key(KEYS),
                "certificate", KEYS.pem(),
                "metadata", TestProvider.US.metadata(),
                "requestCertificate", REQUESTS.pem().replaceAll("-----[A-Z ]*-----|\\s", ""));
        provider =
                NodeProvider.start("saml").tell(Json.text(with(options, false))).await("ready");
        strict = NodeProvider.start("saml").tell(Json.text(with(options, true))).await("ready");
    }

    private static Map<String, Object> with(Map<String, Object> options, boolean strict) {
        Map<String, Object> all = new TreeMap<>(options);
        all.put("wholeResponse", strict);
        all.put("signedRequests", strict);
        return all;
    }

    private static String key(TestProvider owner) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(owner.keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    @AfterAll
    static void stop() {
        for (NodeProvider process : new NodeProvider[] {provider, strict}) {
            if (process != null) {
                process.close();
            }
        }
    }

    @BeforeEach
    void open() {
        site = new SamlSite();
        site.now.set(Instant.now());
        TestClock clock = site.site.identity.clock;
        clock.pass(Duration.between(clock.instant(), Instant.now()));
        SessionViews views = new SessionViews(
                site.site.work, site.site.identity.sessions, site.site.identity.factors, site.site.roles);
        List<Route> routes = new ArrayList<>(
                new SamlApi(site.logins, new LoginSessions(site.site.identity.logins, views), TestProvider.US)
                        .routes());
        routes.addAll(new SessionApi(
                        site.site.identity.sessions,
                        views,
                        site.site.identity.logins,
                        site.site.identity.factors,
                        Places.none())
                .routes());
        server = WebServer.start(
                WebOptions.plain(), routes, List.of(site.site.identity.sessions), site.site.identity.clock);
        browser = new SamlBrowser(server.port());
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        site.close();
    }

    private ConnectedDirectory connect(NodeProvider process, String... settings) throws Exception {
        String metadata = browser.page(process.url("/metadata")).body();
        return site.connect(Map.of("metadata", metadata, "plain", "true", "nameAttribute", "uid"), settings);
    }

    @Test
    void somebodyLogsInAtTheProviderAndIsInThePortal() throws Exception {
        ConnectedDirectory directory = connect(provider);
        String url = browser.start(directory.id(), "/devices");
        assertThat(url).startsWith(provider.url("/sso?SAMLRequest="));
        Http back = browser.logIn(url, "alice");
        assertThat(back.status()).isEqualTo(303);
        assertThat(back.header("location")).as(site.site.audit().getLast()).isEqualTo("/devices");
        assertThat(back.header("set-cookie")).startsWith("__Host-sekisho=").contains("SameSite=Strict");
        Http session = browser.get("/api/v1/session");
        assertThat(session.status()).as(session.body()).isEqualTo(200);
        assertThat(session.body()).contains("\"name\":\"alice\"", "alice@example.org", "engineer", "on_call");
        assertThat(site.site.user("alice").displayName()).isEqualTo("alice <of> \"Übersee\" & Co");
    }

    @Test
    void aProviderMayWantSignedRequestsAndSignWholeResponses() throws Exception {
        ConnectedDirectory directory = connect(strict, "requestKey", key(REQUESTS));
        Http back = browser.logIn(browser.start(directory.id(), "/"), "alice");
        assertThat(back.header("location")).as(site.site.audit().getLast()).isEqualTo("/");
        assertThat(browser.get("/api/v1/session").body()).contains("\"name\":\"alice\"");
    }

    @Test
    void theProviderFindsARequestByAnotherKey() throws Exception {
        ConnectedDirectory directory = connect(strict, "requestKey", key(KEYS));
        assertThat(browser.page(browser.start(directory.id(), "/") + "&user=alice")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whoIsInNoGroupIsSentBackWithAReason() throws Exception {
        ConnectedDirectory directory = connect(provider);
        Http back = browser.logIn(browser.start(directory.id(), "/"), "bob");
        assertThat(back.header("location"))
                .as(site.site.audit().getLast())
                .startsWith("/login?error=Partners%20knows%20you");
        assertThat(browser.get("/api/v1/session").status()).isEqualTo(401);
        assertThat(back.header("set-cookie")).startsWith("__Host-sekisho-saml=; Max-Age=0;");
    }

    @Test
    void anotherBrowserCannotBringTheResponse() throws Exception {
        ConnectedDirectory directory = connect(provider);
        String url = browser.start(directory.id(), "/");
        String page = browser.page(url + "&user=alice").body();
        SamlBrowser victim = new SamlBrowser(server.port());
        Http back = victim.post(page);
        assertThat(back.status()).isEqualTo(303);
        assertThat(back.header("location"))
                .as(site.site.audit().getLast())
                .startsWith("/login?error=The%20login%20did%20not%20work%20out");
        assertThat(victim.get("/api/v1/session").status()).isEqualTo(401);
    }

    @Test
    void somebodyWhoIsLoggedInIsNobodyAtTheAcs() throws Exception {
        ConnectedDirectory directory = connect(provider);
        browser.logIn(browser.start(directory.id(), "/"), "alice");
        String page =
                browser.page(browser.start(directory.id(), "/") + "&user=bob").body();
        assertThat(browser.post(page).header("location")).contains("knows%20you");
        assertThat(browser.get("/api/v1/session").body())
                .as("alice's session is still hers")
                .contains("alice");
    }

    @Test
    void onlyAFormIsTakenAndEachFieldOnce() throws Exception {
        String[] wrong = {
            "SAMLResponse=a&SAMLResponse=b|application/x-www-form-urlencoded|400",
            "SAMLResponse=%zz|application/x-www-form-urlencoded|400",
            "SAMLResponse=a%00|application/x-www-form-urlencoded|400",
            "{}|application/json|415",
            "SAMLResponse=a|text/plain|415",
            "x=y|application/x-www-form-urlencoded; charset=UTF-8|303"
        };
        for (String one : wrong) {
            String[] parts = one.split("\\|", -1);
            Http answer = Http.sendBody(
                    server.port(), "POST", "/api/v1/login/saml/acs", parts[0], "Content-Type: " + parts[1]);
            assertThat(answer.status()).as(one).isEqualTo(Integer.parseInt(parts[2]));
        }
    }

    @Test
    void ourMetadataAreServedAsAFile() throws Exception {
        Http answer = browser.get("/api/v1/login/saml/metadata");
        assertThat(answer.header("content-type")).isEqualTo("application/samlmetadata+xml");
        assertThat(answer.body()).contains("entityID=\"https://sekisho.example.org/api/v1/login/saml/metadata\"");
    }
}
