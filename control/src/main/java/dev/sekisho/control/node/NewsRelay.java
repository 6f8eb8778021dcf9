package dev.sekisho.control.node;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.control.web.EventStream.Audience;
import dev.sekisho.control.web.Json;
import dev.sekisho.policy.Permission;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Carries live news between the pages of all nodes. News are no state: what gets lost makes pages read anew.
/// Thread-safe; sends on a thread of its own, and its owner closes it.
public final class NewsRelay implements EventStream.Relay, AutoCloseable {
    /// What a node tells with news, before its identity.
    static final String NEWS = "news ";

    private static final System.Logger LOG = System.getLogger(NewsRelay.class.getName());
    private static final int MAX_WAITING = 1000;

    /// PostgreSQL takes 7,999 bytes in a notification.
    private static final int MAX_BYTES = 7_999;

    private final UnitOfWork work;
    private final NodeStore store;
    private final EventStream events;
    private final String self;
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread thread;

    /// Whether something did not get into the queue, so that pages have to read anew.
    private final AtomicBoolean missed = new AtomicBoolean();

    /// News on the way.
    ///
    /// @param topic empty = some did not fit: pages have to read anew
    /// @param user the audience, if it is one user
    /// @param permission the audience, if it is those who have a permission; its label
    /// @param data JSON
    record Carried(String topic, Optional<String> user, Optional<String> permission, String data) {
        static final Carried TOO_MUCH = new Carried("", Optional.empty(), Optional.empty(), "");

        static Carried of(String topic, Audience audience, String data) {
            return switch (audience) {
                case Audience.User user -> new Carried(topic, Optional.of(user.userId()), Optional.empty(), data);
                case Audience.Holders holders ->
                    new Carried(
                            topic,
                            Optional.empty(),
                            Optional.of(holders.permission().label()),
                            data);
                case Audience.Everyone _ -> new Carried(topic, Optional.empty(), Optional.empty(), data);
            };
        }

        /// Whom it is for; empty for a permission that only a newer node knows.
        Optional<Audience> audience() {
            if (user.isPresent()) {
                return user.map(Audience::user);
            }
            return permission.isEmpty()
                    ? Optional.of(Audience.everyone())
                    : permission.flatMap(Permission::of).map(Audience::permission);
        }
    }

    /// @param self this node's identity
    public NewsRelay(UnitOfWork work, NodeStore store, EventStream events, String self) {
        this.work = work;
        this.store = store;
        this.events = events;
        this.self = self;
        this.thread = Thread.ofVirtual().name("news-relay").unstarted(this::run);
    }

    /// Begins to carry.
    public void start() {
        thread.start();
        events.relay(this);
    }

    @Override
    public void published(String topic, Audience audience, String data) {
        String text = text(Carried.of(topic, audience, data));
        boolean fits = text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
        if (!fits || !waiting.offer(text)) {
            missed.set(true);
            waiting.offer(text(Carried.TOO_MUCH));
        }
    }

    private String text(Carried carried) {
        return NEWS + self + " " + Json.text(carried);
    }

    private void run() {
        try {
            while (true) {
                String text = waiting.take();
                try {
                    send(missed.getAndSet(false) ? text(Carried.TOO_MUCH) : text);
                } catch (StoreException e) {
                    LOG.log(Level.DEBUG, "pages at other nodes miss an event: {0}", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end
        }
    }

    private void send(String text) {
        work.read(transaction -> {
            store.signal(transaction, text);
            return text;
        });
    }

    /// News of some node. What can't be read comes from a newer one.
    void heard(String text) {
        String mine = NEWS + self + " ";
        int data = text.indexOf('{');
        if (!text.startsWith(NEWS) || text.startsWith(mine) || data < 0) {
            return;
        }
        try {
            Carried carried = Json.read(text.substring(data).getBytes(StandardCharsets.UTF_8), Carried.class);
            if (carried.topic().isEmpty()) {
                events.reset();
            } else {
                carried.audience().ifPresent(audience -> events.deliver(carried.topic(), audience, carried.data()));
            }
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "news of another node can't be read: {0}", e.getMessage());
        }
    }

    /// Some may have been missed.
    void gap() {
        events.reset();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
