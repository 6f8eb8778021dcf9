package dev.sekisho.control.audit;

import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.Transaction;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/// The one way to the database: reads, and changes that are recorded in the same transaction. What can't be recorded
/// does not happen. Thread-safe.
public final class UnitOfWork {
    private static final System.Logger LOG = System.getLogger(UnitOfWork.class.getName());

    /// Is told what was committed, on the thread of the change, in the order of registration; it must not wait.
    @FunctionalInterface
    public interface CommitListener {
        /// Called once per transaction that changed something.
        ///
        /// @param events what happened
        /// @param records the same as recorded, in the same order
        void committed(List<ControlEvent> events, List<AuditRecord> records);
    }

    /// Is told what was recorded, in the transaction of the change, in the order of registration: what it writes
    /// holds with the change or not at all. It must not wait, and what it throws undoes the change.
    @FunctionalInterface
    public interface RecordListener {
        /// Called once per transaction that changed something; again when the transaction is run again.
        void recorded(Transaction transaction, List<AuditRecord> records);
    }

    /// More than so many are not put off.
    private static final int MAX_SOON = 10_000;

    /// What is caught up on in one transaction: others, and other nodes, write in between.
    private static final int AT_ONCE = 200;

    private record Done<T>(Change<T> change, List<AuditRecord> records) {}

    private final Database database;
    private final AuditLog log;
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    private final List<RecordListener> recorders = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<String, Consumer<Transaction>> soon = new ConcurrentHashMap<>();
    private volatile boolean gathering;

    public UnitOfWork(Database database, AuditLog log) {
        this.database = database;
        this.log = log;
    }

    /// Adds a listener. To be called before the first change.
    public void onCommit(CommitListener listener) {
        listeners.add(listener);
    }

    /// Adds a listener that takes part in changes. To be called before the first change.
    public void onRecord(RecordListener listener) {
        recorders.add(listener);
    }

    /// Reads; everything is as of one moment.
    public <T> T read(Function<Transaction, T> work) {
        return database.read(work);
    }

    /// Changes and records.
    ///
    /// @param actor who does it
    /// @param work may be run more than once when the database asks for it, each time from the start: it changes
    ///     nothing outside the transaction, and what is slow (a password hash, an answer from elsewhere) is done
    ///     before, since others wait for their turn. After a failed statement the transaction can only be given up
    /// @throws dev.sekisho.control.store.StoreException when it can't be done or recorded; then nothing holds
    public <T> T change(Actor actor, Function<Transaction, Change<T>> work) {
        Done<T> done = database.write(transaction -> {
            Change<T> change = work.apply(transaction);
            List<AuditRecord> records = log.append(transaction, actor, change.events());
            if (!records.isEmpty()) {
                recorders.forEach(listener -> listener.recorded(transaction, records));
            }
            return new Done<>(change, records);
        });
        if (!done.records().isEmpty()) {
            tell(done.change().events(), done.records());
        }
        return done.change().value();
    }

    /// Changes what nobody would look for in an audit log: the moment of a last visit, the state of a queue. The work
    /// is subject to the same rules.
    public <T> T housekeeping(Function<Transaction, T> work) {
        return database.write(work);
    }

    /// Housekeeping that may come a moment later, so that nobody waits for the disk because they were seen: after
    /// [#gather] with the next [#catchUp], together with others'; else at once. When it can't be done it is tried
    /// again, and nobody is told.
    ///
    /// @param key of what it is about: of several only the last is done
    public void soon(String key, Consumer<Transaction> housekeeping) {
        if (gathering && soon.size() < MAX_SOON) {
            soon.put(key, housekeeping);
        } else {
            write(Map.of(key, housekeeping));
        }
    }

    /// From now on somebody calls [#catchUp] again and again.
    public void gather() {
        gathering = true;
    }

    /// Does what was to be done soon.
    public void catchUp() {
        boolean done = true;
        for (Iterator<String> keys = List.copyOf(soon.keySet()).iterator(); done && keys.hasNext(); ) {
            Map<String, Consumer<Transaction>> due = new HashMap<>();
            while (due.size() < AT_ONCE && keys.hasNext()) {
                due.computeIfAbsent(keys.next(), soon::remove);
            }
            done = write(due);
            if (!done) {
                due.forEach(soon::putIfAbsent);
            }
        }
    }

    private boolean write(Map<String, Consumer<Transaction>> due) {
        try {
            return database.write(transaction -> {
                due.values().forEach(housekeeping -> housekeeping.accept(transaction));
                return true;
            });
        } catch (StoreException e) {
            LOG.log(Level.DEBUG, "not noted: {0}", e.getMessage());
            return false;
        }
    }

    private void tell(List<ControlEvent> events, List<AuditRecord> records) {
        for (CommitListener listener : listeners) {
            try {
                listener.committed(events, records);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a change was made, but not told on", e);
            }
        }
    }
}
