package dev.sekisho.control.demo;

import dev.sekisho.control.totp.TotpSecret;
import dev.sekisho.control.tunnel.Keys;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.crypto.X25519;
import dev.sekisho.dataplane.noise.PublicKey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/// The demo's directory: fresh keys, the policy file, the client's configuration, the state. One owner thread;
/// [#close] removes it.
final class DemoFiles implements AutoCloseable {
    /// Who uses the client.
    static final String USER = "alice";

    static final String DEVICE = "alice-laptop";

    /// UDP port of the server.
    static final int PORT = 51_871;

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int SECRET_CHARS = 32;

    private final Path directory;
    private final String interfaceName;
    private final Path clientConf;
    private final TotpSecret totp;

    private DemoFiles(Path directory, String interfaceName, Path clientConf, TotpSecret totp) {
        this.directory = directory;
        this.interfaceName = interfaceName;
        this.clientConf = clientConf;
        this.totp = totp;
    }

    /// Makes the directory, for the owner only, and all files.
    static DemoFiles create(long pid) throws IOException {
        Path directory = Files.createTempDirectory("sekisho-demo-");
        String secret = secret();
        DemoFiles files = new DemoFiles(
                directory, "skds" + pid, directory.resolve("skdc" + pid + ".conf"), TotpSecret.parse(secret));
        boolean done = false;
        try {
            files.write(secret);
            done = true;
            return files;
        } finally {
            if (!done) {
                files.close();
            }
        }
    }

    Path policy() {
        return directory.resolve("policy.yaml");
    }

    Path state() {
        return directory.resolve("state");
    }

    Path clientConf() {
        return clientConf;
    }

    /// The big file that travels.
    Path payload() {
        return directory.resolve("file");
    }

    /// The server's interface.
    String interfaceName() {
        return interfaceName;
    }

    /// What the user's authenticator app shows.
    TotpSecret totp() {
        return totp;
    }

    private void write(String secret) throws IOException {
        byte[] serverScalar = scalar();
        byte[] clientScalar = scalar();
        try (SecretKey serverKey = SecretKey.copyOf(serverScalar, 0);
                SecretKey clientKey = SecretKey.copyOf(clientScalar, 0)) {
            write(directory.resolve("server.key"), "", serverKey, "\n");
            write(
                    clientConf,
                    "[Interface]\nAddress = " + DemoNetwork.CLIENT_INSIDE + "/24\nPrivateKey = ",
                    clientKey,
                    "\n[Peer]\nPublicKey = " + publicKey(serverScalar) + "\nAllowedIPs = " + DemoNetwork.TUNNEL + ","
                            + DemoNetwork.SUBNET + "\nEndpoint = " + DemoNetwork.SERVER_OUTSIDE + ":" + PORT + "\n");
            Files.writeString(ownerOnly(policy()), policyText(secret, publicKey(clientScalar)));
        } finally {
            Wipe.bytes(serverScalar, clientScalar);
        }
    }

    private String policyText(String secret, PublicKey client) {
        return """
                network: {interface: %s, listen: %d, addresses: [%s/24], privateKeyFile: server.key, subnets: [%s]}
                mfa: {inactivity: 900s, timeout: 60s}
                scan: {threshold: 25, window: 10m}
                roles: [{name: staff}]
                users: [{name: %s, roles: [staff], totp: %s}]
                devices: [{name: %s, user: %s, publicKey: %s, addresses: [%s]}]
                resources:
                  - {name: ping, cidr: %s, ports: "0"}
                  - {name: files, cidr: %s, ports: "%d", protocol: tcp}
                  - {name: intranet, cidr: %s, ports: "%d", protocol: tcp}
                  - {name: payroll, cidr: %s, ports: "1-65535", protocol: tcp}
                grants:
                  - {resource: ping, to: role:staff, mfa: false}
                  - {resource: files, to: role:staff, mfa: false}
                  - {resource: intranet, to: role:staff, mfa: true}
                """.formatted(
                        interfaceName,
                        PORT,
                        DemoNetwork.SERVER_INSIDE,
                        DemoNetwork.SUBNET,
                        USER,
                        secret,
                        DEVICE,
                        USER,
                        client,
                        DemoNetwork.CLIENT_INSIDE,
                        DemoNetwork.TARGET,
                        DemoNetwork.TARGET,
                        DemoFile.PORT,
                        DemoNetwork.TARGET,
                        DemoPage.PORT,
                        DemoNetwork.FORBIDDEN);
    }

    private static void write(Path file, String before, SecretKey key, String after) throws IOException {
        ownerOnly(file);
        byte[] base64 = Keys.base64(key);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(before.getBytes(StandardCharsets.US_ASCII));
            out.write(base64);
            out.write(after.getBytes(StandardCharsets.US_ASCII));
        } finally {
            Wipe.bytes(base64);
        }
    }

    private static Path ownerOnly(Path file) throws IOException {
        return Files.createFile(
                file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static String secret() {
        byte[] random = new byte[SECRET_CHARS];
        Entropy.system().fill(random, 0, random.length);
        StringBuilder text = new StringBuilder(SECRET_CHARS);
        for (byte b : random) {
            text.append(BASE32.charAt(b & BASE32.length() - 1));
        }
        return text.toString();
    }

    private static byte[] scalar() {
        byte[] scalar = new byte[SecretKey.BYTES];
        Entropy.system().fill(scalar, 0, scalar.length);
        X25519.clamp(scalar);
        return scalar;
    }

    private static PublicKey publicKey(byte[] scalar) {
        byte[] point = new byte[PublicKey.BYTES];
        new X25519().publicKey(scalar, point);
        return PublicKey.of(point, 0);
    }

    @Override
    public void close() throws IOException {
        totp.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
