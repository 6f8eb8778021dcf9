package dev.sekisho.control.directory.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.directory.DirectoryApi;
import dev.sekisho.control.directory.Kind;
import dev.sekisho.control.directory.TestRequest;
import dev.sekisho.control.directory.TestSite;
import dev.sekisho.control.directory.redirect.JdbcPendingLoginStore;
import dev.sekisho.control.directory.redirect.PendingLogins;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Json;
import dev.sekisho.control.web.Problem;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The routes of directories and of logins by them, without a provider.
class OidcApiTest {
    private static final Outgoing DOCUMENT = (_, _, _, _) -> new Outgoing.Reply(200, """
            {"issuer":"https://login.example.org","authorization_endpoint":"https://login.example.org/auth?x=y",
             "token_endpoint":"https://login.example.org/token","jwks_uri":"https://login.example.org/keys","keys":[]}
            """);

    private TestSite site;
    private DirectoryApi directories;
    private OidcApi logins;

    @BeforeEach
    void open() {
        site = new TestSite(TestDatabases.sqlite(), Map.of(Kind.OIDC, new OidcConnector(DOCUMENT, TestSite.CLOCK)));
        directories = new DirectoryApi(site.directories, site.roles);
        logins = new OidcApi(
                new OidcLogins(
                        new OidcLogins.Parts(
                                new PendingLogins(
                                        site.work, new JdbcPendingLoginStore(), site.directories, TestSite.CLOCK),
                                site.admissions,
                                DOCUMENT,
                                URI.create("https://sekisho.example.org:8443")),
                        TestSite.CLOCK),
                (_, _, _) -> "session");
    }

    @AfterEach
    void close() {
        site.close();
    }

    private String connect() {
        TestRequest request = new TestRequest("""
                {"name":"Partners","kind":"oidc","enabled":true,"groupRoles":{"eng":"engineer"},
                 "settings":{"issuer":"https://login.example.org","clientId":"sekisho","clientSecret":"s3cret"}}
                """, Map.of(), Map.of());
        Answer answer = (Answer) TestRequest.send(directories.routes(), "POST", "/directories", request);
        DirectoryApi.View view = (DirectoryApi.View) answer.body().orElseThrow();
        assertThat(Json.text(view)).doesNotContain("s3cret").contains("\"secretSet\":true");
        assertThat(view.groupRoles()).containsExactly(Map.entry("eng", "engineer"));
        return view.id();
    }

    @Test
    void theSecretIsShownByNoRoute() {
        String id = connect();
        TestRequest request = new TestRequest("{}", Map.of("id", id), Map.of());
        Object list = TestRequest.send(directories.routes(), "GET", "/directories", request);
        Answer one = (Answer) TestRequest.send(directories.routes(), "GET", "/directories/{id}", request);
        Object test = TestRequest.send(directories.routes(), "POST", "/directories/{id}/test", request);
        assertThat(Json.text(list) + Json.text(one.body()) + Json.text(test)).doesNotContain("s3cret");
        assertThat(one.headers()).containsEntry("ETag", "\"1\"");
    }

    @Test
    void aTestNamesTheFirstStepThatFails() {
        TestRequest request = new TestRequest("{}", Map.of("id", connect()), Map.of());
        DirectoryApi.TestView view = (DirectoryApi.TestView)
                TestRequest.send(directories.routes(), "POST", "/directories/{id}/test", request);
        assertThat(view.ok()).isFalse();
        assertThat(view.steps())
                .filteredOn(step -> !step.ok())
                .first()
                .satisfies(step -> assertThat(step.name()).isEqualTo("keys"));
    }

    @Test
    void aLoginBeginsAtTheProviderAndIsBoundToTheBrowser() {
        TestRequest request = new TestRequest("{\"directory\":\"" + connect() + "\"}", Map.of(), Map.of());
        Answer answer = (Answer) TestRequest.send(logins.routes(), "POST", "/login/oidc/start", request);
        String cookie = String.valueOf(answer.headers().get("Set-Cookie"));
        assertThat(cookie)
                .matches("__Host-sekisho-oidc=[A-Za-z0-9_-]{43}; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Lax");
        String url = ((OidcApi.StartView) answer.body().orElseThrow()).url();
        assertThat(url)
                .startsWith("https://login.example.org/auth?x=y&response_type=code&client_id=sekisho")
                .contains("redirect_uri=https%3A%2F%2Fsekisho.example.org%3A8443%2Fapi%2Fv1%2Flogin%2Foidc%2Fcallback")
                .contains("code_challenge_method=S256")
                .doesNotContain(cookie.substring(20, 63));
    }

    @Test
    void aCallbackOfNoLoginGoesBackToTheLoginPage() {
        connect();
        for (Map<String, String> query :
                List.of(Map.<String, String>of(), Map.of("state", "x", "code", "y"), Map.of("error", "<script>"))) {
            TestRequest request = new TestRequest("", query, Map.of("__Host-sekisho-oidc", "x"));
            Answer answer = (Answer) TestRequest.send(logins.routes(), "GET", "/login/oidc/callback", request);
            assertThat(answer.status()).isEqualTo(302);
            assertThat(answer.headers().get("Location"))
                    .startsWith("/login?error=This%20login%20has%20expired")
                    .doesNotContain("script");
            assertThat(answer.headers().get("Set-Cookie")).startsWith("__Host-sekisho-oidc=; Max-Age=0;");
        }
    }

    @Test
    void whatIsNoWayToLogInIsNotBegun() {
        TestRequest request = new TestRequest("{\"directory\":\"internal\"}", Map.of(), Map.of());
        assertThatThrownBy(() -> TestRequest.send(logins.routes(), "POST", "/login/oidc/start", request))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(404));
    }
}
