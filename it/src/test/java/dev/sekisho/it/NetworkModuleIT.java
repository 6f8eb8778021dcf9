package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sekisho.it.lab.Authenticator;
import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.PortalServer;
import dev.sekisho.it.lab.Script;
import dev.sekisho.it.lab.WireguardPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What admins and users do with the network module, through database and API to the packets of stock clients. One
/// server for all; every test has people and a laptop of its own.
@NeedsNetns({"curl", "python3", "nmap"})
class NetworkModuleIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String PAGE = "198.18.0.2";
    private static final int STREAM_PORT = 8001;
    private static final int SMTP_PORT = 2525;
    private static final int HOOK_PORT = 2580;
    private static final int REQUESTED_SECONDS = 60;

    @TempDir
    private static Path folder = Path.of("");

    private static Netns net;
    private static PortalServer server;
    private static Child page;
    private static Child stream;
    private static ControlPlaneSite dora;
    private static ControlPlaneSite ren;
    private static ControlPlaneSite sam;

    @BeforeAll
    static void start() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no control plane");
        Subject.implementation();
        net = Netns.open();
        server = new PortalServer(Subject.launcher(), net.left(), folder);
        server.start();
        page = Script.TARGET.serve(net.right(), folder, "tcp:8000", "udp:53");
        stream = Script.STREAM.serve(net.right(), folder, String.valueOf(STREAM_PORT));
        dora = laptop();
        ren = laptop();
        sam = laptop();
        dora.settings();
        Await.until("the tunnel is there", LIMIT, () -> net.left().hasInterface(dora.tunnel()));
        dora.route();
    }

    @AfterAll
    static void stop() {
        if (net != null) {
            page.close();
            stream.close();
            server.close();
            net.close();
        }
    }

    private static ControlPlaneSite laptop() {
        WireguardPeer laptop = WireguardPeer.start(net.addHost(), Subject.counterpart())
                .identify()
                .up(Pair.USUAL_MTU);
        return new ControlPlaneSite(net, server, laptop);
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: a download ends when its grant is revoked")
    void aDownloadEndsWhenItsGrantIsRevoked() throws IOException {
        dora.person("dora");
        dora.laptopOf("dora");
        dora.connect();
        dora.post("/resources", """
                {"name": "files", "cidr": "%s", "ports": "%d", "protocol": "tcp"}""".formatted(PAGE, STREAM_PORT));
        String grant = server.asRoot(dora.tunnel(), "POST", "/grants", """
                {"resource": "files", "to": "user:dora", "deny": false, "mfa": false}""")
                .orThrow()
                .get("id")
                .getAsString();
        Path file = folder.resolve("download");
        // Ends when no byte has come for five seconds.
        Command curl = dora.laptop()
                .namespace()
                .command(
                        "curl",
                        "-gsSN",
                        "--speed-limit",
                        "1",
                        "--speed-time",
                        "5",
                        "-o",
                        file.toString(),
                        "http://%s:%d/".formatted(PAGE, STREAM_PORT));
        try (Child download = curl.start()) {
            Await.until("the download is under way", LIMIT, () -> size(file) > 10_000);
            assertThat(server.asRoot(dora.tunnel(), "DELETE", "/grants/" + grant, "")
                            .status())
                    .isEqualTo(204);
            Instant revoked = Instant.now();
            Outcome end = download.awaitEnd(LIMIT);
            assertThat(end.exitCode()).as(end.toString()).isNotZero();
            Duration late =
                    Duration.between(revoked, Files.getLastModifiedTime(file).toInstant());
            System.out.println("the last byte came " + late.toMillis() + " ms after the revocation was answered");
            assertThat(late).isLessThan(Duration.ofSeconds(5));
        }
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    @Tag("R06")
    @DisplayName("R06: access is asked for, approved by two, used with a second factor, and ends by itself")
    void accessIsAskedForApprovedUsedAndEnds() {
        Authenticator phone = ren.person("ren");
        ren.person("approver-a");
        ren.person("approver-b");
        ren.laptopOf("ren");
        ren.connect();
        role("night shift", "REQUEST", "ren");
        role("owners", "APPROVE REQUESTS", "approver-a", "approver-b");
        ren.post("/resources", """
                {"name": "ledger", "cidr": "%s", "ports": "8000", "protocol": "tcp", "requestableBy": ["night shift"],
                 "approvals": 2, "approverRole": "owners", "maxDurationSeconds": 3600}""".formatted(PAGE));
        assertThat(curl(3).run().exitCode()).isNotZero();

        assertThat(server.as("ren", "POST", "/requests", request("no ticket")).status())
                .isEqualTo(400);
        String id = server.as("ren", "POST", "/requests", request("TK-123456"))
                .orThrow()
                .get("id")
                .getAsString();
        assertThat(server.as("ren", "POST", "/requests/" + id + "/approve", "{}")
                        .status())
                .isIn(403, 404, 409);
        server.as("approver-a", "POST", "/requests/" + id + "/approve", "{}").orThrow();
        assertThat(curl(3).run().exitCode()).as("one of two").isNotZero();
        JsonObject approved = server.as("approver-b", "POST", "/requests/" + id + "/approve", """
                {"comment": "until the books are closed"}""")
                .orThrow();
        assertThat(approved.get("state").getAsString()).isEqualTo("approved");

        try (Child fetch = curl(60).start()) {
            Await.until("ren is asked", LIMIT, () -> open("ren").size() == 1);
            String challenge = open("ren").get(0).getAsJsonObject().get("id").getAsString();
            server.as("ren", "POST", "/challenges/" + challenge + "/approve", """
                    {"totp": "%s"}""".formatted(phone.nextCode()))
                    .orThrow();
            assertThat(fetch.awaitEnd(LIMIT).exitCode()).isZero();
        }
        Await.until(
                "access has ended",
                Duration.ofSeconds(REQUESTED_SECONDS).plus(LIMIT),
                () -> "ended"
                        .equals(server.as("ren", "GET", "/requests/" + id, "")
                                .orThrow()
                                .get("state")
                                .getAsString()));
        assertThat(curl(3).run().exitCode()).as("afterwards").isNotZero();
    }

    private static void role(String name, String permission, String... users) {
        ren.post("/roles", """
                {"name": "%s", "permissions": ["%s"], "parents": []}""".formatted(name, permission));
        server.command("role", "set-members", name, "--users", String.join(",", users))
                .run()
                .orThrow();
    }

    private static String request(String ticket) {
        return """
            {"resource": "ledger", "reason": "the books", "ticket": "%s", "durationSeconds": %d}""".formatted(ticket, REQUESTED_SECONDS);
    }

    private static JsonArray open(String user) {
        return server.as(user, "GET", "/challenges?state=open", "").orThrow().getAsJsonArray("items");
    }

    private static Command curl(int seconds) {
        return ren.laptop()
                .namespace()
                .command("curl", "-gsS", "--max-time", String.valueOf(seconds), "http://" + PAGE + ":8000/")
                .withLimit(Duration.ofMinutes(2));
    }

    @Test
    @Tag("I01")
    @Tag("I02")
    @Tag("I03")
    @Tag("C07")
    @DisplayName("I03: a scan locks, mail and webhook hear of it, an admin unlocks by the command line")
    void aScanIsToldOfAndUnlocked() {
        sam.person("sam");
        sam.laptopOf("sam");
        sam.connect();
        try (Child inbox =
                Script.INBOX.serve(net.left(), folder, String.valueOf(SMTP_PORT), String.valueOf(HOOK_PORT))) {
            server.asRoot(sam.tunnel(), "PUT", "/mail/settings", """
                    {"host": "127.0.0.1", "port": %d, "security": "none", "from": "sekisho@example.org"}""".formatted(SMTP_PORT))
                    .orThrow();
            sam.post("/alert-channels", """
                    {"name": "guard", "kind": "email", "enabled": true, "events": ["device.locked"],
                     "settings": {"to": "guard@example.org", "subject": "{{event}} {{device}}", "body": "{{time}} {{reason}}"}}""");
            sam.post("/alert-channels", """
                    {"name": "hook", "kind": "http", "enabled": true, "events": ["device.*"],
                     "settings": {"url": "http://127.0.0.1:%d/alarm", "method": "POST", "contentType": "application/json",
                      "body": "{\\"event\\": \\"{{event}}\\", \\"device\\": \\"{{device}}\\", \\"time\\": \\"{{time}}\\"}"}}""".formatted(HOOK_PORT));
            try (Child nmap = sam.laptop()
                    .namespace()
                    .command("nmap", "-n", "-Pn", "--max-retries", "0", "-sS", "-p", "9001-9100", PAGE)
                    .start()) {
                Await.until("the device is locked; nmap said " + nmap.output(), LIMIT, () -> state().equals("locked"));
            }
            Await.until(
                    () -> "mail and webhook; so far: " + inbox.output(),
                    LIMIT,
                    () -> message(inbox, "mail").isPresent()
                            && message(inbox, "http").isPresent());
            JsonObject mail = message(inbox, "mail").orElseThrow();
            assertThat(mail.get("to").getAsString()).isEqualTo("guard@example.org");
            assertThat(mail.get("text").getAsString()).contains("device.locked").contains("sam/laptop");
            JsonObject hook = message(inbox, "http").orElseThrow();
            JsonObject told =
                    JsonParser.parseString(hook.get("text").getAsString()).getAsJsonObject();
            assertThat(told.get("device").getAsString()).isEqualTo("sam/laptop");
            Instant locked = Instant.parse(told.get("time").getAsString());
            for (JsonObject message : new JsonObject[] {mail, hook}) {
                double millis = 1000 * message.get("at").getAsDouble() - locked.toEpochMilli();
                System.out.printf(
                        "%s: %.0f ms after the lock%n", message.get("kind").getAsString(), millis);
            }
            server.command("device", "unlock", "sam/laptop", "--comment", "it was the test")
                    .run()
                    .orThrow();
            assertThat(state()).isEqualTo("active");
        }
    }

    private static Optional<JsonObject> message(Child inbox, String kind) {
        return inbox.output()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .filter(message -> message.get("kind").getAsString().equals(kind))
                .findFirst();
    }

    private static String state() {
        JsonArray devices = server.asRoot(sam.tunnel(), "GET", "/devices?q=sam", "")
                .orThrow()
                .getAsJsonArray("items");
        return devices.get(0).getAsJsonObject().get("state").getAsString();
    }
}
