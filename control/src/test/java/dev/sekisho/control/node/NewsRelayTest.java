package dev.sekisho.control.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.SignalListener;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.control.web.EventStream.Audience;
import dev.sekisho.control.web.Json;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// News of one node as they arrive at another, on a real PostgreSQL: many at once, in their order, and none lost
/// without pages being told.
@Tag("B01")
class NewsRelayTest {
    private static final int MAX_BYTES = 7_999;

    private final TestDatabase home = TestDatabases.postgresql();
    private final Database database = home.open();
    private final UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(InstantSource.system()));

    /// What the pages of node b are told, as `TOPIC DATA`.
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    /// What the database tells.
    private final List<String> notifications = new ArrayList<>();

    private final AtomicInteger statements = new AtomicInteger();
    private final NewsRelay a = new NewsRelay(work, store(_ -> {}), new EventStream("a"), "a");
    private final EventStream eventsOfB = new EventStream("b");
    private final NewsRelay b = new NewsRelay(work, new JdbcNodeStore(), eventsOfB, "b");
    private AutoCloseable hearing = () -> {};

    /// Something that happens before a node tells.
    private interface Before {
        /// @param number counts up from 1
        void statement(int number);
    }

    private NodeStore store(Before before) {
        NodeStore real = new JdbcNodeStore();
        return (NodeStore) Proxy.newProxyInstance(
                NodeStore.class.getClassLoader(), new Class<?>[] {NodeStore.class}, (_, method, arguments) -> {
                    if (method.getName().equals("signal")) {
                        before.statement(statements.incrementAndGet());
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    @BeforeEach
    void listen() throws Exception {
        eventsOfB.witness((topic, _, data) -> told.add(topic + " " + data));
        CountDownLatch ready = new CountDownLatch(1);
        hearing = database.hear(new SignalListener() {
            @Override
            public void heard(String text) {
                notifications.add(text);
                b.heard(text);
            }

            @Override
            public void gap() {
                ready.countDown();
            }
        });
        assertThat(ready.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void close() throws Exception {
        a.close();
        hearing.close();
        database.close();
        home.close();
    }

    private static void publish(NewsRelay relay, String data) {
        relay.published("audit", Audience.everyone(), data);
    }

    private static String text(int number, String more) {
        return Json.text(Map.of("text", number + more));
    }

    private List<String> next(int count) throws InterruptedException {
        List<String> all = new ArrayList<>();
        while (all.size() < count) {
            String one = told.poll(20, TimeUnit.SECONDS);
            assertThat(one).as("after " + all.size()).isNotNull();
            all.add(String.valueOf(one));
        }
        return all;
    }

    private void assertThatNoNotificationIsTooLong() {
        assertThat(notifications)
                .allSatisfy(text ->
                        assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(MAX_BYTES));
    }

    private static List<String> audit(List<String> data) {
        return data.stream().map(one -> "audit " + one).toList();
    }

    @Test
    void whatGathersWhileOthersAreUnderWayGoesAsOneAfterThem() throws Exception {
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch gathered = new CountDownLatch(1);
        try (NewsRelay slow = new NewsRelay(
                work,
                store(number -> {
                    underWay.countDown();
                    await(gathered);
                }),
                new EventStream("slow"),
                "slow")) {
            slow.start();
            publish(slow, text(0, ""));
            await(underWay);
            List<String> data =
                    IntStream.rangeClosed(0, 40).mapToObj(i -> text(i, "")).toList();
            data.stream().skip(1).forEach(one -> publish(slow, one));
            gathered.countDown();
            assertThat(next(41)).isEqualTo(audit(data));
        }
        assertThat(notifications).hasSize(2);
        assertThat(statements).hasValue(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// The longest is told by itself, as it was before news went together.
    @Test
    void whatOneNotificationCanNotHoldGoesInSeveralByOneStatement() throws Exception {
        List<String> data = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            data.add(text(i, (i % 2 == 0 ? "x" : "\u00fc\u65e5\ud83d\ude00\u2028\n\"\\").repeat(i % 7 * 30)));
        }
        data.add(30, text(30, "y".repeat(7_800)));
        data.forEach(one -> publish(a, one));
        a.start();
        assertThat(next(61)).isEqualTo(audit(data));
        assertThatNoNotificationIsTooLong();
        assertThat(notifications).hasSizeBetween(3, 20);
        assertThat(statements).hasValue(1);
    }

    @Test
    void everyLengthUpToTheLimitGoesThrough() throws Exception {
        List<String> data = IntStream.range(0, 200)
                .mapToObj(i -> text(i, "z".repeat(3_800 + i)))
                .toList();
        data.forEach(one -> publish(a, one));
        a.start();
        assertThat(next(200)).isEqualTo(audit(data));
        assertThatNoNotificationIsTooLong();
        assertThat(notifications).hasSizeBetween(100, 199);
    }

    @Test
    void whatNoNotificationCanHoldMakesPagesReadAnewOnceAfterTheRest() throws Exception {
        publish(a, text(1, ""));
        publish(a, text(2, "x".repeat(MAX_BYTES)));
        publish(a, text(3, "\u00fc".repeat(MAX_BYTES / 2)));
        publish(a, text(4, ""));
        a.start();
        assertThat(next(3)).containsExactly("audit {\"text\":\"1\"}", "audit {\"text\":\"4\"}", "reset {}");
    }

    @Test
    void whatFindsNoRoomMakesPagesReadAnewOnce() throws Exception {
        List<String> data = IntStream.range(0, 1_000).mapToObj(i -> text(i, "")).toList();
        data.forEach(one -> publish(a, one));
        publish(a, text(1_000, ""));
        publish(a, text(1_001, ""));
        a.start();
        assertThat(next(1_000)).isEqualTo(audit(data));
        assertThat(next(1)).containsExactly("reset {}");
        publish(a, text(1_002, ""));
        assertThat(next(1)).containsExactly("audit {\"text\":\"1002\"}");
    }

    @Test
    void whatIsToldTwiceAtOnceArrivesTwice() throws Exception {
        List<String> data = List.of(text(1, "x".repeat(5_000)), text(2, "x".repeat(5_000)), text(1, "x".repeat(5_000)));
        data.forEach(one -> publish(a, one));
        a.start();
        assertThat(next(3)).isEqualTo(audit(data));
        assertThat(statements).hasValue(1);
    }

    @Test
    void whatCouldNotBeSentMakesPagesReadAnewWithTheNextNews() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        try (NewsRelay failing = new NewsRelay(
                work,
                store(number -> {
                    if (number == 1) {
                        failed.countDown();
                        throw new StoreException(StoreException.Kind.UNAVAILABLE, "the database is away", null);
                    }
                }),
                new EventStream("failing"),
                "failing")) {
            publish(failing, text(1, ""));
            failing.start();
            await(failed);
            publish(failing, text(2, ""));
            assertThat(next(2)).containsExactly("audit {\"text\":\"2\"}", "reset {}");
        }
    }

    @Test
    void whatCouldNotBeSentMakesPagesReadAnewAlsoWhenNothingFollows() throws Exception {
        for (RuntimeException failure : List.of(
                new StoreException(StoreException.Kind.UNAVAILABLE, "the database is away", null),
                new IllegalStateException("a bug"))) {
            statements.set(0);
            try (NewsRelay failing = new NewsRelay(
                    work,
                    store(number -> {
                        if (number == 1) {
                            throw failure;
                        }
                    }),
                    new EventStream("failing"),
                    "failing")) {
                publish(failing, text(1, ""));
                failing.start();
                assertThat(next(1)).containsExactly("reset {}");
            }
        }
    }

    @Test
    void oneThatCanNotBeReadTakesNoOtherWithItAndMakesPagesReadAnew() throws Exception {
        String good = "{\"topic\":\"audit\",\"data\":\"{}\"}";
        b.heard("news old " + good);
        b.heard("news new 7\n" + good + "\n{\"topic\":\"audit\",\"data\":\"{}\",\"more\":1}\n{\n\n" + good);
        b.heard("news new 8");
        b.heard("news new");
        b.heard("news b 9\n" + good);
        b.heard("other new 1\n" + good);
        assertThat(next(4)).containsExactly("audit {}", "audit {}", "audit {}", "reset {}");
        assertThat(told).isEmpty();
    }
}
