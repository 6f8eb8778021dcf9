package dev.sekisho.control.audit;

import dev.sekisho.control.merkle.Checkpoint;
import dev.sekisho.control.merkle.CompactRange;
import dev.sekisho.control.merkle.Proofs;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The audit log as auditors use it: search, proofs, check, export. Thread-safe.
public final class Audits {
    /// Records that are read at once.
    private static final int BATCH = 5000;

    private static final HexFormat HEX = HexFormat.of();

    private final UnitOfWork work;
    private final AuditStore store;
    private final Checkpoints checkpoints;

    public Audits(UnitOfWork work, AuditStore store, Checkpoints checkpoints) {
        this.work = work;
        this.store = store;
        this.checkpoints = checkpoints;
    }

    /// That a record is in the log.
    ///
    /// @param seq of the record; its index in the tree is one less
    /// @param size of the tree
    /// @param leaf the record's hash
    /// @param path hashes from the leaf's sibling upwards
    /// @param root of the tree
    /// @param checkpoint the signed note of that tree
    public record Inclusion(long seq, long size, String leaf, List<String> path, String root, String checkpoint) {
        public Inclusion {
            path = List.copyOf(path);
        }
    }

    /// That the log was only appended to.
    ///
    /// @param path as RFC 9162 section 2.1.4 has it
    public record Consistency(long first, long second, List<String> path) {
        public Consistency {
            path = List.copyOf(path);
        }
    }

    /// What the log is now, signed.
    ///
    /// @param records in the log; some may have come after the checkpoint
    /// @param checkpoint the newest; empty while nothing was recorded
    /// @param key the public key, for [dev.sekisho.control.merkle.NoteKey#parse]
    /// @param contradiction why the log is not signed any more, if it is not
    public record Newest(
            long records, Optional<SignedCheckpoint> checkpoint, String key, Optional<String> contradiction) {}

    /// Is told how far a check is, on the thread that checks.
    @FunctionalInterface
    public interface Progress {
        /// So many of all records were read.
        void at(long records, long of);
    }

    /// Records that match, the newest first.
    public Page<AuditRecord> search(AuditQuery query, Page.Request page) {
        return work.read(transaction -> store.search(transaction, query, page));
    }

    /// Signed checkpoints, the newest first.
    ///
    /// @param from signed then or later
    /// @param to signed before
    public Page<SignedCheckpoint> checkpoints(Optional<Instant> from, Optional<Instant> to, Page.Request page) {
        return work.read(transaction -> store.checkpoints(transaction, from, to, page));
    }

    /// What the log is now, signed if that was not done yet.
    public Newest newest() {
        Optional<String> contradiction = checkpoints.contradiction();
        Optional<SignedCheckpoint> newest =
                contradiction.isPresent() ? work.read(store::lastCheckpoint) : checkpoints.sign();
        long records = work.read(transaction -> store.tree(transaction).size());
        return new Newest(records, newest, checkpoints.key().text(), contradiction);
    }

    /// Proves that a record is in the log, against the newest checkpoint; signs one when the record is newer.
    ///
    /// @return empty when there is no such record, or the log is not signed any more
    public Optional<Inclusion> inclusion(long seq) {
        Optional<SignedCheckpoint> last = work.read(store::lastCheckpoint).filter(one -> one.size() >= seq);
        Optional<SignedCheckpoint> covering =
                last.isPresent() ? last : checkpoints.sign().filter(one -> one.size() >= seq);
        if (seq < 1) {
            return Optional.empty();
        }
        return covering.map(note -> work.read(transaction -> {
            Checkpoint checkpoint = checkpoints.key().open(note.note());
            Proofs.Nodes nodes = store.nodes(transaction);
            return new Inclusion(
                    seq,
                    checkpoint.size(),
                    HEX.formatHex(nodes.node(0, seq - 1)),
                    hex(new Proofs(nodes).inclusion(seq - 1, checkpoint.size())),
                    checkpoint.root(),
                    note.note());
        }));
    }

    /// Proves that the log of one size begins with the log of another.
    ///
    /// @throws IllegalArgumentException when there are no such sizes
    public Consistency consistency(long first, long second) {
        return work.read(transaction -> {
            long size = store.tree(transaction).size();
            if (second > size) {
                throw new IllegalArgumentException("the log has " + size + " records");
            }
            return new Consistency(first, second, hex(new Proofs(store.nodes(transaction)).consistency(first, second)));
        });
    }

    private static List<String> hex(List<byte[]> path) {
        return path.stream().map(HEX::formatHex).toList();
    }

    /// Checks the whole log: every record against its hash, every checkpoint, the kept inner hashes, and the
    /// checkpoint beside the database.
    public AuditVerifier.Report verify() {
        return verify((_, _) -> {});
    }

    /// The same, and says how far it is after each batch of records.
    public AuditVerifier.Report verify(Progress progress) {
        AuditVerifier verifier = new AuditVerifier(checkpoints.key(), Optional.empty());
        checkpoints.contradiction().ifPresent(verifier::problem);
        long size = work.read(transaction -> store.tree(transaction).size());
        walk(0, size, progress, new Walker() {
            @Override
            public void record(AuditRecord record) {
                String place = "record " + record.seq();
                byte[] leaf = verifier.record(record.line(), record.seq(), place);
                if (!HEX.formatHex(leaf).equals(record.hash())) {
                    verifier.problem(place + " was changed: its hash is another");
                }
            }

            @Override
            public void checkpoint(SignedCheckpoint checkpoint) {
                verifier.checkpoint(checkpoint.note(), "checkpoint " + checkpoint.size());
            }
        });
        work.read(transaction -> {
            compareKept(transaction, size, verifier);
            return size;
        });
        return verifier.report();
    }

    private void compareKept(Transaction transaction, long size, AuditVerifier verifier) {
        if (verifier.tree().size() != size) {
            verifier.problem("the log counts " + size + " records, but "
                    + verifier.tree().size() + " are there");
            return;
        }
        try {
            String kept = new Proofs(store.nodes(transaction)).root(size);
            CompactRange head = store.tree(transaction);
            if (!kept.equals(verifier.tree().rootText())
                    || (head.size() == size && !head.rootText().equals(kept))) {
                verifier.problem("the hashes that are kept beside the records are not theirs");
            }
        } catch (IllegalStateException e) {
            verifier.problem(String.valueOf(e.getMessage()));
        }
    }

    private interface Walker {
        void record(AuditRecord record);

        void checkpoint(SignedCheckpoint checkpoint);
    }

    /// Records and checkpoints in order, each checkpoint after its last record; in batches, so that nothing is held
    /// up.
    private void walk(long after, long size, Progress progress, Walker walker) {
        List<SignedCheckpoint> notes = work.read(transaction -> store.checkpoints(transaction, after, BATCH));
        int note = 0;
        long done = after;
        while (true) {
            while (note < notes.size() && notes.get(note).size() <= done) {
                walker.checkpoint(notes.get(note));
                note++;
                if (note == notes.size()) {
                    long last = notes.getLast().size();
                    notes = work.read(transaction -> store.checkpoints(transaction, last, BATCH));
                    note = 0;
                }
            }
            if (done >= size) {
                break;
            }
            long from = done;
            long wanted = Math.min(
                    BATCH, (note < notes.size() ? Math.min(size, notes.get(note).size()) : size) - from);
            List<AuditRecord> records = work.read(transaction -> store.records(transaction, from, (int) wanted));
            if (records.isEmpty()) {
                break;
            }
            records.stream().filter(one -> one.seq() <= size).forEach(walker::record);
            done = records.getLast().seq();
            progress.at(Math.min(done, size), size);
        }
        for (SignedCheckpoint left : notes.subList(note, notes.size())) {
            if (left.size() <= size) {
                walker.checkpoint(left);
            }
        }
    }

    /// Writes the log from its beginning as lines for [AuditVerifier], ended by a checkpoint of now.
    ///
    /// @param actor who exports, which is recorded first
    /// @return the number of the last record
    /// @throws IOException when it can't be written
    public long export(Actor actor, OutputStream out) throws IOException {
        long size = beginExport(actor);
        export(size, out);
        return size;
    }

    /// Records that somebody exports the log, and signs it.
    ///
    /// @return the number of the last record to export
    public long beginExport(Actor actor) {
        work.change(actor, transaction -> {
            long last = store.tree(transaction).size() + 1;
            return Change.of(last, new AuditEvent.Exported(1, last));
        });
        checkpoints.sign();
        return work.read(store::lastCheckpoint).map(SignedCheckpoint::size).orElse(0L);
    }

    /// Writes the log up to a record; holds a batch of it at a time, and nothing of the database while it writes.
    ///
    /// @param size of [#beginExport]
    /// @throws IOException when it can't be written
    public void export(long size, OutputStream out) throws IOException {
        out.write(line(header(CompactRange.empty())));
        try {
            walk(0, size, (_, _) -> {}, new Writer(out));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        out.flush();
    }

    private String header(CompactRange before) {
        StringBuilder head = new StringBuilder("{\"sekishoAudit\":1,\"key\":");
        AuditLine.quote(head, checkpoints.key().text());
        head.append(",\"after\":").append(before.size()).append(",\"peaks\":");
        AuditLine.quote(head, Base64.getEncoder().encodeToString(before.bytes()));
        return head.append('}').toString();
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private record Writer(OutputStream out) implements Walker {
        @Override
        public void record(AuditRecord record) {
            write(record.line());
        }

        @Override
        public void checkpoint(SignedCheckpoint checkpoint) {
            write(checkpoint.line().getBytes(StandardCharsets.US_ASCII));
        }

        private void write(byte[] line) {
            try {
                out.write(line);
                out.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
