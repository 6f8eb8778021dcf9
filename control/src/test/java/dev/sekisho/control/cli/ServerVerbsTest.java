package dev.sekisho.control.cli;

import static dev.sekisho.control.cli.HostLine.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.sekisho.control.cli.HostLine.Done;
import dev.sekisho.control.remote.Login;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The verbs of the API against a whole server on loopback.
@Tag("C04")
@Timeout(120)
class ServerVerbsTest {
    private static final String PASSPHRASE = "correct horse battery";

    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each test
    private HostLine host;

    @BeforeEach
    void start() throws Exception {
        host = HostLine.start(directory);
    }

    @AfterEach
    void end() {
        host.close();
    }

    private Done run(String... arguments) {
        return host.run(arguments);
    }

    private Done plain(String... arguments) {
        return host.plain(arguments);
    }

    private Done typing(String text, String... arguments) {
        return host.typing(text, arguments);
    }

    @Test
    void rootOnTheHostNeedsNoLogin() {
        assertThat(ok(run("user", "list")).out()).contains("NAME", "admin").doesNotContain("{");
    }

    @Test
    void aUserIsMadeFoundByNameChangedAndRemoved() {
        ok(run("user", "create", "--name", "alice", "--display-name", "Alice A", "--roles", "user"));
        assertThat(ok(run("user", "show", "ALICE")).out()).contains("Alice A");
        ok(run("user", "change", "alice", "--email", "alice@example.org"));
        ok(run("user", "disable", "alice"));
        JsonObject shown = ok(run("user", "show", "alice", "--json")).json();
        assertThat(shown.get("email").getAsString()).isEqualTo("alice@example.org");
        assertThat(shown.get("state").getAsString()).isEqualTo("disabled");
        assertThat(ok(run("user", "reset-password", "alice")).out()).matches("\\S{12,}\n");
        assertThat(ok(run("user", "delete", "alice")).out()).isEqualTo("done\n");
        assertThat(run("user", "show", "alice").err()).contains("there is no user 'alice'");
    }

    @Test
    void aChangeOfOneFieldLeavesTheOthers() {
        ok(run("resource", "create", "--name", "web", "--cidr", "10.0.1.5/32", "--ports", "443", "--approvals", "2"));
        ok(run("resource", "change", "web", "--description", "the site"));
        JsonObject shown = ok(run("resource", "show", "web", "--json")).json();
        assertThat(shown.get("description").getAsString()).isEqualTo("the site");
        assertThat(shown.get("approvals").getAsInt()).isEqualTo(2);
        assertThat(shown.get("ports").getAsString()).isEqualTo("443");
    }

    @Test
    @Tag("R01")
    void resourcesGoOutToAFileAndComeBack() throws Exception {
        ok(run("resource", "create", "--name", "=web", "--cidr", "10.0.1.5/32", "--ports", "22,443"));
        Path file = directory.resolve("resources.csv");
        ok(run("resource", "export", file.toString()));
        assertThat(Files.readString(file)).contains("'=web,10.0.1.5/32,\"22,443\"");
        assertThat(run("resource", "export", file.toString()).err()).contains("is there already");
        Path decoys = directory.resolve("decoys.csv");
        ok(run("resource", "export", decoys.toString(), "--decoy", "true", "--sort=-name"));
        assertThat(Files.readString(decoys)).doesNotContain("web");
        ok(run("resource", "delete", "=web"));
        assertThat(ok(run("resource", "import", file.toString(), "--dry-run")).out())
                .contains("create", "=web", "would create 1, change 0; 0 unchanged");
        assertThat(run("resource", "show", "=web").code()).isEqualTo(1);
        assertThat(ok(run("resource", "import", file.toString())).out())
                .isEqualTo("created 1, changed 0; 0 unchanged\n");
        assertThat(ok(run("resource", "show", "=web")).out()).contains("22,443");
        Done refused = typing("name,cidr,ports\nx,10.0.0.300,1\n", "resource", "import", "-");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out()).contains("line 2, cidr: '10.0.0.300'", "nothing was imported: 1 error");
    }

    @Test
    @Tag("R04")
    @Tag("R05")
    @Tag("R07")
    void grantsAreMadeInWordsFoundShownAndRevoked() {
        ok(run("role", "create", "--name", "staff"));
        ok(run("resource", "create", "--name", "web", "--cidr", "10.0.1.5/32", "--ports", "443"));
        ok(run("resource", "create", "--name", "db", "--cidr", "10.0.1.6/32", "--ports", "5432"));
        String[] add = {
            "grant",
            "add",
            "--resource",
            "web",
            "--to",
            "role:staff",
            "--for",
            "2h",
            "--no-mfa",
            "--comment",
            "why",
            "--weekly",
            "mon-sun 00:00-24:00 UTC",
            "--json"
        };
        JsonObject made = ok(run(add)).json();
        assertThat(made.get("mfa").getAsBoolean()).isFalse();
        assertThat(made.get("comment").getAsString()).isEqualTo("why");
        assertThat(Duration.between(
                        Instant.parse(made.get("createdAt").getAsString()),
                        Instant.parse(made.get("until").getAsString())))
                .isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
        ok(run("grant", "add", "--resource", "db", "--to", "role:staff", "--deny"));
        // A word of its own: a random id may have the letters of any name in it.
        assertThat(ok(run("grant", "list", "--resource", "DB", "--role", "staff"))
                        .out())
                .contains("db", "true")
                .doesNotContainPattern("\\bweb\\b");
        assertThat(run("grant", "list", "--resource", "none").err()).contains("there is no resource 'none'");
        ok(run("user", "create", "--name", "alice", "--roles", "staff"));
        assertThat(ok(run("user", "reach", "ALICE")).out()).contains("web", "granted", "db", "forbidden");
        ok(run("resource", "create", "--name", "lab", "--cidr", "10.0.1.7", "--ports", "22", "--requestable-by=staff"));
        assertThat(ok(run("user", "reach", "alice", "--access", "granted")).out())
                .contains("web", "db", "forbidden")
                .doesNotContainPattern("\\blab\\b");
        assertThat(ok(run("user", "reach", "alice", "--access", "requestable")).out())
                .contains("lab")
                .doesNotContainPattern("\\b(web|db)\\b");
        assertThat(ok(run("user", "reach", "alice", "--resource", "WEB")).out())
                .contains("web")
                .doesNotContainPattern("\\b(lab|db)\\b");
        Done refused = run("user", "reach", "alice", "--access", "forbidden");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("access", "granted", "requestable");
        assertThat(ok(run("resource", "users", "web")).out()).contains("role:staff");
        ok(run("resource", "create", "--name", "wide", "--cidr", "10.0.0.0/16", "--ports", "443"));
        assertThat(ok(run("resource", "overlaps")).out()).contains("wide", "web", "10.0.1.5/32");
        assertThat(ok(run("resource", "overlaps", "--resource", "db")).out()).isEqualTo("none\n");
        String id = made.get("id").getAsString();
        assertThat(ok(run("grant", "windows", id)).out()).contains("FROM", "UNTIL", "Z");
        assertThat(ok(run("grant", "preview-windows", "--days", "7", "--weekly", "mon 08:00-09:00 UTC"))
                        .out())
                .contains("FROM", "UNTIL", "T08:00:00Z", "T09:00:00Z");
        assertThat(run("grant", "add", "--resource", "web", "--to", "role:staff", "--for", "soon")
                        .code())
                .isEqualTo(2);
        ok(run("grant", "revoke", id));
        assertThat(run("grant", "show", id).code()).isEqualTo(1);
    }

    @Test
    void anEndOfAGrantIsReplacedByADurationAndTakenAway() {
        ok(run("user", "create", "--name", "alice"));
        ok(run("resource", "create", "--name", "web", "--cidr", "10.0.1.5/32", "--ports", "443"));
        JsonObject made = ok(run(
                        "grant",
                        "create",
                        "--resource=web",
                        "--to=user:alice",
                        "--mfa=false",
                        "--until=2099-01-01T00:00:00Z",
                        "--json"))
                .json();
        String id = made.get("id").getAsString();
        assertThat(made.get("mfa").getAsBoolean()).isFalse();
        JsonObject shorter = ok(run("grant", "change", id, "--duration-seconds", "3600", "--json"))
                .json();
        assertThat(shorter.get("until").getAsString()).doesNotStartWith("2099");
        assertThat(ok(run("grant", "change", id, "--until", "", "--json"))
                        .json()
                        .has("until"))
                .isFalse();
    }

    @Test
    void aChangeIsSimulatedWithTheOptionsByWhichItIsMade() {
        ok(run("user", "create", "--name", "alice", "--display-name", "Alice A", "--roles", "user"));
        ok(run("resource", "create", "--name", "web", "--cidr", "10.0.1.0/24", "--ports", "443"));
        Done gain = ok(run("simulate", "grant", "--resource", "web", "--to", "user:alice", "--mfa", "false"));
        assertThat(gain.out())
                .contains("1 user would reach more, 0 users less.", "gained", "web", "alice", "0 flows of 0");
        assertThat(ok(run("grant", "list")).out()).as("nothing is saved").isEqualTo("none\n");
        String grant = ok(run("grant", "create", "--resource", "web", "--to", "user:alice", "--mfa", "false", "--json"))
                .json()
                .get("id")
                .getAsString();
        assertThat(ok(run("simulate", "grant", "--id", grant, "--mfa", "true", "--days", "0"))
                        .out())
                .contains("factor-added")
                .doesNotContain("flows");
        assertThat(ok(run("simulate", "revoke", grant)).out()).contains("0 users would reach more, 1 user less.");
        assertThat(ok(run("simulate", "resource", "web", "--cidr", "10.0.1.0/25"))
                        .out())
                .contains("lost", "10.0.1.128:443/tcp");
        assertThat(ok(run("simulate", "remove-resource", "web")).out()).contains("lost");
        assertThat(ok(run("simulate", "roles", "alice", "--roles", "", "--json"))
                        .json()
                        .get("usersLosing")
                        .getAsInt())
                .isZero();
        assertThat(run("simulate", "grant", "--to", "user:alice").err()).contains("--resource");
        assertThat(run("simulate", "revoke", "none").err()).contains("isn't there");
        assertThat(run("simulate", "resource", "moon", "--ports", "1").err()).contains("there is no resource 'moon'");
        assertThat(run("simulate").code()).isEqualTo(2);
    }

    @Test
    void theConfigurationOfADeviceAloneGoesToStandardOutput() {
        ok(run("user", "create", "--name", "alice"));
        ok(run("role", "create", "--name", "r"));
        Done made = ok(run("device", "create", "--user", "alice", "--name", "laptop"));
        assertThat(made.out()).startsWith("[Interface]");
        ok(run("device", "lock", "alice/laptop", "--reason", "lost"));
        assertThat(ok(run("device", "list", "--in-state", "locked")).out()).contains("alice/laptop");
        assertThat(run("device", "unlock", "laptop").err()).contains("say why it may connect again");
        ok(run("device", "unlock", "laptop", "--comment", "found"));
        assertThat(ok(run("device", "locks", "laptop")).out()).contains("found");
        Done link = ok(run("device", "link", "laptop", "--life-seconds", "600"));
        assertThat(link.out()).matches("https://[^#]+/get/[0-9a-z]{26}#[A-Za-z0-9_-]{43}\n");
        String id = link.out().replaceAll("(?s).*/get/|#.*", "");
        assertThat(ok(run("device", "links", "laptop")).out()).contains(id, "open");
        ok(run("device", "revoke-link", id));
        assertThat(ok(run("device", "links", "laptop")).out()).contains("revoked");
        assertThat(ok(run("device", "list", "--in-state", "locked")).out()).isEqualTo("none\n");
    }

    @Test
    void theValueOfASecretComesFromStandardInputAndIsShownOnlyWhenRevealed() {
        Done made = ok(typing("line one\nline two\n", "secret", "create", "--name", "db", "--kind", "text"));
        assertThat(made.out()).doesNotContain("line one");
        assertThat(ok(run("secret", "list")).out()).contains("db").doesNotContain("line");
        assertThat(ok(run("secret", "reveal", "db", "--reason", "to see it")).out())
                .isEqualTo("line one\nline two\n");
        assertThat(ok(run("secrets", "rotate-key")).out()).contains("job");
        assertThat(typing("", "secret", "create", "--name", "e", "--kind", "text")
                        .err())
                .contains("no value was given");
    }

    @Test
    void aTokenIsPrintedOnceAndLetsAProgramIn() {
        ok(run("user", "create", "--name", "alice", "--roles", "administrator"));
        String token = ok(run("token", "create", "--name", "ci", "--owner", "alice", "--scopes", "VIEW USERS"))
                .out()
                .strip();
        host.environment.put("SEKISHO_URL", "https://127.0.0.1:" + host.server().port());
        host.environment.put("SEKISHO_TOKEN", token);
        assertThat(plain("user", "list").err()).contains("is not believed").doesNotContain(token);
        host.environment.put("SEKISHO_FINGERPRINT", host.server().fingerprint());
        assertThat(ok(plain("user", "list")).out()).contains("alice");
        Done refused = plain("user", "create", "--name", "bob");
        assertThat(refused.code()).isEqualTo(1);
        host.environment.put("SEKISHO_TOKEN", "sk_wrong");
        assertThat(plain("user", "list").err())
                .contains("you are not logged in")
                .doesNotContain("sk_wrong");
        host.environment.put("SEKISHO_FINGERPRINT", "00".repeat(32));
        assertThat(plain("user", "list").err()).contains("is not believed");
    }

    @Test
    void withoutServerAndLoginItSaysWhatToDo() {
        assertThat(plain("user", "list", "--state", directory.resolve("none").toString()))
                .satisfies(done -> assertThat(done.code()).isEqualTo(1))
                .satisfies(done -> assertThat(done.err()).contains("no server answers"));
        host.environment.put("XDG_RUNTIME_DIR", directory.toString());
        host.environment.put("SEKISHO_TOKEN", "sk_x");
        assertThat(plain("user", "list").err()).contains("SEKISHO_URL");
    }

    @Test
    void aLoginThatWasKeptIsForItsOwnerOnly() throws Exception {
        Path file = Login.standardFile(host.environment);
        new Login(Login.url("https://h:8443"), Optional.empty(), "sk_x").write(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Login.read(file))
                .hasValueSatisfying(login -> assertThat(login.token()).isEqualTo("sk_x"));
        assertThat(ok(plain("logout")).out()).isEqualTo("logged out\n");
        assertThat(file).doesNotExist();
    }

    @Test
    void aLoginWithoutTerminalNamesTheFingerprintAndPinsNothing() {
        String url = "https://localhost:" + host.server().port();
        Done done = plain("login", url);
        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err()).contains(host.server().fingerprint());
        assertThat(plain("login", url, "--fingerprint", "00".repeat(32)).err()).contains("another certificate");
        assertThat(Login.standardFile(host.environment)).doesNotExist();
    }

    @Test
    @Tag("C05")
    void anLdapDirectoryIsConnectedChangedTestedAndRemoved() throws Exception {
        ok(run("role", "create", "--name", "engineer"));
        Path password = Files.writeString(directory.resolve("password"), "s3cret of the file\n");
        Done made = ok(run(
                "directory",
                "add",
                "--name",
                "Company",
                "--kind",
                "ldap",
                "--settings",
                "url=ldaps://127.0.0.1:1",
                "--settings",
                "baseDn=dc=example,dc=org",
                "--settings",
                "bindDn=cn=sekisho,dc=example,dc=org",
                "--settings-file",
                "bindPassword=" + password,
                "--group-roles",
                "cn=engineers,ou=groups,dc=example,dc=org=engineer",
                "--group-roles",
                "*=engineer"));
        assertThat(made.out()).doesNotContain("s3cret").contains("secretSet");
        assertThat(ok(run("directory", "list")).out()).contains("Company", "ldap", "engineer");
        ok(run("directory", "change", "company", "--settings", "mailAttribute=mailbox", "--group-roles", "*="));
        JsonObject shown = ok(run("directory", "show", "Company", "--json")).json();
        assertThat(shown.getAsJsonObject("settings").keySet())
                .containsExactlyInAnyOrder("url", "baseDn", "bindDn", "mailAttribute");
        assertThat(shown.getAsJsonObject("groupRoles").keySet())
                .containsExactly("cn=engineers,ou=groups,dc=example,dc=org");
        assertThat(shown.get("secretSet").getAsBoolean()).isTrue();
        assertThat(shown.get("enabled").getAsBoolean()).isTrue();
        Done elsewhere = run("directory", "change", "company", "--settings", "url=ldaps://127.0.0.1:2");
        assertThat(elsewhere.err()).contains("give the secret again");
        ok(typing(
                "s3cret typed\n",
                "directory",
                "change",
                "company",
                "--settings",
                "url=ldaps://127.0.0.1:2",
                "--secret-settings",
                "bindPassword",
                "--enabled=false"));
        Done test = run("directory", "test", "Company");
        assertThat(test.code()).isEqualTo(1);
        assertThat(test.out()).contains("connect").doesNotContain("s3cret");
        assertThat(ok(run("directory", "remove", "Company")).out()).isEqualTo("done\n");
        assertThat(ok(run("directory", "list")).out()).isEqualTo("none\n");
    }

    @Test
    @Tag("C05")
    void directoriesOfTheOtherKindsAreConnectedToo() throws Exception {
        ok(typing(
                "s3cret\n",
                "directory",
                "add",
                "--name",
                "Partners",
                "--kind",
                "oidc",
                "--settings",
                "issuer=https://login.example.org",
                "--settings",
                "clientId=sekisho",
                "--settings-file",
                "clientSecret=-"));
        Path metadata = Files.writeString(directory.resolve("idp.xml"), "<x/>");
        Done refused =
                run("directory", "add", "--name", "Group", "--kind", "saml", "--settings-file", "metadata=" + metadata);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("no SAML 2.0 metadata");
        assertThat(ok(run("directory", "service-provider")).out()).contains("/api/v1/login/saml/acs");
        assertThat(ok(run("directory", "list")).out()).contains("Partners").doesNotContain("Group", "s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h:8443", "https://h:8443/path", "https://u:p@h", "https://", "https://h h"})
    void aServerIsNamedByHttpsHostAndPort(String url) {
        assertThat(plain("login", url).err()).contains("https://HOST:PORT").doesNotContain("u:p");
    }

    @ParameterizedTest
    @CsvSource({
        "user create --name a --roles nobody, 1, roles",
        "resource create --name w --cidr 10.0.1.5/33 --ports 443, 1, cidr",
        "resource create --name w --cidr 10.0.1.5 --ports 70000, 1, ports",
        "resource create --name w --cidr 10.0.1.5 --approvals two, 2, whole number",
        "alert create --name a --kind fax, 1, kind",
        "alert create --name a --kind email --settings to, 2, NAME=VALUE",
        "user, 2, which verb",
        "user show, 2, NAME|ID",
        "user list --no-such-option, 2, no-such-option",
        "directory add --name d --kind nis, 1, 'ldap, oidc or saml'",
        "directory add --name d --kind ldap --settings url=ldaps://h, 1, baseDn",
        "directory add --name d --kind ldap --group-roles engineers, 2, GROUP=ROLE",
        "directory add --name d --kind saml --settings-file metadata, 2, NAME=FILE",
        "directory add --name d --kind saml --settings-file metadata=/nowhere/x.xml, 1, there is no file",
        "directory show nobody, 1, there is no directory",
        "audit verify x.ndjson, 2, --key"
    })
    void badInputIsTold(String arguments, int code, String sentence) {
        Done done = arguments.equals("user") ? plain("user") : run(arguments.split(" "));
        assertThat(done.code()).as(done.err()).isEqualTo(code);
        assertThat(done.err()).contains(sentence).doesNotContain("bug");
    }

    @Test
    @Tag("B03")
    @Tag("U01")
    void aBackupIsRestoredIntoAnEmptyDirectoryAndItsAuditLogIsWhole() throws Exception {
        ok(run("user", "create", "--name", "alice"));
        Path file = directory.resolve("sekisho.backup");
        assertThat(typing("short\n", "backup", file.toString()).err()).contains("12 characters");
        ok(typing(PASSPHRASE + "\n", "backup", file.toString()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(typing(PASSPHRASE + "\n", "backup", file.toString()).err()).contains("is there already");
        host.stopServer();

        host.moveTo("elsewhere");
        assertThat(typing("another passphrase\n", "restore", file.toString()).err())
                .contains("the passphrase or key is another");
        ok(typing(PASSPHRASE + "\n", "restore", file.toString()));
        assertThat(typing(PASSPHRASE + "\n", "restore", file.toString()).err()).contains("is not empty");

        host.startServer();
        assertThat(ok(run("user", "show", "alice")).out()).contains("alice");
        assertThat(ok(run("audit", "verify")).out()).startsWith("ok: ");
        assertThat(ok(run("audit", "search", "--action", "server.backed-up")).out())
                .contains("root");
    }

    @Test
    @Tag("B03")
    void aBackupByTheInstallationsKeyNeedsThatKey() throws Exception {
        Path file = directory.resolve("sekisho.backup");
        ok(run("backup", "--key", file.toString()));
        Path key = host.state().resolve("master.key");
        host.moveTo("elsewhere");
        assertThat(run("restore", "--key", file.toString()).err()).contains("master.key is missing");
        Files.copy(key, host.state().resolve("master.key"));
        ok(run("restore", "--key", file.toString()));
        host.startServer();
        assertThat(ok(run("audit", "verify")).out()).startsWith("ok: ");
    }

    @Test
    @Tag("U01")
    void anExportIsCheckedWithoutTheServerAndATamperedOneIsNot() throws Exception {
        ok(run("user", "create", "--name", "alice"));
        Path export = directory.resolve("audit.ndjson");
        ok(run("audit", "export", export.toString()));
        List<String> lines = Files.readAllLines(export);
        String key = new Gson()
                .fromJson(lines.getFirst(), JsonObject.class)
                .get("key")
                .getAsString();
        assertThat(ok(run("audit", "verify", export.toString(), "--key", key)).out())
                .startsWith("ok: ");
        Files.writeString(export, Files.readString(export).replace("alice", "mallo"));
        Done found = run("audit", "verify", export.toString(), "--key", key, "--json");
        assertThat(found.code()).isEqualTo(1);
        assertThat(found.json().getAsJsonArray("problems")).isNotEmpty();
        assertThat(run("audit", "verify", export.toString(), "--key", key + "x").code())
                .isEqualTo(1);
    }

    @Test
    @Tag("N17")
    void theFlowLogIsSearchedExportedAndKeptAsLongAsSomebodySays() throws Exception {
        String line = """
                {"event":"flow-closed","time":"%s","device":"alice/laptop","flow":7,"user":"alice",\
                "source":"10.66.0.2:40000","destination":"10.0.1.5:443","protocol":"tcp","from":"device",\
                "start":"2026-11-23T23:59:58.000Z","end":"2026-11-23T23:59:59.000Z","bytes":1500,"packets":5,\
                "bytesToTarget":500,"packetsToTarget":2,"bytesToDevice":1000,"packetsToDevice":3,"verdict":"allowed",\
                "rule":"01grant","resource":"db","reason":"finished"}
                """;
        LocalDate today = LocalDate.ofInstant(InstantSource.system().instant(), ZoneOffset.UTC);
        LocalDate before = today.minusDays(1);
        Files.writeString(
                host.state().resolve("flows/" + before + ".jsonl"), line.formatted(before + "T23:59:59.000Z"));
        Files.writeString(host.state().resolve("flows/" + today + ".jsonl"), line.formatted(today + "T00:00:01.000Z"));
        assertThat(run("flow", "search", "--destination", "10.0.1.0/24", "--port", "443")
                        .out())
                .contains("alice/laptop", "10.0.1.5:443", today + "T00:00:01Z");
        assertThat(run("flow", "search", "--to", today + "T00:00:00Z", "--json")
                        .json()
                        .getAsJsonArray("items"))
                .hasSize(1);
        assertThat(run("flow", "search", "--user", "bob").out()).isEqualTo("none\n");
        Done wrong = run("flow", "search", "--destination", "10.0.1.5/24");
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).contains("destination").contains("10.0.1.0/24");

        Path file = directory.resolve("flows.csv");
        assertThat(run("flow", "export", file.toString(), "--verdict", "allowed")
                        .code())
                .isZero();
        assertThat(Files.readAllLines(file)).hasSize(3).first().asString().startsWith("time,event,");
        assertThat(run("flow", "export", file.toString()).err()).contains("is there already");
        assertThat(run("audit", "search", "--action", "flow-log.").out()).contains("flow-log.exported");

        assertThat(run("flow", "top", "--by", "device").out()).startsWith("none\n");
        assertThat(run("flow", "top", "--by", "shoe").err()).contains("by: is user, device, resource or destination");
        assertThat(ok(run("flow", "series", "--step", "60")).out()).contains("AT", "DENIED", "BYTES ALLOWED");
        assertThat(run("flow", "series", "--step", "soon").err()).contains("step: ");
        assertThat(run("flow", "keep", "--days", "7").code()).isZero();
        JsonObject kept = run("flow", "settings", "--json").json();
        assertThat(kept.get("days").getAsInt()).isEqualTo(7);
        assertThat(kept.get("maxBytes").getAsLong()).isEqualTo(2L << 30);
        assertThat(run("flow", "keep", "--max-bytes", "5").err()).contains("maxBytes", "64 MiB");
    }

    @Test
    void completionIsAScriptWithAllNouns() {
        assertThat(ok(plain("completion")).out())
                .startsWith("#!/usr/bin/env bash")
                .contains("service-account", "rotate-key", "--display-name");
    }

    @Test
    void theDoctorFindsARunningServerWell() {
        // It says itself that it has no tunnel.
        assertThat(ok(run("doctor", "--json")).json().getAsJsonArray("findings"))
                .hasSize(10);
    }
}
