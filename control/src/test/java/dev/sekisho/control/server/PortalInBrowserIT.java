package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sekisho.policy.Cidr;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The portal that the server serves, in a real browser: starts a fresh server and lets `portal/e2e/real` loose on it.
/// What it leaves out: the tunnel. Where a packet would ask for an approval, [AskingSide] asks. Mails go to [MailSide],
/// push messages to a push service of the browser tests ([PushAuthority]).
@Tag("G02")
class PortalInBrowserIT {
    private static final String ANNOUNCED = "one-time password ";

    @TempDir
    Path directory = Path.of("");

    @Test
    void everythingThatAPersonDoesWorksFromTheFirstLoginOn() throws Exception {
        assumeFalse(!System.getProperty("portal.skip", "false").equals("false"), "built without the portal");
        Path state = Files.createDirectory(
                directory.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        InetSocketAddress listen = freePort();
        ServerOptions options = new ServerOptions(
                state,
                listen,
                Optional.empty(),
                List.of(),
                Optional.of("localhost"),
                Optional.empty(),
                false,
                // The push service of the test is on this host.
                List.of(Cidr.parse("127.0.0.1/32"), Cidr.parse("::1/128")),
                Optional.empty());
        try (PushAuthority authority = PushAuthority.trusted(directory.resolve("push"));
                MailSide mails = MailSide.open();
                Server server = Server.start(() -> options, InstantSource.system());
                AskingSide asking = AskingSide.open(state, InstantSource.system())) {
            String output = browse(Map.of(
                    "SEKISHO_E2E_URL", "https://localhost:" + server.port(),
                    "SEKISHO_E2E_SPKI", publicKeyHash(state.resolve("tls/certificate.pem")),
                    "SEKISHO_E2E_ASK", asking.url(),
                    "SEKISHO_E2E_MAILS", mails.url(),
                    "SEKISHO_E2E_SMTP_PORT", String.valueOf(mails.smtpPort()),
                    "SEKISHO_E2E_PUSH_CERT", authority.certificate().toString(),
                    "SEKISHO_E2E_PUSH_KEY", authority.key().toString(),
                    "SEKISHO_E2E_FIRST_PASSWORD", firstPassword(server)));
            assertThat(output)
                    .as("what the browser tests say")
                    .contains("Test Files")
                    .doesNotContain("failed");
        }
    }

    /// Passkeys and links name the port, so it has to be known before the start.
    private static InetSocketAddress freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    private static String firstPassword(Server server) {
        String line = String.join("\n", server.announcements());
        int start = line.indexOf(ANNOUNCED) + ANNOUNCED.length();
        return line.substring(start, line.indexOf(' ', start));
    }

    /// What makes the browser trust the certificate as it would that of an authority: else it offers no passkeys.
    private static String publicKeyHash(Path certificate) throws Exception {
        try (InputStream in = Files.newInputStream(certificate)) {
            byte[] key = CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getPublicKey()
                    .getEncoded();
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        }
    }

    private static String browse(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        "node", "node_modules/vitest/vitest.mjs", "run", "--project", "real", "--no-color")
                .directory(Path.of("portal").toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
