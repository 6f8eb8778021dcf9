package dev.sekisho.control.cli;

import dev.sekisho.control.server.Server;
import dev.sekisho.control.server.ServerOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/// `sekisho train`: starts the server on an empty state, asks it a few things and ends, so that the JVM can note down
/// what
/// a start needs (its ahead-of-time cache). The launcher runs it after a build.
@Command(
        name = "train",
        hidden = true,
        description = "Lets the JVM learn how the server starts. For the launcher.",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    private static final List<String> PATHS = List.of("/", "/api/v1/status", "/api/v1/nothing", "/sw.js");
    private static final int ROUNDS = 3;

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        Path directory = Files.createTempDirectory("sekisho-train");
        try {
            Path state = directory.resolve("state");
            ServerOptions options = new ServerOptions(
                    state,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    List.of(),
                    Optional.empty());
            try (Server server = Server.start(() -> options, InstantSource.system())) {
                SSLContext trust = trust(state.resolve("tls/certificate.pem"));
                for (int i = 0; i < ROUNDS; i++) {
                    for (String path : PATHS) {
                        ask(trust, server.port(), path);
                    }
                }
            }
        } finally {
            remove(directory);
        }
        return ExitCode.OK;
    }

    private static SSLContext trust(Path file) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var in = Files.newInputStream(file)) {
            Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
            trusted.setCertificateEntry("server", certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static void ask(SSLContext trust, int port, String path) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) trust.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.getInputStream().readAllBytes();
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
