package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.PortalServer;
import dev.sekisho.it.lab.Script;
import dev.sekisho.it.lab.WireguardPeer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The portal in a browser with the data plane behind it: what a packet of a stock client does to an open page, and
/// what the page does to the packet. The flows are in `control/portal/e2e/live`.
@NeedsNetns({"curl", "python3", "node", "chromium"})
class LivePortalIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String PASSWORD = "seven-lanterns-on-a-mountain-road";

    /// Held by another program on the server's host.
    private static final int BUSY_PORT = 5300;

    @TempDir
    private Path folder = Path.of("");

    @Test
    @Tag("A01")
    @Tag("A08")
    @Tag("A09")
    @Tag("A10")
    @Tag("C02")
    @Tag("N11")
    @DisplayName("A08, A09, A10, C02: a held request appears in the open page and goes on or ends there")
    void aHeldRequestAppearsInTheOpenPage() throws IOException, GeneralSecurityException {
        assumeTrue(Subject.isOurs(), "wireguard-go has no portal");
        Subject.implementation();
        Path portal = Subject.home().resolve("control/portal");
        assumeTrue(
                Files.exists(portal.resolve("node_modules/vitest")) && Files.exists(portal.resolve("dist/index.html")),
                "built without the portal");
        try (Netns net = Netns.open();
                PortalServer server = new PortalServer(Subject.launcher(), net.left(), folder)) {
            server.start();
            WireguardPeer laptop = WireguardPeer.start(net.addHost(), Subject.counterpart())
                    .identify()
                    .up(Pair.USUAL_MTU);
            ControlPlaneSite site = new ControlPlaneSite(net, server, laptop);
            site.settings();
            site.post("/users", """
                    {"name": "alice", "password": "%s", "roles": ["administrator"]}""".formatted(PASSWORD));
            site.laptopOf("alice");
            site.resource("web", "198.18.0.2", "alice");
            site.resource("payroll", "198.18.0.3", "alice");
            net.right().addCableAddress("198.18.0.3/24");
            site.connect();
            site.route();
            try (Child target = Script.TARGET.serve(net.right(), folder, "tcp:8000", "udp:53");
                    Child other = Script.TARGET.serve(net.left(), folder, "udp:" + BUSY_PORT)) {
                assertThat(target.isAlive() && other.isAlive()).isTrue();
                browse(site, portal);
            }
            locked(site);
        }
    }

    private void browse(ControlPlaneSite site, Path portal) throws IOException, GeneralSecurityException {
        Path figures = folder.resolve("figures");
        Command tests = site.net()
                .left()
                .command(
                        "node",
                        portal.resolve("node_modules/vitest/vitest.mjs").toString(),
                        "run",
                        "--root",
                        portal.toString(),
                        "--project",
                        "live",
                        "--no-color");
        Map<String, String> environment = Map.of(
                "SEKISHO_E2E_URL", "https://localhost:8443",
                "SEKISHO_E2E_SPKI", publicKeyHash(folder.resolve("state/tls/certificate.pem")),
                "SEKISHO_E2E_PASSWORD", PASSWORD,
                "SEKISHO_E2E_LAPTOP", site.laptop().namespace().name(),
                "SEKISHO_E2E_BUSY_PORT", String.valueOf(BUSY_PORT),
                "SEKISHO_E2E_FIGURES", figures.toString());
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            tests = tests.withEnvironment(variable.getKey(), variable.getValue());
        }
        Outcome outcome = tests.withLimit(LIMIT).run();
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        assertThat(outcome.out()).contains("Test Files").doesNotContain("failed");
        System.out.print(Files.readString(figures));
    }

    /// What “this was not me” has left behind, as the host's administrator sees it.
    private static void locked(ControlPlaneSite site) {
        JsonObject device = site.server()
                .asRoot(site.tunnel(), "GET", "/devices", "")
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
