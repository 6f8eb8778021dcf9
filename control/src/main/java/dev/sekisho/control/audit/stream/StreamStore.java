package dev.sekisho.control.audit.stream;

import dev.sekisho.control.store.Transaction;
import java.util.List;

/// Streams in the database: the port of [AuditStreams]. Thread-safe.
interface StreamStore {
    /// All streams by name.
    List<AuditStream> list(Transaction transaction);

    /// Adds one, or replaces all of it but what was sent.
    void save(Transaction transaction, AuditStream stream);

    /// Removes one.
    void remove(Transaction transaction, String id);

    /// Notes what was sent.
    void sent(Transaction transaction, String id, long seq);
}
