package dev.sekisho.control.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.policy.Permission;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("C02")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EventStreamTest {
    /// Who has a login session, with a permission or none.
    private final Map<String, Set<Permission>> sessions = new ConcurrentHashMap<>();

    private final EventStream events = new EventStream("run1");
    private final WebServer server = WebServer.start(
            WebOptions.plain().withEvents(events), List.of(events.route()), List.of(this::who), InstantSource.system());

    private Optional<Authenticator.Authenticated> who(Authenticator.Credentials shown) {
        return shown.sessionCookie()
                .flatMap(name -> Optional.ofNullable(sessions.get(name))
                        .map(permissions -> new Authenticator.Authenticated(
                                new Principal(
                                        Optional.of(name),
                                        name,
                                        Actor.Via.SESSION,
                                        name,
                                        permissions,
                                        true,
                                        Optional.empty(),
                                        shown.source()),
                                Optional.of("csrf"))));
    }

    /// A listening page.
    private final class Page implements AutoCloseable {
        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        private final BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        private final int status;

        /// Where its events begin.
        private final String here;

        Page(String user, String... headers) throws IOException {
            this(user, "", List.of(headers));
        }

        /// One that comes back after a loss by an address, as the portal does.
        ///
        /// @param query begins with a question mark
        Page(String user, String query, List<String> headers) throws IOException {
            StringBuilder request = new StringBuilder("GET /api/v1/events" + query
                    + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: __Host-sekisho=" + user + "\r\n");
            for (String header : headers) {
                request.append(header).append("\r\n");
            }
            Http.write(socket.getOutputStream(), request + "\r\n");
            this.status = Http.read(in).status();
            this.here = status == 200 ? greeting() : "";
        }

        private String greeting() throws IOException {
            String id = line("id:").substring("id: ".length());
            assertThat(line("event:")).isEqualTo("event: here");
            assertThat(line("data:")).isEqualTo("data: {}");
            return id;
        }

        /// Reads on to a line that starts so.
        String line(String start) throws IOException {
            String line = in.readLine();
            while (line != null && !line.startsWith(start)) {
                line = in.readLine();
            }
            return String.valueOf(line);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everybodyHearsWhatIsForThem() throws Exception {
        sessions.put("ada", Set.of(Permission.VIEW_ALL_LOGS));
        sessions.put("bob", Set.of());
        try (Page ada = new Page("ada");
                Page bob = new Page("bob")) {
            events.publish("challenge.opened", EventStream.Audience.user("ada"), Map.of("id", "c1"));
            events.publish("flow", EventStream.Audience.permission(Permission.VIEW_ALL_LOGS), Map.of("id", "f1"));
            events.publish("server.health", EventStream.Audience.everyone(), Map.of("ok", true));
            assertThat(ada.line("event:")).isEqualTo("event: challenge.opened");
            assertThat(ada.line("data:")).isEqualTo("data: {\"id\":\"c1\"}");
            assertThat(ada.line("event:")).isEqualTo("event: flow");
            assertThat(ada.line("event:")).isEqualTo("event: server.health");
            assertThat(bob.line("event:")).isEqualTo("event: server.health");
        }
    }

    @Test
    void whoComesBackHearsWhatTheyMissed() throws Exception {
        sessions.put("ada", Set.of());
        for (int i = 1; i <= 3; i++) {
            events.publish("audit", EventStream.Audience.everyone(), i);
        }
        try (Page ada = new Page("ada", "Last-Event-ID: run1-1")) {
            assertThat(ada.line("id:")).isEqualTo("id: run1-2");
            assertThat(ada.line("id:")).isEqualTo("id: run1-3");
        }
    }

    /// What came while nobody of theirs listened is not lost, even if they have never heard anything.
    @Test
    void whoHasHeardNothingYetComesBackWithoutALoss() throws Exception {
        sessions.put("ada", Set.of());
        sessions.put("bob", Set.of());
        events.publish("audit", EventStream.Audience.everyone(), 1);
        String here;
        try (Page ada = new Page("ada")) {
            here = ada.here;
        }
        assertThat(here).isEqualTo("run1-1");
        events.publish("access.denied", EventStream.Audience.user("ada"), "hers");
        events.publish("access.denied", EventStream.Audience.user("bob"), "his");
        try (Page ada = new Page("ada", "?since=" + here, List.of());
                Page bob = new Page("bob", "?since=" + here, List.of())) {
            assertThat(ada.here).isEqualTo("run1-1");
            assertThat(ada.line("data:")).isEqualTo("data: \"hers\"");
            assertThat(bob.line("data:")).isEqualTo("data: \"his\"");
        }
        try (Page ada = new Page("ada", "?since=run0-1", List.of())) {
            assertThat(ada.line("event:")).isEqualTo("event: reset");
        }
    }

    @Test
    void whatIsFleetingReachesThoseWhoListenNowAndIsNotCaughtUpOn() throws Exception {
        sessions.put("ada", Set.of(Permission.VIEW_NETWORK));
        sessions.put("bob", Set.of());
        events.publish("audit", EventStream.Audience.everyone(), 1);
        try (Page ada = new Page("ada");
                Page bob = new Page("bob")) {
            events.fleeting("device.traffic", EventStream.Audience.permission(Permission.VIEW_NETWORK), "all");
            events.fleeting("device.traffic", EventStream.Audience.user("bob"), "own");
            events.publish("audit", EventStream.Audience.everyone(), 2);
            assertThat(ada.line("data:")).isEqualTo("data: \"all\"");
            assertThat(ada.line("id:")).isEqualTo("id: run1-2");
            assertThat(bob.line("data:")).isEqualTo("data: \"own\"");
            assertThat(bob.line("id:")).isEqualTo("id: run1-2");
            assertThat(events.listening()).isEqualTo(new EventStream.Listening(2, Map.of("ada", "ada", "bob", "bob")));
        }
        try (Page ada = new Page("ada", "Last-Event-ID: run1-1")) {
            assertThat(ada.line("event:")).isEqualTo("event: audit");
        }
    }

    /// A gateway has hundreds of them in a second.
    @Test
    void flowsPushNothingOutThatSomebodyComesBackFor() throws Exception {
        sessions.put("ada", Set.of());
        List<String> relayed = new CopyOnWriteArrayList<>();
        events.relay((topic, _, data) -> relayed.add(topic + " " + data));
        events.publish("access.denied", EventStream.Audience.user("ada"), "hers");
        try (Page ada = new Page("ada")) {
            events.publish("flow.own", EventStream.Audience.user("ada"), 0);
            assertThat(ada.line("data:")).isEqualTo("data: 0");
        }
        for (int i = 1; i <= EventStream.RING; i++) {
            events.publish("flow.own", EventStream.Audience.user("ada"), i);
            events.publish("flow", EventStream.Audience.everyone(), i);
        }
        assertThat(relayed).as("other nodes hear of them").hasSize(2 * EventStream.RING + 2);
        try (Page ada = new Page("ada", "?since=run1-0", List.of())) {
            assertThat(ada.line("data: \"")).isEqualTo("data: \"hers\"");
        }
    }

    @Test
    void whatIsFleetingIsNotRelayedToOtherNodes() {
        events.relay((topic, audience, data) -> {
            throw new AssertionError("relayed: " + topic + data + audience);
        });
        events.fleeting("device.traffic", EventStream.Audience.everyone(), "all");
    }

    @Test
    void whoIsBehindMissesWhatIsFleetingAndIsNotCut() throws Exception {
        sessions.put("ada", Set.of());
        try (Page ada = new Page("ada")) {
            String large = "x".repeat(200_000);
            for (int i = 0; i < 400; i++) {
                events.fleeting("device.traffic", EventStream.Audience.everyone(), large);
            }
            events.publish("audit", EventStream.Audience.everyone(), "news");
            assertThat(ada.line("event: audit")).isEqualTo("event: audit");
        }
    }

    /// A bundle of another node brings hundreds at once.
    @Test
    void whatIsForOthersFillsNobodysQueue() {
        Principal ada = new Principal(
                Optional.of("ada"), "ada", Actor.Via.SESSION, "ada", Set.of(), true, Optional.empty(), "127.0.0.1");
        EventClient client = new EventClient(ada, Optional::empty, Thread.currentThread());
        for (int i = 1; i <= 2 * EventStream.RING; i++) {
            assertThat(client.offer(new EventStream.Event(i, EventStream.Audience.user("bob"), "his")))
                    .isTrue();
        }
        EventStream.Event hers = new EventStream.Event(1, EventStream.Audience.user("ada"), "hers");
        int taken = 0;
        while (client.offer(hers)) {
            taken++;
        }
        assertThat(taken).isBetween(1, EventStream.RING);
    }

    @Test
    void aWitnessThatFailsHindersNobody() throws Exception {
        sessions.put("ada", Set.of());
        List<String> seen = new CopyOnWriteArrayList<>();
        events.witness((_, _, data) -> {
            throw new IllegalStateException("can't take " + data);
        });
        events.witness((topic, _, data) -> seen.add(topic + " " + data));
        try (Page ada = new Page("ada")) {
            events.publish("audit", EventStream.Audience.everyone(), 1);
            assertThat(ada.line("data:")).isEqualTo("data: 1");
        }
        assertThat(seen).containsExactly("audit 1");
    }

    @Test
    void whoMissedTooMuchStartsAnew() throws Exception {
        sessions.put("ada", Set.of());
        for (int i = 0; i <= EventStream.RING + 1; i++) {
            events.publish("audit", EventStream.Audience.everyone(), i);
        }
        for (String id : List.of("run1-1", "run0-1", "run1-999999", "nonsense")) {
            try (Page ada = new Page("ada", "Last-Event-ID: " + id)) {
                assertThat(ada.line("event:")).isEqualTo("event: reset");
            }
        }
    }

    @Test
    void theStreamEndsWithTheSession() throws Exception {
        sessions.put("ada", Set.of());
        try (Page ada = new Page("ada")) {
            sessions.remove("ada");
            assertThat(ada.line("nothing comes any more")).isEqualTo("null");
        }
    }

    @Test
    void onePersonHasEightPages() throws Exception {
        sessions.put("ada", Set.of());
        Page[] pages = new Page[9];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = new Page("ada");
        }
        assertThat(pages[7].status).isEqualTo(200);
        assertThat(pages[8].status).isEqualTo(429);
        for (Page page : pages) {
            page.close();
        }
    }

    @Test
    void whoDoesNotListenIsCut() throws Exception {
        sessions.put("ada", Set.of());
        try (Page ada = new Page("ada")) {
            String large = "x".repeat(100_000);
            while (events.listeners() > 0) {
                events.publish("audit", EventStream.Audience.everyone(), large);
            }
            assertThat(ada.status).isEqualTo(200);
        }
    }

    @Test
    void theEndOfTheServerIsToldAndEndsTheStream() throws Exception {
        sessions.put("ada", Set.of());
        try (Page ada = new Page("ada")) {
            server.close();
            assertThat(ada.line("event:")).isEqualTo("event: stopping");
            assertThat(ada.line("nothing comes any more")).isEqualTo("null");
        }
    }

    @Test
    void whoDoesNotListenDoesNotKeepTheServerFromEnding() throws Exception {
        sessions.put("ada", Set.of());
        try (Page ada = new Page("ada")) {
            String large = "x".repeat(1_000_000);
            for (int i = 0; i < 20; i++) {
                events.publish("audit", EventStream.Audience.everyone(), large);
            }
            server.close();
            assertThat(events.listeners()).isZero();
            assertThat(ada.status).isEqualTo(200);
        }
    }
}
