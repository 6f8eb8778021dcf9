package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that is killed in the middle of writes, again and again, loses nothing that it said yes to, needs nobody's
/// hand to start, and has a record of everything (fault F01). `-Dsekisho.kills=100` kills more often.
@Tag("A09")
class CrashTest {
    private static final int KILLS = Integer.getInteger("sekisho.kills", 10);
    private static final int WRITERS = 4;

    /// Writes that must have been answered before the next kill.
    private static final int AT_LEAST = 8;

    private static final Pattern LISTENS = Pattern.compile("port (\\d+)");
    private static final Pattern NAME = Pattern.compile("\"name\":\"(crash-[^\"]+)\"");

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private String token = "";

    /// The server that is killed. Ends also when its parent does.
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            Path state = Path.of(arguments[0]);
            try (Server server =
                    Server.start(() -> ServerSite.options(state, Optional.empty()), InstantSource.system())) {
                System.out.println("port " + server.port());
                while (System.in.read() >= 0) {
                    // Nothing comes; the end of the input is the end of the parent.
                }
            }
        }
    }

    private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");

    @Test
    @Tag("D01")
    void nothingThatWasAcknowledgedIsLostByKills(@TempDir Path directory) throws Exception {
        Path state;
        try (ServerSite site = ServerSite.start(directory)) {
            state = site.state();
            token = site.admin().token("writer", "MANAGE ROLES", "VIEW USERS", "VIEW AUDIT");
        }
        SSLContext tls = ServerSite.trusting(state);
        for (int kill = 0; kill < KILLS; kill++) {
            Process child = launch(state);
            try {
                int port = port(child);
                check(tls, port);
                List<Thread> writers = write(tls, port, kill);
                awaitSome(writers);
                // A different moment of the writes each time.
                child.waitFor(13L * kill % 97, TimeUnit.MILLISECONDS);
                child.destroyForcibly().waitFor();
                for (Thread writer : writers) {
                    writer.join();
                }
            } finally {
                child.destroyForcibly().waitFor();
            }
        }
        Process last = launch(state);
        try {
            check(tls, port(last));
        } finally {
            last.destroyForcibly().waitFor();
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(KILLS * AT_LEAST);
    }

    private static Process launch(Path state) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules=jdk.incubator.vector",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-Dsekisho.log=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        state.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static int port(Process child) throws IOException {
        String line = String.valueOf(child.inputReader().readLine());
        Matcher matcher = LISTENS.matcher(line);
        assertThat(matcher.matches()).as("it starts by itself: " + line).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private Http send(SSLContext tls, int port, String method, String path, String body) throws IOException {
        try (Socket socket = tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            return Http.over(
                    socket,
                    method,
                    "/api/v1" + path,
                    body,
                    "Authorization: Bearer " + token,
                    "Content-Type: application/json");
        }
    }

    private List<Thread> write(SSLContext tls, int port, int round) {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            String prefix = "crash-" + round + "-" + i + "-";
            writers.add(Thread.ofVirtual().start(() -> writeUntilGone(tls, port, prefix)));
        }
        return writers;
    }

    private void writeUntilGone(SSLContext tls, int port, String prefix) {
        try {
            for (int i = 0; ; i++) {
                String name = prefix + i;
                asked.add(name);
                String body = Json.text(Map.of("name", name, "permissions", List.of(), "parents", List.of()));
                if (send(tls, port, "POST", "/roles", body).status() == 201) {
                    acknowledged.add(name);
                }
            }
        } catch (IOException | RuntimeException gone) {
            // The server was killed; what it did not answer may be there or not.
            return;
        }
    }

    /// Until enough was acknowledged since the start of this round, or nobody writes any more.
    private void awaitSome(List<Thread> writers) {
        int goal = acknowledged.size() + AT_LEAST;
        while (acknowledged.size() < goal && writers.stream().anyMatch(Thread::isAlive)) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void check(SSLContext tls, int port) throws IOException, GeneralSecurityException {
        Http verified = send(tls, port, "GET", "/audit/verify", "");
        assertThat(verified.body()).contains("\"ok\":true");
        Set<String> present = new HashSet<>();
        for (Optional<String> cursor = Optional.of(""); cursor.isPresent(); ) {
            String page = send(tls, port, "GET", "/roles?limit=500" + cursor.get(), "")
                    .body();
            present.addAll(names(page));
            cursor = NEXT.matcher(page)
                    .results()
                    .map(found -> "&cursor=" + found.group(1))
                    .findFirst();
        }
        assertThat(present).as("every write that was acknowledged").containsAll(acknowledged);
        assertThat(asked).as("nothing that nobody asked for").containsAll(present);
        assertThat(recorded(tls, port)).as("one record for each").isEqualTo(present.size());
    }

    private static Set<String> names(String json) {
        Set<String> names = new HashSet<>();
        Matcher matcher = NAME.matcher(json);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private int recorded(SSLContext tls, int port) throws IOException {
        String body = send(tls, port, "GET", "/audit?action=role.created&q=crash-&limit=1", "")
                .body();
        return ((Number) ServerSite.object(body).getOrDefault("total", -1)).intValue();
    }
}
