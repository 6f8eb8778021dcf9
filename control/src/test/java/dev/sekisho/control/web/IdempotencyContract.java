package dev.sekisho.control.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Repeated requests, whatever the database.
@Tag("C03")
abstract class IdempotencyContract {
    private record Order(String item) {}

    private record Made(int number, String secret) {}

    private static final String KEY = "Idempotency-Key: 0123456789abcdef";

    private final TestDatabase home = newDatabase();

    abstract TestDatabase newDatabase();

    private final AtomicInteger made = new AtomicInteger();
    private volatile Instant now = Instant.parse("2026-11-30T12:00:00Z");
    private final InstantSource clock = () -> now;

    final Database database = home.open();

    @SuppressWarnings("NullAway.Init")
    private WebServer server;

    @BeforeEach
    void start() {
        UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(clock));
        Route route = Route.post("/orders", "Order")
                .body(Order.class)
                .answers(Made.class)
                .by(request -> {
                    Order order = request.body(Order.class);
                    if (order.item().equals("bad")) {
                        made.incrementAndGet();
                        throw Problem.conflict("no such item");
                    }
                    return Answer.created("/orders/1", new Made(made.incrementAndGet(), "sk_shown_once"));
                });
        server = WebServer.start(
                WebOptions.plain().withIdempotency(new Idempotency(work, new JdbcAnswerStore(), clock)),
                List.of(route),
                List.of(shown -> shown.bearer()
                        .map(name -> new Authenticator.Authenticated(
                                new Principal(
                                        Optional.of(name),
                                        name,
                                        Actor.Via.TOKEN,
                                        name,
                                        Set.of(),
                                        true,
                                        Optional.empty(),
                                        "127.0.0.1"),
                                Optional.empty()))),
                clock);
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
        home.close();
    }

    private Http order(String who, String item, String key) throws Exception {
        return Http.sendBody(
                server.port(),
                "POST",
                "/api/v1/orders",
                "{\"item\":\"" + item + "\"}",
                "Content-Type: application/json",
                "Authorization: Bearer " + who,
                key);
    }

    @Test
    void theSameAgainIsAnsweredTheSame() throws Exception {
        Http first = order("ada", "tea", KEY);
        Http second = order("ada", "tea", KEY);
        assertThat(first.status()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body()).contains("\"number\":1");
        assertThat(second.header("Location")).isEqualTo("/orders/1");
        assertThat(second.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(made).hasValue(1);
    }

    @Test
    void anotherBodyIsRefused() throws Exception {
        order("ada", "tea", KEY);
        Http other = order("ada", "coffee", KEY);
        assertThat(other.status()).isEqualTo(422);
        assertThat(made).hasValue(1);
    }

    @Test
    void somebodyElsesKeyIsAnother() throws Exception {
        order("ada", "tea", KEY);
        assertThat(order("bob", "tea", KEY).body()).contains("\"number\":2");
    }

    @Test
    void whatFailedMayBeTriedAgain() throws Exception {
        assertThat(order("ada", "bad", KEY).status()).isEqualTo(409);
        assertThat(order("ada", "bad", KEY).body()).contains("no such item");
        assertThat(made).hasValue(2);
    }

    @Test
    void aDayLaterItIsForgotten() throws Exception {
        order("ada", "tea", KEY);
        now = now.plus(Duration.ofHours(25));
        assertThat(order("ada", "tea", KEY).body()).contains("\"number\":2");
    }

    @Test
    void keysThatCanBeGuessedAreRefused() throws Exception {
        for (String key : List.of("short", "0123456789abcde", "with space 0123456789", "x".repeat(129))) {
            assertThat(order("ada", "tea", "Idempotency-Key: " + key).status()).isEqualTo(400);
        }
        assertThat(made).hasValue(0);
    }

    /// Many at once make one, and whoever is too early is told so.
    @Test
    void aHundredAtOnceAreDoneOnce() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Http>> all = IntStream.range(0, 100)
                    .mapToObj(_ -> threads.submit(() -> order("ada", "tea", KEY)))
                    .toList();
            for (Future<Http> one : all) {
                Http answer = one.get();
                assertThat(answer.status()).as(answer.body()).isIn(201, 409);
                assertThat(answer.body()).containsAnyOf("\"number\":1", "\"in-progress\"");
            }
        }
        assertThat(made).hasValue(1);
        assertThat(order("ada", "tea", KEY).header("Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void theDatabaseShowsNeitherAnswerNorKey() throws Exception {
        order("ada", "tea", KEY);
        String kept = database.read(transaction -> Sql.of(transaction)
                .list(
                        row -> row.text("id")
                                + row.text("request_hash")
                                + new String(row.bytes("answer"), StandardCharsets.ISO_8859_1),
                        "SELECT id, request_hash, answer FROM idempotent_answer")
                .toString());
        assertThat(kept).isNotEqualTo("[]").doesNotContain("sk_shown_once", "0123456789abcdef", "number");
    }
}
