package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.factor.SoftKey;
import dev.sekisho.control.totp.TotpSecret;
import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Every operation of the server's own document that changes something, done for real: afterwards the audit log has a
/// record that says who did it and to what. An operation that is neither done here nor excused fails the last test.
@Tag("U01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AuditedChangesTest {
    private static final String NOTHING_KEPT = "answers and keeps nothing";

    /// Operations that leave no record of their own, and why.
    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("POST /resources/check", NOTHING_KEPT),
            Map.entry("POST /factor-policies/effects", NOTHING_KEPT),
            Map.entry("POST /policy/simulate", NOTHING_KEPT),
            Map.entry("POST /device-links/{id}/look", "shows what a link hands out"),
            Map.entry("POST /network/mail-template/preview", NOTHING_KEPT),
            Map.entry("POST /challenges/{id}/link", "shows the challenge of a link"),
            Map.entry("POST /challenges/{id}/passkey/options", "a number for the browser to sign, good for minutes"),
            Map.entry("POST /session/passkey/options", "a number for the browser to sign, good for minutes"),
            Map.entry("POST /me/factors/passkey/options", "a number for the browser to sign, good for minutes"),
            Map.entry("POST /me/factors/totp", "counts for nothing until it is confirmed, which is recorded"),
            Map.entry("POST /device-codes", "nobody in particular asks; who lets it in is recorded, and its token"),
            Map.entry("POST /login/oidc/start", "leads to a provider; what it answers is recorded: OidcLoginTest"),
            Map.entry("POST /login/saml/start", "leads to a provider; what it answers is recorded: SamlLoginTest"),
            Map.entry("POST /login/saml/acs", "needs a provider's answer: SamlLoginTest, ForgedResponsesTest"));

    private final Set<String> done = new TreeSet<>();
    private final List<String> findings = new ArrayList<>();
    private final Map<String, String> ids = new HashMap<>();
    private ServerSite site;
    private MailSide mails;
    private AskingSide asking;
    private Who admin;
    private Who person;

    private record Who(Visitor visitor, String name) {}

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        site = ServerSite.start(directory);
        mails = MailSide.open();
        admin = new Who(site.admin(), "admin");
        person = new Who(site.somebody(admin.visitor(), "paula", "user", "default_wireguard_user"), "paula");
        asking = AskingSide.open(site.state(), site::now);
    }

    @AfterAll
    void end() {
        asking.close();
        mails.close();
        site.close();
    }

    // ---- doing and looking

    /// Does something; the log must have a newer record of the actor that says one of the names.
    private Map<String, Object> does(Who who, String operation, Object body, String... names) throws IOException {
        String[] words = operation.split(" ", 2);
        String path = words[1].replace("{id}", ids.getOrDefault("id", ""));
        long before = newest();
        String text = body instanceof String plain ? plain : Json.text(body);
        Http answer = who.visitor().call(words[0], path, text);
        if (answer.status() >= 300) {
            findings.add(operation + " did not work: " + answer.status() + " " + answer.body());
            return Map.of();
        }
        done.add(operation);
        List<Map<?, ?>> records = since(before);
        boolean named = records.stream()
                .filter(record -> who.name().equals(record.get("actor")))
                .anyMatch(record -> Stream.of(names)
                        .anyMatch(name -> String.valueOf(record.get("target")).contains(name)
                                || String.valueOf(record.get("details")).contains(name)));
        if (!named) {
            findings.add(operation + ": no record of " + who.name() + " with " + List.of(names) + " in " + records);
        }
        return answer.header("content-type").startsWith("application/json")
                ? ServerSite.object(answer.body())
                : Map.of();
    }

    /// The same with the identity in the path.
    private Map<String, Object> to(String id, Who who, String operation, Object body, String... names)
            throws IOException {
        ids.put("id", id);
        return does(who, operation, body, names);
    }

    private String made(Who who, String operation, Object body, String... names) throws IOException {
        return String.valueOf(does(who, operation, body, names).get("id"));
    }

    private long newest() throws IOException {
        Map<?, ?> first = (Map<?, ?>) ServerSite.items(admin.visitor().json("GET", "/audit?limit=1", ""), "items")
                .getFirst();
        return seq(first);
    }

    private static long seq(Map<?, ?> record) {
        return ((Number) Objects.requireNonNull(record.get("seq"), "seq")).longValue();
    }

    private List<Map<?, ?>> since(long seq) throws IOException {
        List<Map<?, ?>> records = new ArrayList<>();
        for (Object item : ServerSite.items(admin.visitor().json("GET", "/audit?limit=30", ""), "items")) {
            Map<?, ?> record = (Map<?, ?>) item;
            if (seq(record) > seq) {
                records.add(record);
            }
        }
        return records;
    }

    // ---- people

    @Test
    @Order(1)
    void people() throws IOException {
        admin.visitor().stepUp();
        does(admin, "POST /secrets/rotate-installation-key", Map.of(), "secret.installation-key", "from");
        Map<String, Object> role = Map.of(
                "name", "keepers", "description", "d", "permissions", List.of("VIEW USERS"), "parents", List.of());
        String keepers = made(admin, "POST /roles", role, "keepers");
        to(keepers, admin, "PUT /roles/{id}", with(role, "description", "others"), "keepers");
        String mia = made(admin, "POST /users", Map.of("name", "mia", "roles", List.of("user")), "mia");
        to(keepers, admin, "PUT /roles/{id}/members", Map.of("users", List.of(mia)), "keepers");
        to(keepers, admin, "DELETE /roles/{id}", "", "keepers");
        to(mia, admin, "PATCH /users/{id}", Map.of("displayName", "Mia"), "mia");
        to(mia, admin, "POST /users/{id}/disable", "", "mia");
        to(mia, admin, "POST /users/{id}/enable", "", "mia");
        lockOut("mia", mia);
        to(mia, admin, "POST /users/{id}/unlock", "", "mia");
        admin.visitor().stepUp();
        to(mia, admin, "POST /users/{id}/reset-password", "", "mia");
        to(mia, admin, "POST /users/{id}/reset-factors", "", "mia");
        to(mia, admin, "DELETE /users/{id}", "", "mia");
        String robot = made(admin, "POST /service-accounts", Map.of("name", "robot", "roles", List.of()), "robot");
        to(robot, admin, "DELETE /service-accounts/{id}", "", "robot");
        admin.visitor().stepUp();
        String token = made(admin, "POST /tokens", Map.of("name", "mine", "scopes", List.of("VIEW USERS")), "mine");
        to(token, admin, "DELETE /tokens/{id}", "", "mine");
    }

    private static Map<String, Object> with(Map<String, Object> body, String name, Object value) {
        Map<String, Object> copy = new HashMap<>(body);
        copy.put(name, value);
        return copy;
    }

    private void lockOut(String name, String id) throws IOException {
        for (int i = 0; i < 40; i++) {
            if ("locked".equals(admin.visitor().json("GET", "/users/" + id, "").get("state"))) {
                return;
            }
            try {
                site.visitor().login(name, "wrong " + i);
            } catch (java.security.GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError(name + " is not locked out");
    }

    // ---- what is somebody's own

    @Test
    @Order(2)
    void mailAndRules() throws IOException {
        Map<String, Object> mail =
                Map.of("host", "127.0.0.1", "port", mails.smtpPort(), "security", "none", "from", "sekisho@a.example");
        does(admin, "PUT /mail/settings", mail, "mail");
        does(admin, "POST /mail/test", Map.of("to", "op@a.example"), "op@a.example");
        admin.visitor().stepUp();
        Map<String, Object> rule = Map.of(
                "scope", "default", "required", "privileged", "kinds", List.of("totp", "passkey", "recovery", "email"));
        does(admin, "PUT /factor-policies", Map.of("items", List.of(rule)), "default");
    }

    @Test
    @Order(3)
    void oneself() throws Exception {
        does(person, "PATCH /me", Map.of("displayName", "Paula"), "paula");
        person.visitor().stepUp();
        does(
                person,
                "PUT /me/notices",
                Map.of("mail", true, "webhook", "https://hooks.example/x", "webhookKind", "json"),
                "paula",
                "notices");
        String browser = made(
                person,
                "POST /push/subscriptions",
                Map.of(
                        "endpoint",
                        "https://push.example.com/x",
                        "keys",
                        ForeignObjectsTest.browserKeys(),
                        "label",
                        "phone"),
                "paula",
                "phone");
        to(browser, person, "DELETE /push/subscriptions/{id}", "", "paula", "phone");
        Map<String, Object> second =
                person.visitor().json("POST", "/me/factors/totp", Json.text(Map.of("name", "second")));
        String code = site.code(TotpSecret.parse(String.valueOf(second.get("secret"))));
        String app = String.valueOf(second.get("id"));
        to(app, person, "POST /me/factors/totp/{id}/confirm", Map.of("code", code), "second");
        person.visitor().stepUp();
        does(person, "POST /me/factors/recovery", "", "recovery");
        to(app, person, "DELETE /me/factors/{id}", "", "second");
        passkey();
        Map<String, Object> started =
                person.visitor().json("POST", "/device-codes", Json.text(Map.of("client", "ship")));
        person.visitor().stepUp();
        does(
                person,
                "POST /device-codes/approve",
                Map.of("userCode", String.valueOf(started.get("userCode")), "approve", true),
                "ship");
        does(
                person,
                "POST /device-codes/token",
                Map.of("deviceCode", String.valueOf(started.get("deviceCode"))),
                "command line ship");
    }

    private void passkey() throws IOException {
        Visitor own = person.visitor();
        String id = String.valueOf(
                ServerSite.inner(own.json("GET", "/session", ""), "user").get("id"));
        Map<String, Object> creation =
                own.json("POST", "/me/factors/passkey/options", Json.text(Map.of("name", "stick")));
        SoftKey key = new SoftKey(id);
        key.rpId = String.valueOf(ServerSite.inner(creation, "rp").get("id"));
        key.origin = "https://" + key.rpId + ":0";
        String credential = key.register(String.valueOf(creation.get("challenge")));
        does(person, "POST /me/factors/passkey", "{\"name\":\"stick\",\"credential\":" + credential + "}", "stick");
        Map<String, Object> asked = own.json("POST", "/session/passkey/options", "");
        key.counter++;
        String shown = key.show(String.valueOf(asked.get("challenge")));
        does(person, "POST /session/passkey", "{\"credential\":" + shown + "}", "passkey");
    }

    @Test
    @Order(4)
    void sessions() throws Exception {
        Who again = new Who(site.visitor(), "paula");
        does(again, "POST /login", Map.of("user", "paula", "password", ServerSite.PASSWORD), "paula");
        Who mailed = new Who(site.visitor(), "paula");
        mailed.visitor().login("paula", ServerSite.PASSWORD);
        does(mailed, "POST /session/factor/email", "", "paula");
        String other = ServerSite.items(person.visitor().json("GET", "/sessions", ""), "items").stream()
                .map(item -> (Map<?, ?>) item)
                .filter(item -> Boolean.FALSE.equals(item.get("current")))
                .map(item -> String.valueOf(item.get("id")))
                .findFirst()
                .orElseThrow();
        to(other, person, "DELETE /sessions/{id}", "", "paula");
        does(
                person,
                "POST /session/factor",
                Map.of("kind", "totp", "code", person.visitor().code()),
                "paula");
        does(
                person,
                "POST /session/password",
                Map.of("current", ServerSite.PASSWORD, "next", ServerSite.PASSWORD + "8"),
                "paula");
        Who last = new Who(site.visitor(), "paula");
        last.visitor().login("paula", ServerSite.PASSWORD + "8");
        does(last, "DELETE /session", "", "paula");
    }

    // ---- the network

    @Test
    @Order(5)
    void resourcesAndGrants() throws IOException {
        Map<String, Object> resource = Map.of(
                "name",
                "ledger",
                "cidr",
                "10.7.0.1/32",
                "ports",
                "443",
                "requestableBy",
                List.of("user"),
                "ticketPattern",
                "");
        String ledger = made(admin, "POST /resources", resource, "ledger");
        to(ledger, admin, "PUT /resources/{id}", with(resource, "description", "books"), "ledger");
        Map<String, Object> grant = Map.of("resource", "ledger", "to", "user:admin", "mfa", true);
        String given = made(admin, "POST /grants", grant, "ledger");
        to(given, admin, "PUT /grants/{id}", with(grant, "comment", "c"), "ledger");
        to(given, admin, "DELETE /grants/{id}", "", "ledger");
        Map<String, Object> wish = Map.of("resource", "ledger", "reason", "audit", "durationSeconds", 3600);
        to(made(person, "POST /requests", wish, "ledger"), admin, "POST /requests/{id}/approve", Map.of(), "ledger");
        to(ask(wish), person, "POST /requests/{id}/cancel", "", "ledger");
        to(ask(wish), admin, "POST /requests/{id}/deny", Map.of("comment", "no"), "ledger");
        to(ledger, admin, "DELETE /resources/{id}", "", "ledger");
        Map<String, Object> archive = Map.of("name", "archive", "cidr", "10.7.0.2/32", "ports", "443");
        does(admin, "POST /resources/import", Map.of("items", List.of(archive)), "archive");
    }

    private String ask(Map<String, Object> wish) throws IOException {
        return String.valueOf(
                person.visitor().json("POST", "/requests", Json.text(wish)).get("id"));
    }

    @Test
    @Order(6)
    void devices() throws Exception {
        Map<String, Object> settings = new HashMap<>(admin.visitor().json("GET", "/network/settings", ""));
        settings.put("pendingDevices", true);
        settings.keySet()
                .retainAll(Set.of(
                        "enabled",
                        "interface",
                        "listenPort",
                        "publicAddress",
                        "addresses",
                        "dns",
                        "mtu",
                        "exposedSubnets",
                        "networkInterfaces",
                        "mfa",
                        "scan",
                        "enrollmentRoles",
                        "maxOwnDevices",
                        "pendingDevices"));
        does(admin, "PUT /network/settings", settings, "pending", "network");
        does(admin, "PUT /network/mail-template", admin.visitor().json("GET", "/network/mail-template", ""), "mail");
        String phone = idIn(does(person, "POST /me/devices", Map.of("name", "phone"), "phone"));
        to(phone, admin, "POST /devices/{id}/approve", "", "phone");
        String laptop = idIn(does(admin, "POST /devices", Map.of("user", "paula", "name", "laptop"), "laptop"));
        to(laptop, admin, "PATCH /devices/{id}", Map.of("name", "notebook"), "notebook");
        to(laptop, admin, "POST /devices/{id}/lock", Map.of("reason", "lost"), "notebook");
        to(laptop, admin, "POST /devices/{id}/unlock", Map.of("comment", "found"), "notebook");
        to(laptop, admin, "POST /devices/{id}/disable", "", "notebook");
        to(laptop, admin, "POST /devices/{id}/enable", "", "notebook");
        to(laptop, admin, "POST /devices/{id}/disconnect", "", "notebook");
        to(laptop, admin, "POST /devices/{id}/reset-key", Map.of(), "notebook");
        links(laptop);
        to(laptop, admin, "DELETE /devices/{id}", "", "notebook");
    }

    private void links(String device) throws Exception {
        admin.visitor().stepUp();
        Map<String, Object> unused = to(device, admin, "POST /devices/{id}/link", Map.of(), "notebook");
        String id = String.valueOf(ServerSite.inner(unused, "link").get("id"));
        to(id, admin, "DELETE /device-links/{id}", "", "notebook");
        Map<String, Object> issued = to(device, admin, "POST /devices/{id}/link", Map.of(), "notebook");
        String[] link =
                String.valueOf(issued.get("url")).replaceFirst(".*/", "").split("#", 2);
        Who holder = new Who(site.visitor(), "link");
        to(link[0], holder, "POST /device-links/{id}/fetch", Map.of("secret", link[1]), "notebook");
    }

    private static String idIn(Map<String, Object> made) {
        return made.isEmpty()
                ? ""
                : String.valueOf(ServerSite.inner(made, "device").get("id"));
    }

    /// First: they are asked by a node whose clock no test moves.
    @Test
    @Order(0)
    void challenges() throws Exception {
        String[] first = asked();
        to(
                first[0],
                person,
                "POST /challenges/{id}/approve",
                Map.of("number", Integer.valueOf(first[1])),
                first[0],
                "paula");
        to(asked()[0], person, "POST /challenges/{id}/deny", Map.of("report", false), "paula");
        Who link = new Who(site.visitor(), "link");
        String[] third = asked();
        to(third[0], link, "POST /challenges/{id}/link/approve", Map.of("secret", third[2]), "paula");
        String[] fourth = asked();
        Map<String, Object> denial = Map.of("secret", fourth[2], "report", false);
        to(fourth[0], link, "POST /challenges/{id}/link/deny", denial, "paula");
    }

    private String[] asked() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(asking.url() + "/paula"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .split(" ", -1);
        }
    }

    // ---- the rest

    @Test
    @Order(8)
    void alertsAndDirectories() throws IOException {
        Map<String, Object> channel = Map.of(
                "name",
                "ops",
                "kind",
                "http",
                "settings",
                Map.of("url", "https://127.0.0.1:9/x"),
                "events",
                List.of("*"),
                "enabled",
                true);
        String ops = made(admin, "POST /alert-channels", channel, "ops");
        to(ops, admin, "POST /alert-channels/{id}/test", "", "ops");
        to(ops, admin, "PUT /alert-channels/{id}", with(channel, "events", List.of("user.*")), "ops");
        String delivery = undelivered(ops);
        to(delivery, admin, "POST /alert-deliveries/{id}/retry", "", delivery);
        to(ops, admin, "DELETE /alert-channels/{id}", "", "ops");
        Map<String, Object> directory = Map.of(
                "name",
                "partners",
                "kind",
                "oidc",
                "enabled",
                false,
                "settings",
                Map.of("issuer", "https://127.0.0.1:9", "clientId", "sekisho", "clientSecret", "s"),
                "groupRoles",
                Map.of());
        String partners = made(admin, "POST /directories", directory, "partners");
        to(partners, admin, "PUT /directories/{id}", with(directory, "groupRoles", Map.of("a", "user")), "partners");
        to(partners, admin, "POST /directories/{id}/test", Map.of(), "partners");
        to(partners, admin, "DELETE /directories/{id}", "", "partners");
        does(admin, "PUT /flows/log/settings", Map.of("days", 7, "maxBytes", 1L << 30), "days: 30 -> 7");
        Map<String, Object> stream = Map.of("name", "siem", "transport", "file", "file", "a.ndjson", "enabled", false);
        does(admin, "PUT /audit/streams", Map.of("items", List.of(stream)), "siem");
    }

    /// What a channel was to be told and could not be. Deliveries of others, as mails, were sent perhaps.
    private String undelivered(String channel) throws IOException {
        return until("/alert-deliveries?limit=500", item -> ("alert:" + channel).equals(item.get("channel")));
    }

    /// Waits until there is such a thing in a list.
    ///
    /// @return its identity
    private String until(String path, Predicate<Map<?, ?>> wanted) throws IOException {
        for (int i = 0; i < 1_000; i++) {
            Optional<String> found = ServerSite.items(admin.visitor().json("GET", path, ""), "items").stream()
                    .map(item -> (Map<?, ?>) item)
                    .filter(wanted)
                    .map(item -> String.valueOf(item.get("id")))
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError("nothing comes at " + path);
    }

    @Test
    @Order(9)
    void secretsAndKeys() throws IOException {
        Map<String, Object> secret = Map.of("name", "db", "kind", "text", "value", "v");
        String db = made(admin, "POST /secrets", secret, "db");
        to(db, admin, "PUT /secrets/{id}", with(secret, "description", "d"), "db");
        admin.visitor().stepUp();
        to(db, admin, "POST /secrets/{id}/reveal", Map.of("reason", "audit"), "db");
        to(db, admin, "DELETE /secrets/{id}", "", "db");
        does(admin, "POST /backups", Map.of("passphrase", "a long passphrase of a test"), "passphrase");
        until("/audit?action=secret.key-rotation-finished", _ -> true);
        does(admin, "POST /secrets/rotate-key", "", "from");
    }

    // ---- all of it

    @Test
    @Order(10)
    void everyChangeIsRecordedWithWhoDidItAndToWhat() throws IOException {
        Set<String> missing = new TreeSet<>();
        ServerSite.inner(admin.visitor().json("GET", "/openapi.json", ""), "paths")
                .forEach((path, item) -> ((Map<?, ?>) item).keySet().forEach(method -> {
                    String operation = String.valueOf(method).toUpperCase(Locale.ROOT) + " " + path;
                    if (!operation.startsWith("GET ")) {
                        missing.add(operation);
                    }
                }));
        assertThat(missing).hasSizeGreaterThan(85).containsAll(REASONS.keySet());
        missing.removeAll(done);
        missing.removeAll(REASONS.keySet());
        assertThat(findings).isEmpty();
        assertThat(missing).as("changes that nobody has tried here").isEmpty();
        assertThat(done).doesNotContainAnyElementsOf(REASONS.keySet());
    }
}
