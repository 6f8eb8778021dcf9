package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whoever holds connections without using them (threat A13) costs others nothing.
@Tag("D02")
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowClientsTest {
    private static final int OF_EACH_KIND = 100;

    private static final String ATTACKER = "127.66.0.";

    private final List<Socket> held = new ArrayList<>();
    private ServerSite site;
    private Visitor admin;
    private SSLContext tls;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        site = ServerSite.start(directory);
        admin = site.admin();
        tls = ServerSite.trusting(site.state());
    }

    @AfterEach
    void letGo() throws IOException {
        for (Socket socket : held) {
            socket.close();
        }
        held.clear();
    }

    @AfterAll
    void end() {
        site.close();
    }

    private Socket connect(String from) throws IOException {
        Socket socket = new Socket();
        held.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), site.port()));
        return socket;
    }

    /// Over TLS, with these bytes sent.
    private Socket connect(String from, String text) throws IOException {
        // A TLS socket waits for the other side when it is closed; so the one below is.
        Socket socket = tls.getSocketFactory().createSocket(connect(from), "localhost", site.port(), true);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private void othersAreServed() throws Exception {
        assertThat(site.visitor().raw("GET", "/api/v1/server", "").status()).isEqualTo(200);
        assertThat(admin.get("/users").status()).isEqualTo(200);
        String name = "role-" + ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
        Http made = admin.post("/roles", Map.of("name", name, "permissions", List.of(), "parents", List.of()));
        assertThat(made.status()).isEqualTo(201);
    }

    @Test
    void slowHeadsSlowBodiesAndSlowReadersHinderNobodyAndAreCut() throws Exception {
        String body = Json.text(Map.of("user", "admin", "password", "x"));
        List<Socket> heads = new ArrayList<>();
        List<Socket> bodies = new ArrayList<>();
        for (int i = 0; i < OF_EACH_KIND; i++) {
            heads.add(connect(ATTACKER + "1", "GET /api/v1/server HTTP/1.1\r\nHost: lo"));
            // From many addresses: how often one may try to log in is not what this is about.
            bodies.add(connect(
                    "127.66.2." + (i + 1),
                    "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                            + body.length() + "\r\n\r\n{"));
            // Reads nothing of what it asks for.
            var _ = connect(ATTACKER + "3", "GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(4));
        }
        for (int round = 0; round < 3; round++) {
            othersAreServed();
        }
        for (Socket socket : heads) {
            drip(socket);
        }
        othersAreServed();
        assertThat(heads).as("half a head").allMatch(socket -> isCut(socket));
        assertThat(bodies).as("half a body").allMatch(socket -> isCut(socket));
        othersAreServed();
    }

    /// One byte more: it is not idle, only slow.
    private static void drip(Socket socket) throws IOException {
        socket.getOutputStream().write('c');
    }

    /// Whether the other side ends it, with or without an answer.
    private static boolean isCut(Socket socket) {
        try {
            socket.setSoTimeout(60_000);
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
