package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.tls.Certificates;
import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The server as a process: what signals and limits of the system do to it (faults F15, F18 and F25).
@Timeout(240)
class ServerProcessTest {
    private static final int MANY_FILES = 4096;
    private static final int FEW_FILES = 256;
    private static final int WRITERS = 4;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir
    Path directory = Path.of("");

    private String token = "";

    /// A state with a token that may do what these tests do.
    private Path state() throws Exception {
        try (ServerSite site = ServerSite.start(directory)) {
            Visitor admin = site.admin();
            token = admin.token("writer", "MANAGE ROLES", "VIEW USERS", "VIEW AUDIT");
            return site.state();
        }
    }

    private String[] headers() {
        return new String[] {"Authorization: Bearer " + token, "Content-Type: application/json"};
    }

    private Http role(ServerProcess server, String name) throws IOException {
        return server.send(
                "POST",
                "/roles",
                Json.text(Map.of("name", name, "permissions", List.of(), "parents", List.of())),
                headers());
    }

    private static void until(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    /// Live events on a connection that stays.
    private BufferedReader events(Socket socket) throws IOException {
        socket.setSoTimeout(60_000);
        socket.getOutputStream()
                .write(("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        assertThat(reader.readLine()).contains(" 200 ");
        return reader;
    }

    /// It ends with 0, whatever clients do: one listens, one sends half a request, one reads nothing, some write.
    @Test
    @Tag("A09")
    void aSigtermUnderLoadLosesNothingThatWasAcknowledged() throws Exception {
        Path state = state();
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        try (ServerProcess server = ServerProcess.start(state, MANY_FILES);
                Socket listening = server.connect("127.0.0.1");
                Socket half = server.connect("127.0.0.1");
                Socket deaf = server.connect("127.0.0.1")) {
            BufferedReader stream = events(listening);
            half.getOutputStream()
                    .write(
                            ("POST /api/v1/roles HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nAuthorization: Bearer "
                                            + token + "\r\nContent-Type: application/json\r\n\r\n{")
                                    .getBytes(StandardCharsets.US_ASCII));
            deaf.getOutputStream()
                    .write("GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .repeat(50)
                            .getBytes(StandardCharsets.US_ASCII));
            List<Thread> writers = writers(server, acknowledged);
            until("some writes", () -> acknowledged.size() > 20);
            server.signal("TERM");
            assertThat(server.await()).as(server.log()).isZero();
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(stream.lines().filter(line -> line.startsWith("event:")).toList())
                    .as("who listens is told")
                    .endsWith("event: stopping");
            assertThat(server.log()).contains("going down").doesNotContain("Exception");
        }
        try (ServerProcess again = ServerProcess.start(state, MANY_FILES)) {
            String roles = again.send("GET", "/roles", "", headers()).body();
            assertThat(acknowledged).allMatch(name -> roles.contains("\"" + name + "\""));
            assertThat(again.send("GET", "/audit/verify", "", headers()).body()).contains("\"ok\":true");
        }
    }

    private List<Thread> writers(ServerProcess server, Set<String> acknowledged) {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            String prefix = "drain-" + i + "-";
            writers.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int number = 0; ; number++) {
                        if (role(server, prefix + number).status() == 201) {
                            acknowledged.add(prefix + number);
                        }
                    }
                } catch (IOException | RuntimeException gone) {
                    // The server ended; what it did not answer may be there or not.
                    return;
                }
            }));
        }
        return writers;
    }

    @Test
    @Tag("D04")
    void aSighupTakesOverNamesAndCertificateAndKeepsWhatIsOpen() throws Exception {
        Path state = state();
        Path config = Files.writeString(directory.resolve("sekisho.yaml"), "names: [one.example]\n");
        try (ServerProcess server = ServerProcess.start(state, MANY_FILES, "--config", config.toString());
                Socket listening = server.connect("127.0.0.1")) {
            BufferedReader stream = events(listening);
            assertThat(host(server, "one.example")).isEqualTo(200);
            assertThat(host(server, "two.example")).isEqualTo(421);
            Certificate before = certificate(listening);
            server.trust(state, anotherState());
            replaceCertificate(state);
            Files.writeString(config, "names: [two.example]\n");
            server.signal("HUP");
            until("the new name is answered", () -> host(server, "two.example") == 200);
            assertThat(host(server, "one.example")).isEqualTo(421);
            until("the new certificate is shown", () -> {
                try (Socket socket = server.connect("127.0.0.1")) {
                    return !certificate(socket).equals(before);
                }
            });
            Files.writeString(config, "names: [two.example\nnonsense: 1\n");
            server.signal("HUP");
            until("what can't be used is logged", () -> server.log().contains("nothing was taken over"));
            assertThat(host(server, "two.example")).isEqualTo(200);
            assertThat(role(server, "after").status()).isEqualTo(201);
            assertThat(stream.readLine()).as("the connection from before").isNotNull();
            assertThat(server.isAlive()).isTrue();
        }
    }

    private static int host(ServerProcess server, String name) throws IOException {
        return server.send("GET", "/server", "", "Host: " + name).status();
    }

    private static Certificate certificate(Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) socket;
        secured.startHandshake();
        return secured.getSession().getPeerCertificates()[0];
    }

    /// A state with a certificate of its own.
    private Path anotherState() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        var _ = Certificates.open(Certificates.Place.in(other, List.of("localhost")), InstantSource.system());
        return other;
    }

    /// Puts the other certificate into the place of this one's.
    private void replaceCertificate(Path state) throws IOException {
        try (var made = Files.list(directory.resolve("other/tls"))) {
            for (Path file : made.toList()) {
                Files.copy(
                        file,
                        state.resolve("tls").resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /// Who puts an old database into the place of the current one, say to undo what was done or recorded, is told of.
    @Test
    @Tag("U02")
    void aDatabaseThatWasPutBackIsToldAtTheStart() throws Exception {
        Path state = state();
        Path old = Files.copy(state.resolve("sekisho.db"), directory.resolve("old.db"));
        try (ServerProcess server = ServerProcess.start(state, MANY_FILES)) {
            assertThat(server.log()).doesNotContain("not well");
            assertThat(role(server, "undone").status()).isEqualTo(201);
            server.signal("TERM");
            assertThat(server.await()).isZero();
        }
        Files.copy(old, state.resolve("sekisho.db"), StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(state.resolve("sekisho.db-wal"));
        Files.deleteIfExists(state.resolve("sekisho.db-shm"));
        try (ServerProcess server = ServerProcess.start(state, MANY_FILES)) {
            assertThat(server.log()).contains("audit is not well");
            assertThat(server.send("GET", "/status", "", headers()).body()).contains("\"name\":\"audit\",\"ok\":false");
            assertThat(role(server, "later").status()).as("it serves").isEqualTo(201);
        }
    }

    /// What is beyond the share of an address is closed at once; its neighbour is served.
    @Test
    @Tag("D02")
    void oneAddressHasAShareOfTheConnectionsOnly() throws Exception {
        Path state = state();
        try (ServerProcess server = ServerProcess.start(state, FEW_FILES)) {
            List<Socket> idle = new ArrayList<>();
            try {
                for (int i = 0; i < 100; i++) {
                    idle.add(connect(server, "127.68.0.1"));
                }
                assertThat(isServed(server, "127.68.0.1"))
                        .as("the address itself")
                        .isFalse();
                assertThat(isServed(server, "127.68.0.2")).as("its neighbour").isTrue();
            } finally {
                for (Socket socket : idle) {
                    socket.close();
                }
            }
            until("they count no more", () -> isServed(server, "127.68.0.1"));
        }
    }

    private static Socket connect(ServerProcess server, String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        return socket;
    }

    private static boolean isServed(ServerProcess server, String from) {
        try (Socket socket = server.connect(from)) {
            return Http.over(socket, "GET", "/api/v1/server", "").status() == 200;
        } catch (IOException refused) {
            return false;
        }
    }

    /// More connections than it may have files, all idle, from many addresses.
    @Test
    @Tag("D02")
    void fewOpenFilesAreToldAndEndNothing() throws Exception {
        Path state = state();
        try (ServerProcess server = ServerProcess.start(state, FEW_FILES)) {
            assertThat(server.log()).contains("may have 256 files open", "LimitNOFILE");
            List<Socket> idle = new ArrayList<>();
            try {
                for (int i = 0; i < 2 * FEW_FILES; i++) {
                    idle.add(connect(server, "127.67." + i % 64 + ".1"));
                }
                assertThat(server.send("GET", "/roles", "", headers()).status())
                        .as("while they are open")
                        .isEqualTo(200);
                assertThat(role(server, "meanwhile").status()).isEqualTo(201);
            } finally {
                for (Socket socket : idle) {
                    socket.close();
                }
            }
            assertThat(role(server, "after").status()).isEqualTo(201);
            assertThat(server.send("GET", "/audit/verify", "", headers()).body())
                    .contains("\"ok\":true");
            server.signal("TERM");
            assertThat(server.await()).isZero();
        }
    }
}
