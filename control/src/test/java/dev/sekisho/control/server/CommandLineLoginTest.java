package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.sekisho.control.remote.Pin;
import dev.sekisho.control.server.CommandLines.Done;
import dev.sekisho.control.server.CommandLines.Line;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `sekisho login` as a process of its own against a whole server, let in by the API as the portal does it.
@Tag("C04")
@Timeout(180)
class CommandLineLoginTest {
    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each test
    private ServerSite site;

    @SuppressWarnings("NullAway.Init") // before each test
    private Visitor admin;

    @SuppressWarnings("NullAway.Init") // before each test
    private CommandLines lines;

    @BeforeEach
    void start() throws Exception {
        site = ServerSite.start(directory);
        admin = site.admin();
        lines = new CommandLines(directory);
    }

    @AfterEach
    void end() throws Exception {
        lines.close();
        site.close();
    }

    private Line line(String... arguments) throws IOException {
        return lines.start("", arguments);
    }

    private Line login() throws IOException {
        return line(
                "login", url(), "--fingerprint", Pin.fingerprintOf(site.state().resolve("tls/certificate.pem")));
    }

    private String url() {
        return "https://127.0.0.1:" + site.port();
    }

    private Path kept() {
        return directory.resolve(".config/sekisho/login.json");
    }

    private JsonObject keptLogin() throws IOException {
        return Objects.requireNonNull(new Gson().fromJson(Files.readString(kept()), JsonObject.class));
    }

    private Visitor alice() throws Exception {
        return site.somebody(admin, "alice", "auditor");
    }

    private static void decide(Visitor person, String code, boolean approve) throws IOException {
        person.json("POST", "/device-codes/approve", Json.text(Map.of("userCode", code, "approve", approve)));
    }

    private Line letInAs(Visitor person) throws IOException {
        Line line = login();
        decide(person, line.code(), true);
        return line;
    }

    @Test
    void aChallengeIsApprovedOrDeniedFromAnywhereByItsUser() throws Exception {
        Visitor alice = alice();
        assertThat(letInAs(alice).end().status()).isZero();
        try (AskingSide asking = AskingSide.open(site.state(), site::now)) {
            String first = asking.askOf("alice");
            assertThat(line("challenge", "list", "--in-state", "open").end().out())
                    .contains(first);
            Done wrong = lines.start("000000\n", "challenge", "approve", first).end();
            assertThat(wrong.status()).isEqualTo(1);
            assertThat(wrong.err()).startsWith("sekisho: ").doesNotContain("000000", "bug");
            Done unsaid = lines.start("", "challenge", "approve", first).end();
            assertThat(unsaid.err()).contains("no totp was given");

            Done approved = lines.start(alice.code() + "\n", "challenge", "approve", first, "--json")
                    .end();
            assertThat(approved.status()).as(approved.err()).isZero();
            assertThat(approved.out()).contains("\"state\":\"approved\"", "\"method\":\"totp\"");
            Done again = lines.start(alice.code() + "\n", "challenge", "approve", first)
                    .end();
            assertThat(again.status()).as("it is settled").isEqualTo(1);

            String second = asking.askOf("alice");
            assertThat(line("challenge", "deny", second).end().out()).contains("denied");
            String others = asking.askOf("admin");
            assertThat(line("challenge", "deny", others).end().status())
                    .as("it is not hers to answer")
                    .isEqualTo(1);
        }
    }

    @Test
    void whoWasLetInWorksAsThatPersonUntilTheLogout() throws Exception {
        Visitor alice = alice();
        Done in = letInAs(alice).end();
        assertThat(in.status()).as(in.err()).isZero();
        assertThat(in.out()).isEqualTo("logged in; kept in " + kept() + "\n");
        String token = keptLogin().get("token").getAsString();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept().resolveSibling("."))))
                .isEqualTo("rwx------");

        Done factors = line("me", "factors").end();
        assertThat(factors.out()).as(factors.err()).contains("totp", "phone");
        Done audit = line("audit", "search", "--action", "login.device-code", "--json")
                .end();
        assertThat(audit.out()).as(audit.err()).contains("alice").doesNotContain(token);
        Done forbidden = line("user", "create", "--name", "bob").end();
        assertThat(forbidden.status()).isEqualTo(1);
        assertThat(forbidden.err()).contains("needs the permission").doesNotContain(token);
        assertThat(alice.get("/tokens").body()).contains("command line sekisho on");

        Done out = line("logout").end();
        assertThat(out.status()).as(out.err()).isZero();
        assertThat(out.out()).isEqualTo("logged out\n");
        assertThat(kept()).doesNotExist();
        assertThat(alice.get("/tokens").body()).doesNotContain("command line");
        assertThat(site.visitor()
                        .raw("GET", "/api/v1/tokens", "", "Authorization: Bearer " + token)
                        .status())
                .as("revoked, not only forgotten")
                .isEqualTo(401);
        Done after = line("me", "factors").end();
        assertThat(after.status()).isEqualTo(1);
        assertThat(after.err()).contains("you are not logged in", "sekisho login https://HOST:8443");
        assertThat(line("logout").end().out()).isEqualTo("there was no login\n");
    }

    @Test
    void aWrongCodeLetsNobodyInAndTheRightOneStillDoes() throws Exception {
        Visitor alice = alice();
        Line waiting = login();
        String code = waiting.code();
        String wrong = code.startsWith("BCDF") ? "GHJK-0000" : "BCDF-0000";
        assertThat(alice.post("/device-codes/approve", Map.of("userCode", wrong, "approve", true))
                        .status())
                .isEqualTo(404);
        assertThat(waiting.process().isAlive()).isTrue();
        assertThat(kept()).doesNotExist();
        assertThat(alice.get("/device-codes/" + code).body()).contains("sekisho on");
        decide(alice, code, true);
        assertThat(waiting.end().status()).isZero();
    }

    @Test
    void whoIsRefusedInThePortalIsTold() throws Exception {
        Line line = login();
        decide(alice(), line.code(), false);
        Done done = line.end();
        assertThat(done.status()).isEqualTo(1);
        assertThat(done.err()).isEqualTo("sekisho: not logged in: it was refused in the portal\n");
        assertThat(kept()).doesNotExist();
    }

    @Test
    void aCodeThatNobodyTypesIsOverAfterTenMinutes() throws Exception {
        Line line = login();
        String code = line.code();
        site.pass(Duration.ofMinutes(10));
        Done done = line.end();
        assertThat(done.status()).isEqualTo(1);
        assertThat(done.err())
                .isEqualTo("sekisho: not logged in: nobody let this in in time; start again with sekisho login " + url()
                        + "\n");
        assertThat(kept()).doesNotExist();
        assertThat(alice().get("/device-codes/" + code).status()).isEqualTo(404);
    }

    @Test
    void theTokenEndsByItselfAndTheCommandLineSaysWhatToDo() throws Exception {
        letInAs(admin).end();
        site.pass(Duration.ofHours(12));
        Done late = line("user", "list").end();
        assertThat(late.status()).isEqualTo(1);
        assertThat(late.err()).contains("not logged in, or no longer: sekisho login " + url());
        Done out = line("logout").end();
        assertThat(out.status()).as("what is over needs no end").isZero();
        assertThat(kept()).doesNotExist();
    }

    @Test
    void aLogoutThatTheServerDoesNotHearForgetsAndSaysSo() throws Exception {
        letInAs(admin).end();
        site.close();
        Done out = line("logout").end();
        assertThat(out.status()).isEqualTo(1);
        assertThat(out.err()).contains("forgotten here", "could not be told", "twelve hours");
        assertThat(kept()).doesNotExist();
    }

    /// Otherwise another user of the host could read the token, or put theirs there.
    @Test
    void aKeptLoginThatOthersMayReadIsNotUsed() throws Exception {
        letInAs(admin).end();
        Files.setPosixFilePermissions(kept(), PosixFilePermissions.fromString("rw-r--r--"));
        Done done = line("user", "list").end();
        assertThat(done.status()).isEqualTo(1);
        assertThat(done.err()).contains("login.json").doesNotContain("bug");
    }

    @Test
    void aServerWithAnotherKeyGetsNoToken() throws Exception {
        letInAs(admin).end();
        Path other = Files.createDirectory(directory.resolve("other"));
        try (ServerSite stranger = ServerSite.start(other)) {
            JsonObject login = keptLogin();
            login.addProperty("url", "https://127.0.0.1:" + stranger.port());
            Files.writeString(kept(), login.toString());
            Done done = line("user", "list").end();
            assertThat(done.status()).isEqualTo(1);
            assertThat(done.err()).contains("is not believed", "sekisho login");
        }
    }
}
