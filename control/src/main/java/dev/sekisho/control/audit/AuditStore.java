package dev.sekisho.control.audit;

import dev.sekisho.control.merkle.CompactRange;
import dev.sekisho.control.merkle.Proofs;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is read of the audit log: the port of [Audits] and [Checkpoints]. Thread-safe.
public interface AuditStore {
    /// Records that match, the newest first.
    Page<AuditRecord> search(Transaction transaction, AuditQuery query, Page.Request page);

    /// Records in order.
    ///
    /// @param after the number of the one before the first
    List<AuditRecord> records(Transaction transaction, long after, int limit);

    /// The tree as it is.
    CompactRange tree(Transaction transaction);

    /// Hashes of complete subtrees.
    ///
    /// @throws IllegalStateException by its method, when the log lacks what they need
    Proofs.Nodes nodes(Transaction transaction);

    /// The signed checkpoint of the greatest size, if there is one.
    Optional<SignedCheckpoint> lastCheckpoint(Transaction transaction);

    /// Signed checkpoints, the newest first.
    Page<SignedCheckpoint> checkpoints(
            Transaction transaction, Optional<Instant> from, Optional<Instant> to, Page.Request page);

    /// Signed checkpoints in order.
    ///
    /// @param after the size of the one before the first
    List<SignedCheckpoint> checkpoints(Transaction transaction, long after, int limit);

    /// Removes all checkpoints.
    void removeCheckpoints(Transaction transaction);

    /// Keeps a checkpoint.
    void add(Transaction transaction, SignedCheckpoint checkpoint);
}
