package dev.sekisho.control.audit;

import dev.sekisho.control.store.Transaction;
import java.util.List;

/// Where records are appended: the port that [UnitOfWork] writes to. Thread-safe.
public interface AuditLog {
    /// Appends events to the log, in the transaction of the change.
    ///
    /// @return the records, in order
    List<AuditRecord> append(Transaction transaction, Actor actor, List<ControlEvent> events);
}
