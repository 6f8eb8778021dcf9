package dev.sekisho.control.cli;

import static dev.sekisho.control.cli.HostLine.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sekisho.control.cli.HostLine.Done;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The verbs for settings and for what is one's own, against a whole server on loopback: network, mail, rules for
/// second
/// factors, audit streams, notices, challenges.
@Tag("C04")
@Timeout(120)
class SettingsVerbsTest {
    private static final String PASSWORD = "s3cret of the mail server";

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

    private JsonObject json(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        return ok(run(all)).json();
    }

    /// Makes a user with a token and lets the next [HostLine#plain] commands be theirs.
    private void becomeAlice(String roles, String scopes) {
        ok(run("user", "create", "--name", "alice", "--email", "alice@example.org", "--roles", roles));
        String token = ok(run("token", "create", "--name", "own", "--owner", "alice", "--scopes", scopes))
                .out()
                .strip();
        host.environment.put("SEKISHO_URL", "https://127.0.0.1:" + host.server().port());
        host.environment.put("SEKISHO_TOKEN", token);
        host.environment.put("SEKISHO_FINGERPRINT", host.server().fingerprint());
    }

    @Test
    void oneSettingOfTheNetworkChangesAndTheOthersStay() {
        JsonObject before = json("network", "show");
        ok(run("network", "set", "--enabled=false", "--public-address", "vpn.example.org"));
        ok(run(
                "network",
                "set",
                "--exposed-subnets",
                "10.0.1.0/24,10.0.2.0/24",
                "--mfa-inactivity-seconds",
                "600",
                "--mfa-maximum-age-seconds",
                "7200"));
        JsonObject after = json("network", "show");
        assertThat(after.get("publicAddress").getAsString()).isEqualTo("vpn.example.org");
        assertThat(after.getAsJsonArray("exposedSubnets")).hasSize(2);
        JsonObject mfa = after.getAsJsonObject("mfa");
        assertThat(mfa.get("inactivitySeconds").getAsInt()).isEqualTo(600);
        assertThat(mfa.get("maximumAgeSeconds").getAsInt()).isEqualTo(7200);
        assertThat(mfa.get("timeoutSeconds"))
                .isEqualTo(before.getAsJsonObject("mfa").get("timeoutSeconds"));
        assertThat(after.get("mtu")).isEqualTo(before.get("mtu"));
        ok(run("network", "set", "--public-address=", "--mfa-maximum-age-seconds=", "--exposed-subnets="));
        JsonObject cleared = json("network", "show");
        assertThat(cleared.has("publicAddress")).isFalse();
        assertThat(cleared.getAsJsonObject("mfa").has("maximumAgeSeconds")).isFalse();
        assertThat(cleared.getAsJsonArray("exposedSubnets")).isEmpty();
        assertThat(ok(run("network", "show")).out()).contains("mfa.inactivitySeconds");
        assertThat(ok(run("network", "status")).out()).contains("running");
    }

    @Test
    void whyIsExplainedOverTheApi() {
        ok(run("user", "create", "--name", "alice"));
        assertThat(ok(run("network", "explain", "--subject", "alice", "--target", "10.0.1.5:443"))
                        .out())
                .contains("verdict");
        assertThat(run("network", "explain", "--subject", "alice").err()).contains("target");
    }

    @Test
    void explainOnTheHostIsThatOfTheApiWithoutATunnel() {
        ok(run("user", "create", "--name", "alice"));
        ok(run("resource", "create", "--name", "web", "--cidr", "10.0.1.0/24", "--ports", "443"));
        ok(run("grant", "add", "--resource", "web", "--to", "user:alice"));
        ok(run("device", "create", "--user", "alice", "--name", "laptop"));
        ok(run("device", "lock", "alice/laptop", "--reason", "lost"));
        String said = ok(run("explain", "alice/laptop", "10.0.1.5:443/tcp")).out();
        assertThat(said)
                .startsWith("locked: device alice/laptop passes nothing (")
                .contains("on web (10.0.1.0/24:443) decides", "second factor: asked at the next packet");
        JsonObject whole =
                ok(run("explain", "alice/laptop", "10.0.1.5:443", "--json")).json();
        JsonObject api = json("network", "explain", "--subject", "alice/laptop", "--target", "10.0.1.5:443");
        whole.remove("at");
        api.remove("at");
        assertThat(whole).isEqualTo(api);
        assertThat(whole.getAsJsonArray("steps")).isNotEmpty();
        assertThat(ok(run("explain", "user:alice", "10.0.1.5:443", "--at", "2020-01-01T00:00:00Z"))
                        .out())
                .contains("note: Of the past");
        assertThat(ok(run("explain", "network:10.0.1.7", "10.0.1.5:443")).out()).contains("10.0.1.7");
        assertThat(ok(run("explain", "nobody", "10.0.1.5:443")).out()).contains("There is no user 'nobody'");
        assertThat(run("explain", "nobody/laptop", "10.0.1.5:443").err()).contains("there is no device");
        assertThat(run("explain", "alice", "10.0.1.5").err()).contains("target");
        assertThat(run("explain", "alice", "10.0.1.5:53/gre").err()).contains("tcp, udp or icmp");
    }

    @Test
    @Tag("R08b")
    void theMapIsThatOfTheApiAsATree() {
        ok(run("role", "create", "--name", "staff"));
        ok(run("user", "create", "--name", "alice", "--roles", "staff"));
        ok(run("device", "create", "--user", "alice", "--name", "laptop"));
        ok(run("resource", "create", "--name", "web", "--cidr", "10.0.1.0/24", "--ports", "443"));
        ok(run("resource", "create", "--name", "db", "--cidr", "10.0.1.5", "--ports", "5432"));
        ok(run("grant", "add", "--resource", "web", "--to", "role:staff"));
        ok(run("grant", "add", "--resource", "db", "--to", "user:alice", "--no-mfa"));
        assertThat(ok(run("map", "--user", "alice")).out())
                .startsWith("user alice\nreaches\n")
                .contains(
                        "  role staff\n    resource web  10.0.1.0/24:443  with second factor\n",
                        "  resource db  10.0.1.5/32:5432  without second factor\n",
                        "is reached by\n  device alice/laptop  active\n");
        assertThat(ok(run("map", "--resource", "web")).out())
                .contains("  role staff  with second factor\n    user alice\n");
        assertThat(ok(run("map", "--device", "alice/laptop", "--resource", "db"))
                        .out())
                .contains("user alice\n    resource db")
                .doesNotContain("web");
        JsonObject whole = ok(run("map", "--role", "staff", "--json")).json();
        assertThat(whole.get("complete").getAsBoolean()).isTrue();
        assertThat(whole.getAsJsonArray("nodes")).isNotEmpty();
        assertThat(run("map").err()).contains("name one user, role or device, or a resource");
        assertThat(run("map", "--user", "nobody").err()).contains("there is no user 'nobody'");
        assertThat(run("map", "--user", "alice", "--depth", "9").err()).contains("depth", "0 to 8");
    }

    @Test
    void theScriptOfTheGatewayFollowsTheSettings() {
        ok(run("network", "set", "--exposed-subnets", "10.0.7.0/24", "--interface", "sktest7"));
        String up = ok(run("network", "script")).out();
        assertThat(up)
                .startsWith("#!/bin/sh\n# Gateway of the tunnel sktest7: up.")
                .contains("10.0.7.0/24");
        assertThat(ok(run("network", "script", "--down", "--iptables")).out()).contains("sktest7: down.", "iptables");
        assertThat(json("network", "script").get("script").getAsString()).isEqualTo(up);
        assertThat(run("network", "script", "--interface", "sktest8").err()).contains("--policy or --addresses");
    }

    @Test
    void nothingOfTheServersSettingsRunsHereUnasked() {
        for (String verb : new String[] {"up", "down"}) {
            Done done = host.typing("yes\n", "network", verb);
            assertThat(done.code()).isEqualTo(1);
            assertThat(done.err()).contains("nothing was done", "sekisho network script", "--yes");
        }
    }

    /// It would run as root here what a host elsewhere says.
    @Test
    void aServerElsewhereSaysNothingAboutThisHost() {
        becomeAlice("administrator", "VIEW NETWORK");
        host.environment.put("XDG_RUNTIME_DIR", directory.toString());
        assertThat(ok(host.plain("network", "script")).out()).startsWith("#!/bin/sh");
        host.environment.put("SEKISHO_STATE", directory.resolve("none").toString());
        Done done = host.plain("network", "up");
        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err()).as("not even asked whether").contains("no server answers");
    }

    @Test
    void theStateDirectoryOfTheEnvironmentFindsTheServer() {
        host.environment.put("SEKISHO_STATE", host.state().toString());
        assertThat(ok(host.plain("server", "fingerprint")).out())
                .isEqualTo(host.server().fingerprint() + "\n");
        assertThat(ok(host.plain("user", "list")).out()).contains("admin");
    }

    @Test
    void theMailServerIsSetWithItsPasswordFromStandardInput() {
        assertThat(run("mail", "show").err()).contains("no mail server is set up yet");
        Done made = ok(host.typing(
                PASSWORD + "\n",
                "mail",
                "set",
                "--host",
                "127.0.0.1",
                "--port",
                "1",
                "--security",
                "none",
                "--user",
                "sekisho",
                "--password",
                "--from",
                "sekisho@example.org"));
        assertThat(made.out()).contains("hasPassword", "true").doesNotContain("s3cret");
        ok(run("mail", "set", "--from", "other@example.org"));
        JsonObject shown = json("mail", "show");
        assertThat(shown.get("from").getAsString()).isEqualTo("other@example.org");
        assertThat(shown.get("hasPassword").getAsBoolean()).isTrue();
        Done test = run("mail", "test", "--to", "ops@example.org");
        assertThat(test.code()).as("nobody listens at that port").isEqualTo(1);
        assertThat(test.out()).contains("detail").doesNotContain("s3cret");
        ok(run("mail", "set", "--user="));
        assertThat(json("mail", "show").has("user")).isFalse();
    }

    @Test
    void theMailForNewDevicesIsPreviewedAndChanged() throws Exception {
        Path body = Files.writeString(directory.resolve("body"), "Dear {{name}},\nuse {{device}}.\n");
        String before = ok(run("mail", "template")).out();
        assertThat(ok(run("mail", "preview-template", "--body", body.toString()))
                        .out())
                .contains("    Dear Alice Example,\n    use laptop.\n");
        assertThat(ok(run("mail", "template")).out()).isEqualTo(before);
        ok(run("mail", "set-template", "--subject", "For {{device}}", "--body", body.toString()));
        assertThat(json("mail", "template").get("subject").getAsString()).isEqualTo("For {{device}}");
        ok(run("mail", "set-template", "--subject", "Yours"));
        assertThat(json("mail", "template").get("body").getAsString()).startsWith("Dear {{name}}");
        assertThat(host.typing("{{secret}}", "mail", "set-template", "--body", "-")
                        .err())
                .contains("there is no variable {{secret}}");
    }

    @Test
    void aRuleForSecondFactorsIsTriedMadeChangedAndRemoved() {
        ok(run("role", "create", "--name", "engineer"));
        ok(run("user", "create", "--name", "alice", "--roles", "engineer"));
        String[] rule = {"role:engineer", "--required", "always", "--kinds", "totp,passkey,recovery"};
        Done effects = ok(run(with(new String[] {"factor-rule", "effects"}, rule)));
        assertThat(effects.out()).contains("setUp", "alice");
        assertThat(ok(run("factor-rule", "list")).out()).doesNotContain("engineer");
        assertThat(ok(run(with(new String[] {"factor-rule", "set"}, rule))).out())
                .contains("SCOPE", "role:engineer");
        ok(run("factor-rule", "set", "role:engineer", "--required", "never"));
        JsonObject changed =
                json("factor-rule", "list").getAsJsonArray("items").get(1).getAsJsonObject();
        assertThat(changed.get("required").getAsString()).isEqualTo("never");
        assertThat(changed.getAsJsonArray("kinds")).hasSize(3);
        ok(run("factor-rule", "remove", "role:engineer"));
        assertThat(ok(run("factor-rule", "list")).out()).contains("default").doesNotContain("engineer");
    }

    private static String[] with(String[] first, String[] second) {
        String[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    @Test
    void anAuditStreamIsAddedChangedAndRemoved() {
        ok(run("audit-stream", "add", "siem", "--transport", "tcp", "--host", "127.0.0.1", "--port", "1"));
        ok(run("audit-stream", "add", "copy", "--transport", "file", "--file", "copy.ndjson", "--enabled=false"));
        assertThat(run("audit-stream", "add", "SIEM", "--transport", "file", "--file", "x")
                        .err())
                .contains("'SIEM' is there already", "sekisho audit-stream change");
        String id = stream("siem").get("id").getAsString();
        ok(run("audit-stream", "change", "siem", "--enabled=false", "--port", "6514"));
        assertThat(stream("siem").get("id").getAsString())
                .as("it goes on where it is")
                .isEqualTo(id);
        assertThat(stream("siem").get("port").getAsInt()).isEqualTo(6514);
        assertThat(stream("siem").get("enabled").getAsBoolean()).isFalse();
        ok(run("audit-stream", "remove", "siem"));
        assertThat(ok(run("audit-stream", "list")).out())
                .contains("copy.ndjson")
                .doesNotContain("siem");
    }

    private JsonObject stream(String name) {
        return json("audit-stream", "list").getAsJsonArray("items").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(item -> item.get("name").getAsString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void ownNoticesAreSetWithAUrlThatIsKeptAsASecret() {
        becomeAlice("user", "");
        assertThat(ok(host.plain("notice", "show")).out()).contains("hasWebhook");
        ok(host.plain("notice", "set", "--mail"));
        host.type("https://ntfy.example.org/s3cret\n");
        Done set = ok(host.plain("notice", "set", "--webhook", "--webhook-kind", "ntfy", "--json"));
        assertThat(set.json().get("mail").getAsBoolean()).as("stays").isTrue();
        assertThat(set.json().get("hasWebhook").getAsBoolean()).isTrue();
        assertThat(set.out()).doesNotContain("s3cret");
        ok(host.plain("notice", "set", "--mail=false"));
        JsonObject kept = ok(host.plain("notice", "show", "--json")).json();
        assertThat(kept.get("hasWebhook").getAsBoolean()).as("stays").isTrue();
        JsonObject gone =
                ok(host.plain("notice", "set", "--no-webhook", "--json")).json();
        assertThat(gone.get("hasWebhook").getAsBoolean()).isFalse();
        assertThat(run("notice", "show").err()).contains("the host's administrator is none");
    }

    @Test
    void whatIsOnesOwnIsShownAndADeviceAdded() {
        ok(run("role", "create", "--name", "own", "--permissions", "ADD OWN DEVICES"));
        ok(run("network", "set", "--enrollment-roles", "own", "--public-address", "vpn.example.org"));
        becomeAlice("own", "ADD OWN DEVICES");
        ok(host.plain("me", "change", "--display-name", "Alice A"));
        assertThat(ok(run("user", "show", "alice")).out()).contains("Alice A");
        assertThat(ok(host.plain("me", "add-device", "--name", "laptop")).out()).startsWith("[Interface]");
        assertThat(ok(host.plain("me", "devices")).out()).contains("laptop");
        assertThat(ok(host.plain("me", "factors")).out()).isEqualTo("none\n");
        assertThat(ok(host.plain("me", "resources")).out()).isEqualTo("none\n");
        assertThat(ok(host.plain("me", "waiting")).out()).isEqualTo("none\n");
        assertThat(ok(host.plain("challenge", "list")).out()).isEqualTo("none\n");
        assertThat(host.plain("challenge", "list", "--scope", "all").err()).contains("VIEW ALL LOGS");
        assertThat(ok(run("challenge", "list", "--scope", "all")).out()).isEqualTo("none\n");
    }

    @Test
    void anAnswerToAChallengeThatIsOverIsTold() {
        becomeAlice("user", "");
        String id = "0123456789abcdefghjkmnpqrs";
        host.type("123456\n");
        Done approved = host.plain("challenge", "approve", id);
        assertThat(approved.code()).isEqualTo(1);
        assertThat(approved.err()).contains("challenge").doesNotContain("123456");
        host.type("1111-2222\n");
        assertThat(host.plain("challenge", "approve", id, "--recovery").err())
                .contains("challenge")
                .doesNotContain("1111", "send the number");
        assertThat(host.plain("challenge", "deny", id).err()).contains("challenge");
        assertThat(host.plain("challenge", "deny", id, "--report").err()).contains("challenge");
    }

    @Test
    void theLogIsProvedAndItsKeyPrinted() {
        ok(run("user", "create", "--name", "alice"));
        String key = ok(run("audit", "key")).out().strip();
        assertThat(key).contains("+");
        assertThat(json("audit", "checkpoint").get("key").getAsString()).isEqualTo(key);
        assertThat(json("audit", "proof", "1").get("path").getAsJsonArray()).isNotNull();
        assertThat(json("audit", "consistency", "--first", "1", "--second", "2").has("path"))
                .isTrue();
        assertThat(run("audit", "proof", "99999999").err()).contains("no such record");
        assertThat(run("audit", "proof", "x").err()).contains("whole number");
    }

    @Test
    void theServerTellsHowItIsAndWhatItIsMadeOf() {
        assertThat(ok(run("server", "show")).out()).contains("Sekisho");
        assertThat(json("server", "status").getAsJsonArray("health")).isNotEmpty();
        assertThat(ok(run("server", "status")).out().lines().filter(line -> line.startsWith("health ")))
                .as("a line each")
                .hasSizeGreaterThan(2);
        assertThat(ok(run("server", "licences")).out()).contains("Apache");
        assertThat(json("server", "fingerprint").get("url").getAsString()).startsWith("https://");
    }

    @Test
    void grantsAreFoundByRoleAndResource() {
        ok(run("role", "create", "--name", "engineer"));
        ok(run("resource", "create", "--name", "web", "--cidr", "10.0.1.5/32", "--ports", "443"));
        ok(run("resource", "create", "--name", "ledger", "--cidr", "10.0.1.6/32", "--ports", "5432"));
        ok(run("grant", "create", "--resource=web", "--to=role:engineer"));
        ok(run("grant", "create", "--resource=ledger", "--to=user:admin"));
        assertThat(ok(run("grant", "list", "--resource", "web")).out())
                .contains("web")
                .doesNotContain("ledger");
        assertThat(ok(run("grant", "list", "--role", "engineer", "--over", "false"))
                        .out())
                .contains("web")
                .doesNotContain("ledger");
        assertThat(run("grant", "list", "--resource", "none").err()).contains("there is no resource 'none'");
    }

    @Test
    void badInputIsTold() {
        String rows = """
            network set --mtu many | 2 | whole number
            network set --mtu 1 | 1 | mtu
            network set --mfa-inactivity-seconds 0 | 1 | mfa.inactivitySeconds
            network set --mfa-maximum-age-seconds soon | 2 | whole number
            network set --addresses 10.66.0.0/24 | 1 | addresses
            network set --enrollment-roles nobody | 1 | nobody
            network script --direction up | 2 | --direction
            network | 2 | which verb
            flow follow --verdict alowed | 2 | there is no verdict
            mail set --port 25 | 1 | host
            mail test --to nobody | 1 | to
            mail set --host h --port 0 --security none --from a@example.org | 1 | port
            mail preview-template --body /nowhere/body | 1 | there is no file
            factor-rule set | 2 | SCOPE
            factor-rule set everybody --required always --kinds totp | 1 | default, role:NAME
            factor-rule set role:nobody --required always --kinds totp | 1 | there is no role
            factor-rule set default --required sometimes | 1 | always, privileged or never
            factor-rule set default --kinds recovery | 1 | name one more
            factor-rule remove role:nobody | 1 | sekisho factor-rule list
            audit-stream add x --transport pigeon | 1 | udp, tcp, tls or file
            audit-stream add x --transport tls --host h | 1 | host and port
            audit-stream change x --port 1 | 1 | sekisho audit-stream list
            audit-stream remove | 2 | NAME
            notice set --webhook-kind fax | 1 | administrator
            challenge deny | 2 | ID
            audit consistency --first 1 | 1 | second
            session list | 1 | name a user
            session revoke nobody | 1 | no such login session
            token delete nobody | 1 | by its id
            role set-members nobody --users alice | 1 | there is no role
            request approve nobody | 1 | administrator
            """;
        rows.lines().map(row -> row.strip().split(" \\| ", -1)).forEach(row -> {
            Done done = row[0].equals("network") ? host.plain("network") : run(row[0].split(" "));
            assertThat(done.code()).as(row[0] + ": " + done.err()).isEqualTo(Integer.parseInt(row[1]));
            assertThat(done.err())
                    .as(row[0])
                    .contains(row[2])
                    .doesNotContain(": :")
                    .doesNotContain("bug")
                    .doesNotContain("Exception");
        });
    }
}
