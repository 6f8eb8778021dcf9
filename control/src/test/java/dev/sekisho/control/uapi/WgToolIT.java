package dev.sekisho.control.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sekisho.control.show.Palette;
import dev.sekisho.control.show.StatusField;
import dev.sekisho.control.show.StatusText;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.PeerStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The `wg` of wireguard-tools against our configuration socket, with a device in memory behind it. Needs root, since
/// `wg` looks nowhere but in `/var/run/wireguard`.
class WgToolIT {
    private static final String NAME = "sktst-uapi";
    private static final String A = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=";
    private static final String B = "u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7s=";
    private static final String PRIVATE = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";

    @TempDir
    Path directory = Path.of("");

    private final MemoryDevice device = new MemoryDevice(NAME);
    private final List<AutoCloseable> open = new ArrayList<>();

    /// What a program printed.
    ///
    /// @param status exit code
    /// @param text both outputs
    private record Ran(int status, String text) {}

    @BeforeEach
    void serve() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/wg")), "needs wireguard-tools");
        open.add(UapiServer.open(device, UapiSockets.SYSTEM));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void setAndShowAgree() throws Exception {
        Path key = write("private", PRIVATE);
        Path psk = write("psk", PRIVATE);
        ok("set", NAME, "private-key", key.toString(), "listen-port", "51999", "fwmark", "0x77");
        ok(
                "set",
                NAME,
                "peer",
                A,
                "preshared-key",
                psk.toString(),
                "endpoint",
                "[2001:db8::1]:7",
                "allowed-ips",
                "10.0.0.0/8,fd00::/8",
                "persistent-keepalive",
                "25");
        assertThat(ok("show", NAME))
                .contains("public key: HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=", "listening port: 51999")
                .contains("fwmark: 0x77", "preshared key: (hidden)", "endpoint: [2001:db8::1]:7")
                .contains("allowed ips: 10.0.0.0/8, fd00::/8", "persistent keepalive: every 25 seconds");
        assertThat(ok("show", "interfaces").split("\\s+")).contains(NAME);
        ok("set", NAME, "peer", A, "remove");
        assertThat(device.status().peers()).isEmpty();
    }

    @Test
    void confFilesGoInAndComeOutTheSame() throws Exception {
        String text = twoPeers();
        Path file = write("conf", text);
        ok("setconf", NAME, file.toString());
        assertThat(ok("showconf", NAME).strip()).isEqualTo(text.strip());
        ok("set", NAME, "peer", B, "allowed-ips", "10.2.0.0/16");
        Path onlyB = write("more", "[Peer]\nPublicKey = " + B + "\nAllowedIPs = 10.3.0.0/16\n");
        ok("addconf", NAME, onlyB.toString());
        assertThat(device.status().peers()).hasSize(2);
        assertThat(peer(B).allowedIps()).hasSize(1);
        ok(
                "syncconf",
                NAME,
                write(
                                "sync",
                                "[Interface]\nPrivateKey = " + PRIVATE + "\n[Peer]\nPublicKey = " + B
                                        + "\nAllowedIPs = 10.3.0.0/16\n")
                        .toString());
        assertThat(device.status().peers()).extracting(PeerStatus::publicKey).containsExactly(PublicKey.parse(B));
    }

    @Test
    void busyPortIsToldInTheWordsOfTheSystem() throws Exception {
        device.busyPort(51998);
        Ran ran = wg("set", NAME, "listen-port", "51998");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.text()).contains("Address already in use");
    }

    @Test
    void tenThousandPeersGoInAsOneTransaction() throws Exception {
        StringBuilder text = new StringBuilder("[Interface]\nPrivateKey = " + PRIVATE + "\n");
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            text.append("[Peer]\nPublicKey = ").append(Base64.getEncoder().encodeToString(key));
            text.append("\nAllowedIPs = 10.")
                    .append(i >> 8)
                    .append('.')
                    .append(i & 0xff)
                    .append(".0/24\n");
        }
        ok("setconf", NAME, write("many", text.toString()).toString());
        assertThat(device.updates()).isEqualTo(1);
        assertThat(device.status().peers()).hasSize(10_000);
        assertThat(ok("show", NAME, "peers").lines()).hasSize(10_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "always"})
    void showLooksLikeTheOneOfWg(String hideKeys) throws Exception {
        fill();
        boolean showKeys = hideKeys.equals("never");
        StringBuilder ours = new StringBuilder();
        long now = System.currentTimeMillis() / 1000;
        new StatusText(new Palette(false), showKeys, now).append(UapiSockets.SYSTEM.status(NAME), ours);
        String theirs = run("never", hideKeys, "show", NAME).text();
        assertThat(withoutSeconds(ours.toString())).isEqualTo(withoutSeconds(theirs));
    }

    @Test
    void coloursAreThoseOfWg() throws Exception {
        fill();
        StringBuilder ours = new StringBuilder();
        long now = System.currentTimeMillis() / 1000;
        new StatusText(new Palette(true), false, now).append(UapiSockets.SYSTEM.status(NAME), ours);
        String theirs = run("always", "always", "show", NAME).text();
        assertThat(withoutSeconds(ours.toString())).isEqualTo(withoutSeconds(theirs));
    }

    @ParameterizedTest
    @EnumSource
    void fieldsLookLikeThoseOfWg(StatusField field) throws Exception {
        fill();
        DeviceStatus status = UapiSockets.SYSTEM.status(NAME);
        StringBuilder ours = new StringBuilder();
        field.append(status, false, ours);
        assertThat(ours.toString()).isEqualTo(ok("show", NAME, field.word()));
    }

    private static String twoPeers() {
        return """
                [Interface]
                ListenPort = 51999
                FwMark = 0x1234
                PrivateKey = %s

                [Peer]
                PublicKey = %s
                PresharedKey = %s
                AllowedIPs = 10.1.0.0/16, fd01::/16
                Endpoint = 192.0.2.1:5
                PersistentKeepalive = 9

                [Peer]
                PublicKey = %s
                """.formatted(PRIVATE, A, PRIVATE, B);
    }

    private void fill() throws Exception {
        ok("setconf", NAME, write("fill", twoPeers()).toString());
        ok("set", NAME, "peer", A, "allowed-ips", "10.9.0.0/16,10.8.0.0/16,::/0", "endpoint", "[fe80::7]:9");
        long yesterday = System.currentTimeMillis() / 1000 - 86_400 - 3_700;
        device.count(PublicKey.parse(A), yesterday * 1_000_000_000L + 5, 3L << 30, 1025);
        device.count(PublicKey.parse(B), 0, 0, 1);
    }

    /// Ages move on between two looks.
    private static String withoutSeconds(String text) {
        return text.replaceAll("\\d+ (\\S*minute|\\S*second)", "N $1");
    }

    private PeerStatus peer(String key) {
        return device.status().peers().stream()
                .filter(peer -> peer.publicKey().equals(PublicKey.parse(key)))
                .findFirst()
                .orElseThrow();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String ok(String... arguments) throws Exception {
        Ran ran = wg(arguments);
        assertThat(ran.status()).as(ran.text()).isZero();
        return ran.text();
    }

    private static Ran wg(String... arguments) throws Exception {
        return run("never", "always", arguments);
    }

    private static Ran run(String colours, String hideKeys, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/usr/bin/wg"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("WG_COLOR_MODE", colours);
        builder.environment().put("WG_HIDE_KEYS", hideKeys);
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), text);
    }
}
