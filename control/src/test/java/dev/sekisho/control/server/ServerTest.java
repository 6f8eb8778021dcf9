package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.state.StateException;
import dev.sekisho.control.tls.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The whole server on loopback, over HTTPS with its certificate pinned.
@Tag("G02")
class ServerTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "openapi.yaml");

    @TempDir
    Path directory = Path.of("");

    private Path state = Path.of("");

    @BeforeEach
    void makeState() throws IOException {
        state = Files.createDirectory(
                directory.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private ServerOptions options(String... names) {
        return new ServerOptions(
                state,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                List.of(names),
                Optional.empty(),
                Optional.empty(),
                false,
                List.of(),
                Optional.empty());
    }

    private Server start() {
        return Server.start(this::options, InstantSource.system());
    }

    private HttpClient client(String... protocols) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(state.resolve("tls/certificate.pem"))) {
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        SSLParameters parameters = new SSLParameters();
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        return HttpClient.newBuilder()
                .sslContext(context)
                .sslParameters(parameters)
                .build();
    }

    private static HttpResponse<String> get(HttpClient client, Server server, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    @Tag("C01")
    void itStartsOnNothingAndAnswersOverHttps() throws Exception {
        try (Server server = start();
                HttpClient client = client()) {
            assertThat(get(client, server, "/api/v1/status").statusCode()).isEqualTo(401);
            assertThat(get(client, server, "/api/v1/openapi.json").body()).startsWith("{\"openapi\":\"3.1");
            assertThat(server.urls()).contains("https://localhost:" + server.port() + "/");
            assertThat(server.fingerprint()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theTwoLivingVersionsOfTlsAreSpoken(String protocol) throws Exception {
        try (Server server = start();
                HttpClient client = client(protocol)) {
            HttpResponse<String> answer = get(client, server, "/api/v1/status");
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
            assertThat(answer.sslSession().orElseThrow().getCipherSuite()).matches(".*(GCM|POLY1305).*");
        }
    }

    @Test
    void aRestartFindsItsStateAndItsCertificate() throws Exception {
        String first;
        try (Server server = start()) {
            first = server.fingerprint();
        }
        try (Server server = start()) {
            assertThat(server.fingerprint()).isEqualTo(first);
        }
    }

    @Test
    void aSecondServerOnTheSameStateIsRefused() throws Exception {
        try (Server server = start()) {
            assertThat(server.port()).isPositive();
            assertThatThrownBy(this::start).isInstanceOf(StateException.class);
        }
    }

    @Test
    @Tag("F18")
    void aNewCertificateIsShownToNewConnectionsAndOpenOnesStay() throws Exception {
        try (Server server = start();
                HttpClient before = client()) {
            assertThat(get(before, server, "/api/v1/status").statusCode()).isEqualTo(401);
            Files.delete(state.resolve("tls/certificate.pem"));
            Files.delete(state.resolve("tls/key.pem"));
            Path other = Files.createDirectory(
                    directory.resolve("other"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Certificates.open(Certificates.Place.in(other, List.of("localhost")), InstantSource.system());
            for (String file : List.of("certificate.pem", "key.pem")) {
                Files.copy(
                        other.resolve("tls").resolve(file), state.resolve("tls").resolve(file));
            }
            server.reload();
            assertThat(get(before, server, "/api/v1/status").statusCode())
                    .as("on the open connection")
                    .isEqualTo(401);
            try (HttpClient after = client()) {
                assertThat(get(after, server, "/api/v1/status").statusCode()).isEqualTo(401);
            }
            try (HttpClient stranger = HttpClient.newHttpClient()) {
                assertThatThrownBy(() -> get(stranger, server, "/api/v1/status"))
                        .isInstanceOf(SSLHandshakeException.class);
            }
        }
    }

    /// The committed document is what the server says. `-Dopenapi.write=true` writes it.
    @Test
    @Tag("C03")
    void theCommittedDocumentIsWhatTheServerServes() throws Exception {
        try (Server server = start();
                HttpClient client = client()) {
            String served = get(client, server, "/api/v1/openapi.yaml").body();
            if (Boolean.getBoolean("openapi.write")) {
                Files.writeString(DOCUMENT, served);
            }
            assertThat(DOCUMENT)
                    .as("run this test with -Dopenapi.write=true and commit the file")
                    .content()
                    .isEqualTo(served);
        }
    }
}
