package dev.sekisho.control.node;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.control.web.EventStream.Audience;
import dev.sekisho.control.web.Json;
import dev.sekisho.policy.Permission;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Carries live news between the pages of all nodes. News are no state: what gets lost makes pages read anew.
/// Thread-safe; sends on a thread of its own, and its owner closes it.
///
/// What gathers while one transaction is under way goes with the next: by one statement, so that a distant database
/// takes as long for all of it as for one piece, and with as many pieces in a notification as fit. A notification is
///
/// ```
/// news NODE NUMBER
/// {"topic": ...}
/// {"topic": ...}
/// ```
///
/// with one piece of news in each line, the oldest first. The number makes each differ from all others of its node:
/// PostgreSQL tells two that are alike in one transaction once. What a node can't read comes from a newer one, and lets
/// its pages read anew.
public final class NewsRelay implements EventStream.Relay, AutoCloseable {
    /// What a node tells with news, before its identity.
    static final String NEWS = "news ";

    private static final System.Logger LOG = System.getLogger(NewsRelay.class.getName());
    private static final int MAX_WAITING = 1000;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /// PostgreSQL takes 7,999 bytes in a notification.
    private static final int MAX_BYTES = 7_999;

    private final UnitOfWork work;
    private final NodeStore store;
    private final EventStream events;
    private final String self;

    /// News as they stand in a notification.
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);

    private final Thread thread;

    /// Whether something did not get into the queue or was not sent, so that pages have to read anew.
    private final AtomicBoolean missed = new AtomicBoolean();

    /// Of the last notification. Owner: the thread.
    private long number;

    /// News on the way.
    ///
    /// @param topic empty = some did not fit: pages have to read anew
    /// @param user the audience, if it is one user
    /// @param permission the audience, if it is those who have a permission; its label
    /// @param data JSON
    record Carried(String topic, Optional<String> user, Optional<String> permission, String data) {
        static final String TOO_MUCH = Json.text(new Carried("", Optional.empty(), Optional.empty(), ""));

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
        String text = Json.text(Carried.of(topic, audience, data));
        if (!waiting.offer(bytes(head(Long.MAX_VALUE)) + bytes(text) < MAX_BYTES ? text : Carried.TOO_MUCH)) {
            miss();
        }
    }

    /// Lets pages read anew, with the next that is sent.
    private void miss() {
        missed.set(true);
        // Wakes the thread; without room for this there is enough to wake it.
        waiting.offer(Carried.TOO_MUCH);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private String head(long ofNumber) {
        return NEWS + self + " " + ofNumber;
    }

    private void run() {
        try {
            while (true) {
                List<String> gathered = new ArrayList<>(List.of(waiting.take()));
                waiting.drainTo(gathered);
                // To read anew once is enough, after all that is told.
                boolean tooMuch = gathered.removeIf(Carried.TOO_MUCH::equals);
                if (missed.getAndSet(false) || tooMuch) {
                    gathered.add(Carried.TOO_MUCH);
                }
                if (!send(notifications(gathered))) {
                    Thread.sleep(PAUSE);
                    miss();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end
        }
    }

    /// As few as hold all of some news, in their order.
    private List<String> notifications(List<String> news) {
        List<String> all = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int length = MAX_BYTES;
        for (String one : news) {
            int more = 1 + bytes(one);
            if (length + more > MAX_BYTES) {
                all.add(text.toString());
                text = new StringBuilder(head(++number));
                length = text.length();
            }
            text.append('\n').append(one);
            length += more;
        }
        all.add(text.toString());
        return all.subList(1, all.size());
    }

    /// @return whether they were sent
    private boolean send(List<String> notifications) {
        try {
            return work.read(transaction -> {
                store.signal(transaction, notifications);
                return true;
            });
        } catch (StoreException e) {
            LOG.log(Level.DEBUG, "pages at other nodes miss events: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "pages at other nodes miss events; this is a bug, please report it", e);
        }
        return false;
    }

    /// News of some node.
    void heard(String text) {
        String mine = NEWS + self + " ";
        int first = text.indexOf('{');
        if (text.startsWith(NEWS) && !text.startsWith(mine) && first > 0) {
            if (text.substring(first).lines().filter(line -> !deliver(line)).count() > 0) {
                events.reset();
            }
        }
    }

    /// One piece.
    ///
    /// @return false when pages have to read anew instead
    private boolean deliver(String text) {
        try {
            Carried carried = Json.read(text.getBytes(StandardCharsets.UTF_8), Carried.class);
            if (carried.topic().isEmpty()) {
                return false;
            }
            carried.audience().ifPresent(audience -> events.deliver(carried.topic(), audience, carried.data()));
            return true;
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "news of another node can't be read: {0}", e.getMessage());
            return false;
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
