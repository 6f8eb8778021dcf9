package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.Namespace;
import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.PortalServer;
import dev.sekisho.it.lab.Script;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The portal in a browser with the data plane behind it, from an empty state folder on: what people do in the pages
/// does to the packets of stock clients, and the other way round. The flows are in `control/portal/e2e/live`; here is
/// nothing but the network that they live in.
///
/// ```
///   laptop (administrator) ---+
///   desk (user) --------------+--- server, browser, mail server, webhook --- machines
///   tablet (user) ------------+
/// ```
@NeedsNetns({"curl", "python3", "node", "chromium", "nmap", "nft"})
class LivePortalIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);

    /// Held by another program on the server's host.
    private static final int BUSY_PORT = 5300;

    private static final int SMTP_PORT = 2525;
    private static final int HOOK_PORT = 2580;

    @TempDir
    private Path folder = Path.of("");

    /// The clients' hosts.
    private record Clients(Namespace laptop, Namespace desk, Namespace tablet) {
        /// All of them reach the server by one address, as over the internet.
        static Clients in(Netns net) {
            Clients clients = new Clients(net.addHost(), net.addHost(), net.addHost());
            for (Namespace client : List.of(clients.desk, clients.tablet)) {
                client.ip("route", "add", clients.server(), "via", client.neighbour4())
                        .orThrow();
            }
            return clients;
        }

        /// The server's public address.
        String server() {
            return laptop.neighbour4();
        }
    }

    @Test
    @Tag("A01")
    @Tag("A08")
    @Tag("A09")
    @Tag("A10")
    @Tag("C02")
    @Tag("C07")
    @Tag("I01")
    @Tag("I02")
    @Tag("I03")
    @Tag("N03")
    @Tag("N11")
    @Tag("P02")
    @Tag("R04")
    @Tag("R06")
    @DisplayName("C02: from an empty install to held, approved, revoked, requested, expired, locked and unlocked")
    void whatPeopleDoInThePortalDoesToPackets() throws IOException, GeneralSecurityException {
        assumeTrue(Subject.isOurs(), "wireguard-go has no portal");
        Subject.implementation();
        Path portal = Subject.home().resolve("control/portal");
        assumeTrue(
                Files.exists(portal.resolve("node_modules/vitest")) && Files.exists(portal.resolve("dist/index.html")),
                "built without the portal");
        try (Netns net = Netns.open();
                PortalServer server = new PortalServer(Subject.launcher(), net.left(), folder)) {
            Clients clients = Clients.in(net);
            net.right().addCableAddress("198.18.0.3/24");
            net.right().addCableAddress("198.18.0.4/24");
            server.startApart();
            try (Child target = Script.TARGET.serve(net.right(), folder, "tcp:8000", "udp:53");
                    Child stream = Script.STREAM.serve(net.right(), folder, "8001");
                    Child busy = Script.TARGET.serve(net.left(), folder, "udp:" + BUSY_PORT);
                    Child inbox = Script.INBOX.serve(
                            net.left(), folder, String.valueOf(SMTP_PORT), String.valueOf(HOOK_PORT))) {
                assertThat(List.of(target, stream, busy)).allMatch(Child::isAlive);
                Map<String, String> environment = new HashMap<>(environment(clients, server));
                environment.put("SEKISHO_E2E_INBOX", inbox.log().toString());
                browse(net.left(), portal, environment);
            }
            locked(server, clients.laptop());
        }
    }

    private Map<String, String> environment(Clients clients, PortalServer server)
            throws IOException, GeneralSecurityException {
        return Map.ofEntries(
                Map.entry("SEKISHO_E2E_URL", "https://localhost:8443"),
                Map.entry("SEKISHO_E2E_SPKI", publicKeyHash(folder.resolve("state/tls/certificate.pem"))),
                Map.entry("SEKISHO_E2E_FIRST_PASSWORD", server.firstPassword()),
                Map.entry("SEKISHO_E2E_LAUNCHER", Subject.launcher()),
                Map.entry("SEKISHO_E2E_STATE", folder.resolve("state").toString()),
                Map.entry("SEKISHO_E2E_WIREGUARD", Subject.counterpartProgram()),
                Map.entry("SEKISHO_E2E_PUBLIC", clients.server()),
                Map.entry("SEKISHO_E2E_LAPTOP", clients.laptop().name()),
                Map.entry("SEKISHO_E2E_DESK", clients.desk().name()),
                Map.entry("SEKISHO_E2E_TABLET", clients.tablet().name()),
                Map.entry("SEKISHO_E2E_BUSY_PORT", String.valueOf(BUSY_PORT)),
                Map.entry("SEKISHO_E2E_SMTP_PORT", String.valueOf(SMTP_PORT)),
                Map.entry("SEKISHO_E2E_HOOK_PORT", String.valueOf(HOOK_PORT)),
                Map.entry("SEKISHO_E2E_FOLDER", folder.toString()));
    }

    /// What the commands of a gateway keep under `/run/sekisho` is this lab's alone.
    private void browse(Namespace host, Path portal, Map<String, String> environment) throws IOException {
        Path figures = folder.resolve("figures");
        Command tests = host.command(
                        "sh",
                        "-c",
                        "mkdir -p \"$0\" && mount -t tmpfs none \"$0\" && exec \"$@\"",
                        "/run/sekisho",
                        "node",
                        portal.resolve("node_modules/vitest/vitest.mjs").toString(),
                        "run",
                        "--root",
                        portal.toString(),
                        "--project",
                        "live",
                        // Each flow goes on where the one before has ended.
                        "--bail",
                        "1",
                        "--no-color")
                .withEnvironment("SEKISHO_E2E_FIGURES", figures.toString())
                .withLimit(LIMIT);
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            tests = tests.withEnvironment(variable.getKey(), variable.getValue());
        }
        Outcome outcome = tests.run();
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        assertThat(outcome.out()).contains("Test Files").doesNotContain("failed");
        System.out.print(Files.readString(figures));
    }

    /// What “this was not me” has left behind, as the host's administrator sees it.
    private static void locked(PortalServer server, Namespace laptop) {
        JsonObject device = server.asRoot("sekisho0", "GET", "/devices?q=" + laptop.name(), "")
                .orThrow()
                .getAsJsonArray("items")
                .get(0)
                .getAsJsonObject();
        assertThat(device.get("state").getAsString()).as(device.toString()).isEqualTo("locked");
    }

    private static String publicKeyHash(Path certificate) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(certificate)) {
            byte[] key = CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getPublicKey()
                    .getEncoded();
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        }
    }
}
