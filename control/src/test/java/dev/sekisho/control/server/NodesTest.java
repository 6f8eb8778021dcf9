package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.node.Node;
import dev.sekisho.control.node.PolicyAlarm;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two whole servers on one PostgreSQL: they know of each other, and what is changed at one is in force at the other
/// and on its pages. SQLite is for one.
@Tag("B01")
class NodesTest {
    private static final Pattern VERSION = Pattern.compile("\"policyVersion\":(\\d+)");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path first;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path second;

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> nodes(Visitor visitor) throws IOException {
        return (List<Map<String, Object>>) ServerSite.items(visitor.json("GET", "/status", ""), "nodes");
    }

    /// The same person at another node: login sessions are in the database.
    private static Visitor at(ServerSite other, Visitor visitor) throws Exception {
        Visitor there = other.visitor();
        there.steal(visitor.session(), visitor.csrf());
        return there;
    }

    @Test
    void whatIsChangedAtOneNodeIsInForceAtTheOtherAndShownThere() throws Exception {
        try (TestDatabase database = TestDatabases.postgresql();
                ServerSite a = ServerSite.start(first, database.url());
                ServerSite b = a.join(second)) {
            Visitor atA = a.admin();
            Visitor atB = at(b, atA);
            try (Visitor.Stream pages = atB.events()) {
                long before = version(atB);
                atA.json("POST", "/users", Json.text(Map.of("name", "anna", "roles", List.of("user"))));
                atA.json(
                        "POST",
                        "/resources",
                        Json.text(Map.of("name", "wiki", "cidr", "10.9.8.7", "ports", "443", "protocol", "tcp")));
                atA.json("POST", "/devices", Json.text(Map.of("name", "laptop", "user", "anna")));

                String told = await(pages, "device.changed", "device.created");
                assertThat(told).contains("anna/laptop");
                assertThat(await(pages, "policy.applied", "policyVersion")).isNotEmpty();
                awaitVersion(atB, before + 3);
                assertThat(version(atB)).isGreaterThanOrEqualTo(before + 3);
            }
        }
    }

    @Test
    @Tag("R06")
    void whatOneNodeOffersIsFoundAtAll() throws Exception {
        try (TestDatabase database = TestDatabases.postgresql();
                ServerSite a = ServerSite.start(first, database.url());
                ServerSite b = a.join(second)) {
            Visitor admin = a.admin();
            Map<String, Object> ledger = admin.json(
                    "POST",
                    "/resources",
                    Json.text(Map.of(
                            "name", "ledger", "cidr", "10.9.8.7", "ports", "443", "requestableBy", List.of("user"))));
            Visitor anna = a.somebody(admin, "anna", "user");
            String user = String.valueOf(
                    ServerSite.inner(anna.json("GET", "/session", ""), "user").get("id"));
            String offer = Json.text(Map.of(
                    "id",
                    String.valueOf(ledger.get("id")),
                    "resource",
                    "ledger",
                    "destination",
                    "10.9.8.7:443",
                    "at",
                    a.now().toString()));
            String news = Json.text(Map.of("topic", "access.denied", "user", user, "data", offer));
            try (Database open = database.open()) {
                open.write(transaction -> {
                    Sql.of(transaction).signal(List.of("news elsewhere 1\n" + news));
                    return news;
                });
            }
            for (Visitor visitor : List.of(anna, at(b, anna))) {
                awaitOffer(visitor, "10.9.8.7:443");
            }
            assertThat(ServerSite.items(admin.json("GET", "/me/offers", ""), "items"))
                    .as("those of another")
                    .isEmpty();
        }
    }

    private static void awaitOffer(Visitor visitor, String destination) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!visitor.get("/me/offers").body().contains(destination) && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(visitor.get("/me/offers").body()).contains(destination);
    }

    private static long version(Visitor visitor) throws IOException {
        Matcher matcher = VERSION.matcher(visitor.get("/network/status").body());
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static void awaitVersion(Visitor visitor, long version) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (version(visitor) < version && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    /// The data of the next event of a topic that holds a text.
    private static String await(Visitor.Stream pages, String topic, String text) throws IOException {
        String now = "";
        for (String line = pages.reader().readLine();
                line != null;
                line = pages.reader().readLine()) {
            if (line.startsWith("event: ")) {
                now = line.substring(7);
            } else if (line.startsWith("data: ") && now.equals(topic) && line.contains(text)) {
                return line;
            }
        }
        throw new AssertionError("nothing was told of " + topic);
    }

    @Test
    void nodesKnowOfEachOther() throws Exception {
        try (TestDatabase database = TestDatabases.postgresql();
                ServerSite a = ServerSite.start(first, database.url())) {
            Visitor atA = a.admin();
            assertThat(nodes(atA)).hasSize(1);
            try (ServerSite b = a.join(second)) {
                Visitor atB = at(b, atA);
                assertThat(nodes(atA)).hasSize(2);
                assertThat(nodes(atB))
                        .hasSize(2)
                        .allSatisfy(node -> assertThat(node)
                                .containsEntry("version", Server.VERSION)
                                .containsEntry("alive", true)
                                .containsEntry("state", "well"))
                        .filteredOn(node -> Boolean.TRUE.equals(node.get("answering")))
                        .hasSize(1);
                b.pass(Node.SILENCE.plusSeconds(1));
                assertThat(nodes(atB))
                        .as("one that gave no sign of life for a while")
                        .anySatisfy(node ->
                                assertThat(node).containsEntry("alive", false).containsEntry("state", "silent"));
            }
            assertThat(nodes(atA)).as("one that ended").hasSize(1);
        }
    }

    @Test
    void aNodeThatCanNotPutInForceWhatWasDecidedIsSeenByAllAndTold() throws Exception {
        try (TestDatabase database = TestDatabases.postgresql();
                ServerSite a = ServerSite.start(first, database.url());
                ServerSite b = a.join(second)) {
            Visitor atA = a.admin();
            b.pass(Duration.between(b.now(), a.now()));
            atA.json("POST", "/devices", Json.text(Map.of("name", "laptop", "user", "admin")));
            String key = change(database, "UPDATE device SET public_key = ?", "no key");
            atA.json("POST", "/users", Json.text(Map.of("name", "anna", "roles", List.of("user"))));
            awaitNode(
                    atA,
                    node -> "failing".equals(node.get("state"))
                            && Boolean.FALSE.equals(node.get("answering"))
                            && node.containsKey("failingSince")
                            && node.containsKey("lastError")
                            && node.containsKey("lastErrorAt"));
            b.pass(PolicyAlarm.PATIENCE);
            awaitAudit(atA, "server.policy-held-up");
            change(database, "UPDATE device SET public_key = ? WHERE public_key = 'no key'", key);
            awaitAudit(atA, "server.policy-in-force");
            awaitNode(
                    atA,
                    node -> "well".equals(node.get("state"))
                            && Boolean.FALSE.equals(node.get("answering"))
                            && !node.containsKey("failingSince")
                            && node.containsKey("lastError"));
        }
    }

    /// Changes the key of a device behind the server's back.
    ///
    /// @return the key before
    private static String change(TestDatabase database, String sql, String key) {
        try (Database open = database.open()) {
            return open.write(transaction -> {
                String before = Sql.of(transaction)
                        .first(row -> row.text("public_key"), "SELECT public_key FROM device LIMIT 1")
                        .orElseThrow();
                Sql.of(transaction).update(sql, key);
                return before;
            });
        }
    }

    private static void awaitNode(Visitor visitor, Predicate<Map<String, Object>> wanted) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (nodes(visitor).stream().noneMatch(wanted) && System.nanoTime() < end) {
            LockSupport.parkNanos(100_000_000);
        }
        assertThat(nodes(visitor)).anyMatch(wanted);
    }

    private static void awaitAudit(Visitor visitor, String action) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String path = "/audit?action=" + action;
        while (!visitor.get(path).body().contains("\"action\":\"" + action) && System.nanoTime() < end) {
            LockSupport.parkNanos(100_000_000);
        }
        assertThat(visitor.get(path).body()).contains("\"action\":\"" + action);
    }

    @Test
    void aSecondServerOnOneSqliteFileIsRefused() throws Exception {
        try (ServerSite a = ServerSite.start(first)) {
            Path state = ServerSite.stateIn(second);
            Files.createSymbolicLink(state.resolve("sekisho.db"), a.state().resolve("sekisho.db"));
            assertThatThrownBy(() -> Server.start(() -> ServerSite.options(state, java.util.Optional.empty()), a::now))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("another server uses the database")
                    .hasMessageContaining("PostgreSQL");
            assertThatThrownBy(
                            () -> Server.start(() -> ServerSite.options(a.state(), java.util.Optional.empty()), a::now))
                    .hasMessageContaining("belongs to another running sekisho");
        }
    }
}
