package dev.sekisho.control.node;

import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.SignalListener;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.Transaction;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Notices what other nodes change: at once when they tell, within a second when that is lost. Thread-safe; works on
/// a thread of its own, and its owner closes it.
///
/// The number of the last audit record is the counter of changes, so nothing that is recorded can be missed. What
/// this node has recorded itself is told from the rest by its hash.
public final class Follower implements UnitOfWork.RecordListener, SignalListener, AutoCloseable {
    /// What a node tells with a change, before its identity.
    static final String CHANGE = "change ";

    private static final System.Logger LOG = System.getLogger(Follower.class.getName());
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int BATCH = 1000;

    /// Records of our own that are not seen yet; more than any second brings.
    private static final int MAX_OWN = 100_000;

    private static final long JOIN_MILLIS = 5_000;

    private final UnitOfWork work;
    private final NodeStore store;
    private final String self;
    private final NewsRelay relay;
    private final List<Consumer<List<NodeStore.Step>>> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();

    // Guarded by the lock.
    private final SequencedSet<String> own = new LinkedHashSet<>();
    private boolean told;
    private boolean closed;

    /// The number of the last record that was looked at. Owner: the thread.
    private long seen;

    private Follower(UnitOfWork work, NodeStore store, String self, NewsRelay relay) {
        this.work = work;
        this.store = store;
        this.self = self;
        this.relay = relay;
        this.seen = work.read(store::last);
        this.thread = Thread.ofPlatform().name("follower").daemon().unstarted(this::run);
    }

    /// Watches from now on; to be called before anything is read that must follow. Nobody is told before [#start].
    ///
    /// @param self this node's identity
    /// @param relay is handed the news of other nodes
    public static Follower of(UnitOfWork work, NodeStore store, String self, NewsRelay relay) {
        Follower follower = new Follower(work, store, self, relay);
        work.onRecord(follower);
        return follower;
    }

    /// Adds somebody who is told what other nodes have recorded; it must not wait.
    public void onChange(Consumer<List<NodeStore.Step>> listener) {
        listeners.add(listener);
    }

    /// Begins to tell.
    public void start() {
        thread.start();
    }

    @Override
    public void recorded(Transaction transaction, List<AuditRecord> records) {
        lock.lock();
        try {
            records.forEach(record -> own.add(record.hash()));
            while (own.size() > MAX_OWN) {
                own.removeFirst();
            }
        } finally {
            lock.unlock();
        }
        store.signal(transaction, List.of(CHANGE + self));
    }

    @Override
    public void heard(String text) {
        if (text.startsWith(CHANGE)) {
            if (!text.equals(CHANGE + self)) {
                look();
            }
        } else {
            relay.heard(text);
        }
    }

    @Override
    public void gap() {
        look();
        relay.gap();
    }

    private void look() {
        lock.lock();
        try {
            told = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        boolean failing = false;
        while (await()) {
            try {
                catchUp();
                failing = false;
            } catch (StoreException e) {
                LOG.log(failing ? Level.DEBUG : Level.WARNING, "other nodes are not followed: {0}", e.getMessage());
                failing = true;
            } catch (RuntimeException e) {
                LOG.log(failing ? Level.DEBUG : Level.ERROR, "other nodes are not followed", e);
                failing = true;
            }
        }
    }

    /// @return false at the end
    private boolean await() {
        lock.lock();
        try {
            long left = POLL.toNanos();
            while (!closed && !told && left > 0) {
                left = wake.awaitNanos(left);
            }
            told = false;
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Looks at all records since the last time.
    private void catchUp() {
        List<NodeStore.Step> steps;
        do {
            long from = seen;
            steps = work.read(transaction -> store.steps(transaction, from, BATCH));
            List<NodeStore.Step> foreign = foreign(steps);
            if (!foreign.isEmpty()) {
                listeners.forEach(listener -> listener.accept(foreign));
            }
            if (!steps.isEmpty()) {
                seen = steps.getLast().seq();
            }
        } while (steps.size() == BATCH);
    }

    private List<NodeStore.Step> foreign(List<NodeStore.Step> steps) {
        lock.lock();
        try {
            return steps.stream().filter(step -> !own.remove(step.hash())).toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
