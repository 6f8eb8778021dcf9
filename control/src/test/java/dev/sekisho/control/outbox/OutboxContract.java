package dev.sekisho.control.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.outbox.Delivery.State;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The outbox on a real database.
@Tag("C07")
abstract class OutboxContract {
    private Instant now = Instant.parse("2026-05-01T10:00:00Z");
    private final List<Message> sent = new ArrayList<>();
    private @Nullable RuntimeException failure;

    @SuppressWarnings("NullAway.Init") // before each test
    private TestDatabase file;

    @SuppressWarnings("NullAway.Init")
    private Database database;

    @SuppressWarnings("NullAway.Init")
    private UnitOfWork work;

    @SuppressWarnings("NullAway.Init")
    private Outbox outbox;

    abstract TestDatabase newDatabase();

    @BeforeEach
    void open() {
        file = newDatabase();
        database = file.open();
        work = new UnitOfWork(database, new JdbcAuditLog(() -> now));
        outbox = newOutbox();
    }

    private Outbox newOutbox() {
        Outbox made = new Outbox(work, new JdbcOutboxStore(), new ShiftingSealer(), () -> now);
        made.register("mail", message -> {
            if (failure != null) {
                throw failure;
            }
            sent.add(message);
        });
        return made;
    }

    @AfterEach
    void close() {
        database.close();
        file.close();
    }

    @Test
    void sendsOnce() {
        outbox.enqueue(mail("hello"));

        outbox.sendDue();
        outbox.sendDue();

        assertThat(sent).extracting(message -> message.field("text")).containsExactly("hello");
        assertThat(states()).containsExactly(State.SENT);
    }

    @Test
    void whatWaitsOutlivesTheProcess() {
        outbox.enqueue(mail("hello"));

        newOutbox().sendDue();

        assertThat(sent).hasSize(1);
    }

    @Test
    void triesAgainWithGrowingPausesAndGivesUpInTheEnd() {
        failure = DeliveryException.later("the server is away", null);
        outbox.enqueue(mail("hello"));
        List<Duration> pauses = new ArrayList<>();
        while (states().getFirst() == State.QUEUED) {
            Instant before = now;
            outbox.sendDue();
            now = delivery().nextAt();
            pauses.add(Duration.between(before, now));
        }

        assertThat(pauses)
                .startsWith(Duration.ofSeconds(5), Duration.ofSeconds(30))
                .hasSize(9);
        assertThat(delivery().state()).isEqualTo(State.DEAD);
        assertThat(delivery().lastError()).isEqualTo("the server is away");
        assertThat(delivery().attempts()).isEqualTo(9);
    }

    @Test
    void isNotTriedBeforeItsTime() {
        failure = DeliveryException.later("away", null);
        outbox.enqueue(mail("hello"));
        outbox.sendDue();
        failure = null;

        now = now.plusSeconds(5).minusMillis(1);
        outbox.sendDue();
        assertThat(sent).isEmpty();
        now = now.plusMillis(1);
        outbox.sendDue();
        assertThat(sent).hasSize(1);
    }

    @Test
    void whatIsRefusedForGoodIsDeadAtOnceAndCanBeTriedByHand() {
        failure = DeliveryException.never("no such address", null);
        outbox.enqueue(mail("hello"));
        outbox.sendDue();
        assertThat(states()).containsExactly(State.DEAD);

        failure = null;
        assertThat(outbox.retry(delivery().id())).isTrue();
        outbox.sendDue();

        assertThat(sent).hasSize(1);
        assertThat(outbox.retry(delivery().id())).isFalse();
        assertThat(outbox.retry("no-such")).isFalse();
    }

    @Test
    void aSenderThatBreaksLosesNothing() {
        failure = new IllegalStateException("a bug with a secret in it");
        outbox.enqueue(mail("hello"));

        outbox.sendDue();

        assertThat(states()).containsExactly(State.QUEUED);
        assertThat(delivery().lastError()).doesNotContain("secret");
    }

    @Test
    void aMessageForNobodyIsDead() {
        outbox.enqueue(new Message("pigeon:7", "coo", Map.of()));

        outbox.sendDue();

        assertThat(states()).containsExactly(State.DEAD);
    }

    @Test
    void whatIsClaimedByADeadNodeIsSentLater() {
        outbox.enqueue(mail("hello"));
        Delivery waiting = delivery();
        work.housekeeping(
                transaction -> new JdbcOutboxStore().claim(transaction, waiting, now.plus(Duration.ofMinutes(1))));

        outbox.sendDue();
        assertThat(sent).isEmpty();
        now = now.plus(Duration.ofMinutes(1));
        outbox.sendDue();
        assertThat(sent).hasSize(1);
    }

    @Test
    void messagesAreSealedAtRest() {
        outbox.enqueue(mail("the-code-is-4711"));

        byte[] kept = work.read(transaction ->
                new JdbcOutboxStore().message(transaction, delivery().id()).orElseThrow());

        assertThat(new String(kept, StandardCharsets.ISO_8859_1)).doesNotContain("4711");
    }

    @Test
    void thePumpSendsWithoutBeingAsked() throws InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        outbox.register("signal", _ -> arrived.countDown());
        try (OutboxPump pump = OutboxPump.start(outbox, () -> now)) {
            assertThat(pump).isNotNull();
            outbox.enqueue(new Message("signal", "now", Map.of()));
            assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static Message mail(String text) {
        return new Message("mail", "a mail", Map.of("text", text));
    }

    private List<State> states() {
        return outbox.list(Optional.empty(), new Page.Request(Optional.empty(), 10)).items().stream()
                .map(Delivery::state)
                .toList();
    }

    private Delivery delivery() {
        return outbox.list(Optional.empty(), new Page.Request(Optional.empty(), 10))
                .items()
                .getFirst();
    }
}
