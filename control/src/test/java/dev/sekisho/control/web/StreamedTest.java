package dev.sekisho.control.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A body that is made while it is sent: of any length, in the memory of a few buffers, and never taken for whole
/// when it is not.
@Tag("U01")
class StreamedTest {
    private static final byte[] LINE = ("x".repeat(199) + "\n").getBytes(StandardCharsets.US_ASCII);
    private static final int LINES = 1_000_000;

    /// What the kernel and the server may hold between writer and reader; the body is 200 MB.
    private static final long MAX_HELD = 32L << 20;

    private final AtomicLong made = new AtomicLong();

    private final WebServer server = WebServer.start(
            WebOptions.plain(),
            List.of(
                    Route.get("/long", "Long")
                            .access(Access.anyone())
                            .answers(new Route.Shape.Raw("text/plain"))
                            .by(_ -> Answer.file("long.txt", "text/plain", new Streamed(out -> {
                                for (int i = 0; i < LINES; i++) {
                                    out.write(LINE);
                                    made.addAndGet(LINE.length);
                                }
                            }))),
                    Route.get("/late", "Fails in its middle")
                            .access(Access.anyone())
                            .answers(new Route.Shape.Raw("text/plain"))
                            .by(_ -> Answer.file("late.txt", "text/plain", new Streamed(out -> {
                                for (int i = 0; i < 1000; i++) {
                                    out.write(LINE);
                                }
                                throw new IllegalStateException("the password is hunter2");
                            }))),
                    Route.get("/early", "Fails at its start")
                            .access(Access.anyone())
                            .answers(new Route.Shape.Raw("text/plain"))
                            .by(_ -> Answer.file("early.txt", "text/plain", new Streamed(_ -> {
                                throw new IllegalStateException("the password is hunter2");
                            })))),
            List.of(),
            InstantSource.system());

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void itIsMadeNoFasterThanItIsTaken() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(Http.request("GET", "/api/v1/long", ""));
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[64 << 10];
            long taken = 0;
            long most = 0;
            for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
                taken += bytes;
                most = Math.max(most, made.get() - taken);
            }
            assertThat(taken).isGreaterThan((long) LINES * LINE.length);
            assertThat(most).as("bytes that were made and not taken").isLessThan(MAX_HELD);
        }
    }

    @Test
    void aBodyThatBrokeOffHasNoEnd() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET /api/v1/late HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(all).startsWith("HTTP/1.1 200 ").contains("Transfer-Encoding: chunked");
            assertThat(all).as("the last chunk").doesNotEndWith("0\r\n\r\n");
            assertThat(all).doesNotContain("hunter2").doesNotContain("\"status\":500");
        }
    }

    @Test
    void whatFailsBeforeItsFirstByteIsAnError() throws IOException {
        Http answer = Http.send(server.port(), "GET", "/api/v1/early");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).doesNotContain("hunter2");
    }

    @Test
    void aReaderWhoLeavesEndsIt() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(Http.request("GET", "/api/v1/long", ""));
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            assertThat(reader.readLine()).startsWith("HTTP/1.1 200");
        }
        server.close();
        assertThat(made.get()).isLessThan((long) LINES * LINE.length);
    }
}
