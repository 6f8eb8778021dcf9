package dev.sekisho.control.outbox;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.outbox.Delivery.State;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Json;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The queue of what is to be sent. Thread-safe; [OutboxPump] drives it.
public final class Outbox {
    /// Messages that may wait; beyond, new ones are dropped and counted.
    public static final int MAX_QUEUED = 10_000;

    /// The pauses between attempts; after the last the message is dead.
    private static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(6),
            Duration.ofHours(12));

    /// Longer than any sender waits: a node that dies in between loses a minute, not the message.
    private static final Duration CLAIM = Duration.ofMinutes(1);

    private static final int AT_ONCE = 20;
    private static final int MAX_ERROR_CHARS = 500;
    private static final String TABLE = "outbox";
    private static final String COLUMN = "message";
    private static final System.Logger LOG = System.getLogger(Outbox.class.getName());

    private final UnitOfWork work;
    private final OutboxStore store;
    private final Sealer sealer;
    private final InstantSource clock;
    private final Map<String, Sender> senders = new ConcurrentHashMap<>();
    private volatile Runnable wake = () -> {};

    public Outbox(UnitOfWork work, OutboxStore store, Sealer sealer, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.sealer = sealer;
        this.clock = clock;
    }

    /// Registers who sends messages of a channel.
    public void register(String name, Sender sender) {
        senders.put(name, sender);
    }

    /// Is called when something new waits.
    void onNew(Runnable listener) {
        wake = listener;
    }

    /// Queues a message in a transaction of its own.
    public void enqueue(Message message) {
        work.housekeeping(transaction -> {
            enqueue(transaction, message);
            return message.channel();
        });
        wake.run();
    }

    /// Looks at once for what is due. To be called after a commit that queued something.
    public void nudge() {
        wake.run();
    }

    /// Queues a message with the change that it tells of; after the commit call [#nudge].
    ///
    /// @param transaction that of the change
    public void enqueue(Transaction transaction, Message message) {
        if (store.countQueued(transaction) >= MAX_QUEUED) {
            LOG.log(Level.ERROR, "{0} messages wait already; one to {1} is dropped", MAX_QUEUED, message.channel());
            return;
        }
        Instant now = clock.instant();
        String id = Ids.next(now.toEpochMilli());
        byte[] plain = Json.bytes(new Fields(message.fields()));
        try {
            store.insert(
                    transaction,
                    new Delivery(
                            id, message.channel(), message.subject(), State.QUEUED, 0, now, now, Optional.empty(), ""),
                    sealer.seal(TABLE, id, COLUMN, plain));
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /// The fields of a message at rest.
    record Fields(Map<String, String> fields) {}

    /// Tries everything whose time has come.
    ///
    /// @return when the next message is due; empty when none waits
    Optional<Instant> sendDue() {
        List<Delivery> due = work.read(transaction -> store.due(transaction, clock.instant(), AT_ONCE));
        for (Delivery delivery : due) {
            Instant until = clock.instant().plus(CLAIM);
            if (work.housekeeping(transaction -> store.claim(transaction, delivery, until))) {
                attempt(delivery);
            }
        }
        return work.read(store::nextDue);
    }

    private void attempt(Delivery delivery) {
        String error = "";
        boolean permanent = false;
        try {
            send(delivery);
        } catch (DeliveryException e) {
            error = String.valueOf(e.getMessage());
            permanent = e.permanent();
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "sending to " + delivery.channel() + " failed", e);
            error = "the sender failed; the server's log says how";
        }
        note(delivery, error, permanent);
    }

    private void send(Delivery delivery) {
        byte[] sealed = work.read(transaction -> store.message(transaction, delivery.id()))
                .orElseThrow(() -> DeliveryException.never("the message is gone", null));
        if (sealed.length == 0) {
            throw DeliveryException.never("the message was lost with the installation's key", null);
        }
        byte[] plain = sealer.open(TABLE, delivery.id(), COLUMN, sealed);
        try {
            Message message = new Message(
                    delivery.channel(),
                    delivery.subject(),
                    Json.read(plain, Fields.class).fields());
            Sender sender = senders.get(message.sender());
            if (sender == null) {
                throw DeliveryException.never("nothing sends to " + message.sender() + " (any more)", null);
            }
            sender.send(message);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private void note(Delivery delivery, String error, boolean permanent) {
        Instant now = clock.instant();
        String shortened = error.substring(0, Math.min(error.length(), MAX_ERROR_CHARS));
        if (error.isEmpty()) {
            work.housekeeping(transaction -> {
                store.note(transaction, delivery.id(), State.SENT, now, Optional.of(now), "");
                return now;
            });
            return;
        }
        boolean dead = permanent || delivery.attempts() >= PAUSES.size();
        Instant next = dead ? now : now.plus(PAUSES.get(delivery.attempts()));
        LOG.log(
                Level.WARNING,
                "not delivered to {0}: {1}{2}",
                delivery.channel(),
                shortened,
                dead ? "; given up" : "; trying again at " + next);
        work.housekeeping(transaction -> {
            store.note(
                    transaction,
                    delivery.id(),
                    dead ? State.DEAD : State.QUEUED,
                    next,
                    dead ? Optional.of(now) : Optional.empty(),
                    shortened);
            return now;
        });
    }

    /// Tries a message again that was given up or waits.
    ///
    /// @return false when there is none, or it was sent
    public boolean retry(String id) {
        boolean found = work.housekeeping(transaction -> store.find(transaction, id)
                .filter(delivery -> delivery.state() != State.SENT)
                .map(delivery -> {
                    store.note(transaction, id, State.QUEUED, clock.instant(), Optional.empty(), delivery.lastError());
                    return true;
                })
                .orElse(false));
        if (found) {
            wake.run();
        }
        return found;
    }

    /// The newest first.
    public Page<Delivery> list(Optional<State> state, Page.Request page) {
        return work.read(transaction -> store.list(transaction, state, page));
    }

    /// Forgets what ended long ago.
    public void prune(Duration age) {
        work.housekeeping(
                transaction -> store.prune(transaction, clock.instant().minus(age)));
    }
}
