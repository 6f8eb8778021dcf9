package dev.sekisho.control.secret;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.SecretEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Transaction;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Changes the key-encryption key, which wraps the data keys of all sealed values, while everything goes on.
/// Thread-safe; one node at a time does it. The installation's key, which wraps the key-encryption key, is changed by
/// [InstallationKeys], which begins one of these.
///
/// 1. A new key is kept beside the old one and is used for what is sealed from then on.
/// 2. All sealed values are wrapped anew, in batches. Killed, it goes on with the next call, since what was done shows.
/// 3. When nobody can be writing with the old key any more, one transaction looks again, wraps what came late, and
///    destroys the old key.
public final class KeyRotation {
    /// How long somebody may take to write what they sealed with the old key: longer than any transaction, and than
    /// other nodes take to learn of the new key.
    public static final Duration GRACE = Duration.ofSeconds(30);

    private static final System.Logger LOG = System.getLogger(KeyRotation.class.getName());

    private final UnitOfWork work;
    private final Vault vault;
    private final List<SealedColumn> columns;
    private final InstantSource clock;
    private final KeyStore store = new JdbcKeyStore();

    /// @param columns of all features; one that is missing loses its values
    public KeyRotation(UnitOfWork work, Vault vault, List<SealedColumn> columns, InstantSource clock) {
        this.work = work;
        this.vault = vault;
        this.columns = List.copyOf(columns);
        this.clock = clock;
    }

    /// How far it is.
    public enum State {
        /// Nothing is to do.
        DONE,
        /// All is wrapped anew; the old key waits for the end of the grace time.
        WAITING
    }

    /// Begins a rotation, or finds one under way.
    ///
    /// @return the version of the new key
    public synchronized int begin(Actor actor) {
        vault.refresh();
        int version = work.change(actor, transaction -> {
            List<KeyStore.Wrapped> keys = store.keys(transaction);
            if (keys.size() > 1) {
                return Change.none(keys.getLast().version());
            }
            KeyStore.Wrapped next = vault.nextKey(transaction);
            store.add(transaction, next);
            return Change.of(
                    next.version(),
                    new SecretEvent.KeyRotationStarted(keys.getLast().version(), next.version()));
        });
        vault.refresh();
        return version;
    }

    /// Does what can be done now. To be called at the start and every few seconds until it is done.
    public synchronized State advance(Actor actor) {
        vault.refresh();
        List<KeyStore.Wrapped> keys = work.read(store::keys);
        if (keys.size() == 1) {
            return State.DONE;
        }
        Instant since = keys.getLast().createdAt();
        for (SealedColumn column : columns) {
            Optional<String> after = Optional.empty();
            do {
                Optional<String> from = after;
                after = work.housekeeping(transaction -> rewrap(transaction, column, from));
            } while (after.isPresent());
        }
        if (clock.instant().isBefore(since.plus(GRACE))) {
            return State.WAITING;
        }
        boolean done = work.change(actor, transaction -> {
            // Another node may have ended this rotation meanwhile, and begun the next.
            if (!versions(store.keys(transaction)).equals(versions(keys))) {
                return Change.none(false);
            }
            for (SealedColumn column : columns) {
                Optional<String> after = rewrap(transaction, column, Optional.empty());
                while (after.isPresent()) {
                    after = rewrap(transaction, column, after);
                }
            }
            store.removeOthers(transaction, keys.getLast().version());
            store.endHandOver(transaction);
            return Change.of(
                    true, new SecretEvent.KeyRotationFinished(keys.getLast().version()));
        });
        vault.refresh();
        return done ? State.DONE : State.WAITING;
    }

    private static List<Integer> versions(List<KeyStore.Wrapped> keys) {
        return keys.stream().map(KeyStore.Wrapped::version).toList();
    }

    /// Wraps one batch.
    ///
    /// @return its last row; empty behind the last batch
    private Optional<String> rewrap(Transaction transaction, SealedColumn column, Optional<String> after) {
        List<KeyStore.Value> values = store.values(transaction, column, after);
        for (KeyStore.Value value : values) {
            if (vault.isLost(value.sealed())) {
                LOG.log(
                        Level.ERROR,
                        "the sealed {0}.{1} of row {2} can''t be opened by anybody: its key is gone; set it again",
                        column.table(),
                        column.column(),
                        value.row());
            } else if (!vault.isCurrent(value.sealed())) {
                Sealed anew = vault.rewrap(column.scope(value.row()), value.sealed());
                store.replace(transaction, column, new KeyStore.Value(value.row(), anew));
            }
        }
        return values.isEmpty()
                ? Optional.empty()
                : Optional.of(values.getLast().row());
    }
}
