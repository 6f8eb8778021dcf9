package dev.sekisho.control.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.merkle.CompactRange;
import dev.sekisho.control.merkle.Proofs;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.store.Transaction;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// An export holds a batch of records, however many there are.
@Tag("U01")
class AuditExportTest {
    private static final int RECORDS = 1_000_000;
    private static final int BATCH = 5_000;

    private long read;
    private long written;
    private long most;

    /// A log of a million records, each made when it is asked for.
    private final class Endless implements AuditStore {
        @Override
        public List<AuditRecord> records(Transaction transaction, long after, int limit) {
            List<AuditRecord> records = new ArrayList<>(limit);
            for (long seq = after + 1; seq <= Math.min(RECORDS, after + limit); seq++) {
                records.add(new AuditRecord(
                        seq,
                        Instant.ofEpochSecond(seq),
                        Actor.SYSTEM,
                        "user.changed",
                        "anna",
                        "{\"user\":\"anna\"}",
                        ""));
            }
            read += records.size();
            most = Math.max(most, read - written);
            return records;
        }

        @Override
        public List<SignedCheckpoint> checkpoints(Transaction transaction, long after, int limit) {
            return List.of();
        }

        @Override
        public Optional<SignedCheckpoint> lastCheckpoint(Transaction transaction) {
            return Optional.empty();
        }

        @Override
        public CompactRange tree(Transaction transaction) {
            return CompactRange.empty();
        }

        @Override
        public Page<AuditRecord> search(Transaction transaction, AuditQuery query, Page.Request page) {
            throw new AssertionError("an export does not search");
        }

        @Override
        public Proofs.Nodes nodes(Transaction transaction) {
            throw new AssertionError("an export proves nothing");
        }

        @Override
        public Page<SignedCheckpoint> checkpoints(
                Transaction transaction, Optional<Instant> from, Optional<Instant> to, Page.Request page) {
            throw new AssertionError("an export goes through all checkpoints");
        }

        @Override
        public void removeCheckpoints(Transaction transaction) {
            throw new AssertionError("an export removes nothing");
        }

        @Override
        public void add(Transaction transaction, SignedCheckpoint checkpoint) {
            throw new AssertionError("nothing is signed here");
        }
    }

    /// Counts lines and keeps nothing.
    private final class Lines extends OutputStream {
        @Override
        public void write(int b) {
            if (b == '\n') {
                written++;
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                write(bytes[i]);
            }
        }
    }

    @Test
    void noMoreThanABatchIsBetweenDatabaseAndReader() throws IOException {
        try (TestDatabase home = TestDatabases.sqlite();
                Database database = home.open()) {
            InstantSource clock = InstantSource.system();
            UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(clock));
            AuditStore store = new Endless();
            Checkpoints checkpoints = Checkpoints.open(work, store, clock, home.directory());
            new Audits(work, store, checkpoints).export(RECORDS, new Lines());
        }
        assertThat(written).as("a header and the records").isEqualTo(RECORDS + 1L);
        assertThat(most).as("records read and not written").isLessThanOrEqualTo(BATCH);
    }
}
