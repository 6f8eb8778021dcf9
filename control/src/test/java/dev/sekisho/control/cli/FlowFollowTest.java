package dev.sekisho.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.tls.Certificates;
import dev.sekisho.control.web.Authenticator;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.control.web.HostNames;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.WebOptions;
import dev.sekisho.control.web.WebServer;
import dev.sekisho.policy.Permission;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `sekisho flow follow` against a server that has nothing but a stream of events. A token is a user's identity; `ada`
/// may see all logs.
@Tag("N17")
@Timeout(60)
class FlowFollowTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final EventStream events = new EventStream("run1");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @SuppressWarnings("NullAway.Init")
    private WebServer server;

    private String fingerprint = "";

    @BeforeEach
    void serve() throws Exception {
        Path state = Files.createDirectory(
                directory.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Certificates certificates =
                Certificates.open(Certificates.Place.in(state, List.of("localhost")), InstantSource.system());
        fingerprint = certificates.current().fingerprint();
        HostNames hosts = HostNames.of(List.of("localhost"));
        server = WebServer.start(
                WebOptions.plain()
                        .withTls(certificates.context(), Certificates.protocols())
                        .withHosts(() -> hosts)
                        .withEvents(events),
                List.of(
                        events.route(),
                        Route.get("/me/flows/log", "Mine").by(_ -> Map.of("items", List.of())),
                        Route.get("/flows/log", "All")
                                .access(Permission.VIEW_ALL_LOGS)
                                .by(_ -> Map.of("items", List.of()))),
                List.of(FlowFollowTest::who),
                InstantSource.system());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Optional<Authenticator.Authenticated> who(Authenticator.Credentials shown) {
        return shown.bearer()
                .map(name -> new Authenticator.Authenticated(
                        new Principal(
                                Optional.of(name),
                                name,
                                Actor.Via.TOKEN,
                                name,
                                name.equals("ada") ? Set.of(Permission.VIEW_ALL_LOGS) : Set.of(),
                                true,
                                Optional.empty(),
                                shown.source()),
                        Optional.empty()));
    }

    private FutureTask<Integer> follow(String token, String... options) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "SEKISHO_URL",
                "https://localhost:" + server.port(),
                "SEKISHO_TOKEN",
                token,
                "SEKISHO_FINGERPRINT",
                fingerprint,
                "HOME",
                directory.toString()));
        CommandLine line = Main.commandLine(environment);
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> words = new ArrayList<>(List.of("flow", "follow"));
        words.addAll(List.of(options));
        FutureTask<Integer> task = new FutureTask<>(() -> line.execute(words.toArray(String[]::new)));
        Thread.ofVirtual().start(task);
        return task;
    }

    private void await(String text) {
        await(() -> out.toString().contains(text));
    }

    private void awaitListener() {
        await(() -> events.listeners() > 0);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.currentThread().isInterrupted()).as("timed out").isFalse();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static Map<String, Object> flow(String id, String user, String event, String resource) {
        return Map.of(
                "id",
                id,
                "event",
                event,
                "at",
                "2026-11-30T12:00:00Z",
                "device",
                user + "/laptop\u001b[2J",
                "user",
                user,
                "source",
                "10.66.0.2:40000",
                "destination",
                "10.0.1.5:443",
                "protocol",
                "tcp",
                "verdict",
                event.equals("denied") ? "denied" : "allowed",
                "resource",
                resource);
    }

    private void happens(String id, String user, String event, String resource) {
        Map<String, Object> flow = flow(id, user, event, resource);
        events.publish("flow", EventStream.Audience.permission(Permission.VIEW_ALL_LOGS), flow);
        events.publish("flow.own", EventStream.Audience.user(user), flow);
    }

    @Test
    void everybodyFollowsTheirOwnFlowsAndNoOthers() throws Exception {
        FutureTask<Integer> bob = follow("bob");
        awaitListener();
        happens("1", "alice", "opened", "payroll");
        happens("2", "bob", "opened", "db");
        happens("3", "ada", "denied", "vault");
        happens("4", "bob", "denied", "last");
        await("last");
        events.close();
        assertThat(bob.get()).as("when the server ends").isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        "2026-11-30T12:00:00Z  opened  bob/laptop [2J  10.66.0.2:40000 > 10.0.1.5:443/tcp  resource db",
                        "2026-11-30T12:00:00Z  denied  bob/laptop [2J  10.66.0.2:40000 > 10.0.1.5:443/tcp  resource last");
        assertThat(err.toString()).contains("the server has ended");
    }

    @Test
    void whoMaySeeAllFollowsAllWithFiltersAsJson() throws Exception {
        FutureTask<Integer> ada = follow("ada", "--all", "--user", "bob", "--verdict", "denied", "--json");
        awaitListener();
        happens("1", "alice", "denied", "db");
        happens("2", "bob", "opened", "db");
        happens("3", "bob", "denied", "last");
        await("last");
        events.close();
        ada.get();
        assertThat(out.toString().lines()).hasSize(1).first().asString().contains("\"id\":\"3\"");
    }

    @Test
    void whoMayNotSeeAllIsToldSoInsteadOfWaiting() throws Exception {
        assertThat(follow("bob", "--all").get()).isEqualTo(1);
        assertThat(err.toString()).contains("VIEW ALL LOGS");
        assertThat(follow("bob", "--user", "alice").get()).isEqualTo(2);
        assertThat(err.toString()).contains("--user goes with --all");
    }
}
