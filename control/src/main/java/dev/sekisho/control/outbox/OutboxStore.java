package dev.sekisho.control.outbox;

import dev.sekisho.control.outbox.Delivery.State;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where messages wait. Thread-safe.
public interface OutboxStore {
    /// Keeps a new message.
    ///
    /// @param sealed its fields
    void insert(Transaction transaction, Delivery delivery, byte[] sealed);

    /// The queued ones whose time has come, the oldest first.
    List<Delivery> due(Transaction transaction, Instant now, int limit);

    /// Takes one for sending: nobody else gets it before `until`.
    ///
    /// @return false when somebody else has it
    boolean claim(Transaction transaction, Delivery delivery, Instant until);

    /// The sealed fields of one.
    Optional<byte[]> message(Transaction transaction, String id);

    /// Notes how an attempt ended.
    void note(Transaction transaction, String id, State state, Instant nextAt, Optional<Instant> endedAt, String error);

    /// One by its identity.
    Optional<Delivery> find(Transaction transaction, String id);

    /// The newest first.
    Page<Delivery> list(Transaction transaction, Optional<State> state, Page.Request page);

    /// How many wait.
    long countQueued(Transaction transaction);

    /// When the next one is due.
    Optional<Instant> nextDue(Transaction transaction);

    /// Forgets what ended before a moment.
    int prune(Transaction transaction, Instant before);
}
