package dev.sekisho.control.audit;

import dev.sekisho.control.merkle.Checkpoint;
import dev.sekisho.control.merkle.CompactRange;
import dev.sekisho.control.merkle.NoteKey;
import dev.sekisho.control.merkle.NoteSigner;
import dev.sekisho.control.merkle.Proofs;
import dev.sekisho.control.state.OwnerFile;
import dev.sekisho.control.state.StateException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Signs what the audit log is, every 1,000 records or 60 seconds, and keeps the newest checkpoint beside the
/// database too: a database that was put back or rewritten contradicts it, and is not signed again. Thread-safe.
public final class Checkpoints {
    /// Records after which one is due.
    public static final int EVERY_RECORDS = 1000;

    /// Time after which one is due when there are new records.
    public static final Duration EVERY = Duration.ofSeconds(60);

    private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());
    private static final String KEY_FILE = "audit.key";
    private static final int BATCH = 1000;
    private static final String WAY_ON =
            "; if it is lost for good: sekisho secret reset lets another one sign from then on (docs/secrets.md)";
    private static final String WITNESS_FILE = "audit.checkpoint";
    private static final String LOG_NAME = "sekisho.audit";

    private final UnitOfWork work;
    private final AuditStore store;
    private final InstantSource clock;
    private final NoteSigner signer;
    private final Path witnessFile;
    private final List<Consumer<SignedCheckpoint>> listeners = new CopyOnWriteArrayList<>();

    /// Records since the last one, as far as this node knows; a hint, the database decides.
    private final AtomicLong unsigned = new AtomicLong();

    private Instant next;

    private Checkpoints(UnitOfWork work, AuditStore store, InstantSource clock, Path directory, NoteSigner signer) {
        this.work = work;
        this.store = store;
        this.clock = clock;
        this.signer = signer;
        this.witnessFile = directory.resolve(WITNESS_FILE);
        this.next = clock.instant();
        work.onCommit((_, records) -> unsigned.addAndGet(records.size()));
    }

    /// Reads the key in a state directory, or makes it at the first start.
    ///
    /// @throws StateException when the key is open to others or damaged, or the log was signed with another
    public static Checkpoints open(UnitOfWork work, AuditStore store, InstantSource clock, Path directory) {
        Path file = directory.resolve(KEY_FILE);
        Optional<byte[]> kept = OwnerFile.read(file);
        NoteSigner signer;
        if (kept.isPresent()) {
            try {
                signer = NoteSigner.of(kept.get());
            } catch (IllegalArgumentException e) {
                throw new StateException(
                        file + ": " + e.getMessage() + ": restore it from a backup; without one, move it away: then it"
                                + " is a lost key" + WAY_ON,
                        e);
            }
        } else {
            if (work.read(store::lastCheckpoint).isPresent()) {
                throw new StateException(file + " is missing, but the audit log is signed with it: restore it from a"
                        + " backup, or copy it from another node" + WAY_ON);
            }
            signer = NoteSigner.create(LOG_NAME);
            OwnerFile.write(file, signer.bytes());
        }
        return new Checkpoints(work, store, clock, directory, signer);
    }

    /// Lets another key go on where the one that signed the log is lost, which [#open] makes then. The checkpoints of
    /// the lost one can be checked by whoever has its public key: they go into a file beside the database, and the
    /// witness gets another name. While no server runs. Cut off at any moment, it is done by the next call.
    ///
    /// @return that file; empty when the key is not lost
    public static Optional<Path> replaceLostKey(UnitOfWork work, AuditStore store, Path directory) {
        Optional<SignedCheckpoint> newest = work.read(store::lastCheckpoint);
        if (newest.isEmpty() || OwnerFile.read(directory.resolve(KEY_FILE)).isPresent()) {
            return Optional.empty();
        }
        long size = newest.get().size();
        Path aside = directory.resolve("audit.checkpoints.before-" + size);
        AtomicInteger count = new AtomicInteger();
        OwnerFile.write(aside, out -> count.set(copy(work, store, out)));
        Path witness = directory.resolve(WITNESS_FILE);
        if (Files.exists(witness)) {
            OwnerFile.replace(witness, directory.resolve(WITNESS_FILE + ".before-" + size));
        }
        work.change(Actor.ROOT, transaction -> {
            store.removeCheckpoints(transaction);
            return Change.of(true, new AuditEvent.SigningKeyLost(count.get()));
        });
        return Optional.of(aside);
    }

    /// Writes all checkpoints, a line each. They are as many as minutes in which something was recorded: too many to
    /// be held at once.
    ///
    /// @return how many
    private static int copy(UnitOfWork work, AuditStore store, OutputStream out) throws IOException {
        int count = 0;
        long after = 0;
        while (true) {
            long last = after;
            List<SignedCheckpoint> some = work.read(transaction -> store.checkpoints(transaction, last, BATCH));
            for (SignedCheckpoint checkpoint : some) {
                out.write((checkpoint.line() + "\n").getBytes(StandardCharsets.UTF_8));
            }
            count += some.size();
            if (some.size() < BATCH) {
                return count;
            }
            after = some.getLast().size();
        }
    }

    /// The public key, to be kept elsewhere by whoever verifies.
    public NoteKey key() {
        return signer.key();
    }

    /// Is told each new checkpoint, on the thread that signs; it must not wait.
    public void onCheckpoint(Consumer<SignedCheckpoint> listener) {
        listeners.add(listener);
    }

    /// Signs if it is time to. To be called every second or so.
    public synchronized void tick() {
        Instant now = clock.instant();
        if (unsigned.get() >= EVERY_RECORDS || !now.isBefore(next)) {
            sign();
        }
    }

    /// Signs what the log is now, unless that was done already.
    ///
    /// @return the newest checkpoint; empty when the log is empty or contradicts the one that is kept
    public synchronized Optional<SignedCheckpoint> sign() {
        next = clock.instant().plus(EVERY);
        Optional<String> contradiction = contradiction();
        if (contradiction.isPresent()) {
            LOG.log(Level.ERROR, "the audit log is not signed: {0}", contradiction.get());
            return Optional.empty();
        }
        long counted = unsigned.get();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        record Signed(Optional<SignedCheckpoint> checkpoint, boolean isNew) {}
        Signed signed = work.housekeeping(transaction -> {
            CompactRange tree = store.tree(transaction);
            Optional<SignedCheckpoint> last = store.lastCheckpoint(transaction);
            if (tree.size() == 0
                    || last.filter(one -> one.size() == tree.size()).isPresent()) {
                return new Signed(last, false);
            }
            Checkpoint checkpoint = new Checkpoint(signer.key().name(), tree.size(), tree.rootText(), now);
            SignedCheckpoint note = new SignedCheckpoint(tree.size(), now, signer.sign(checkpoint));
            store.add(transaction, note);
            return new Signed(Optional.of(note), true);
        });
        unsigned.addAndGet(-counted);
        signed.checkpoint().ifPresent(checkpoint -> {
            OwnerFile.write(witnessFile, checkpoint.note().getBytes(StandardCharsets.UTF_8));
            if (signed.isNew()) {
                listeners.forEach(listener -> listener.accept(checkpoint));
            }
        });
        return signed.checkpoint();
    }

    /// The newest checkpoint that is kept beside the database.
    ///
    /// @throws StateException when it can't be read
    public Optional<Checkpoint> witness() {
        return OwnerFile.read(witnessFile).map(bytes -> {
            try {
                return signer.key().open(new String(bytes, StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw new StateException(witnessFile + ": " + e.getMessage(), e);
            }
        });
    }

    /// Whether the log is no continuation of the checkpoint that is kept beside it. To be asked at the start, too.
    ///
    /// @return a sentence, if it is none
    public Optional<String> contradiction() {
        Optional<Checkpoint> kept;
        try {
            kept = witness();
        } catch (StateException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        return kept.flatMap(witness -> work.read(transaction -> {
            long size = store.tree(transaction).size();
            if (size < witness.size()) {
                return Optional.of("the database has " + size + " audit records, but " + witness.size()
                        + " were signed: it was put back to an older state, or records were removed");
            }
            try {
                String root = new Proofs(store.nodes(transaction)).root(witness.size());
                return root.equals(witness.root())
                        ? Optional.empty()
                        : Optional.of("the first " + witness.size()
                                + " audit records are not those that were signed: some were changed");
            } catch (IllegalStateException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }));
    }
}
