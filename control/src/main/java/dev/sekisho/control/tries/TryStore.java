package dev.sekisho.control.tries;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.Optional;

/// Where tries are counted. All methods work in the caller's transaction.
public interface TryStore {
    /// How many tries there are since `since` and when the last one was.
    Count count(Transaction transaction, String subject, Instant since);

    /// Counts one more.
    ///
    /// @param slot the number of the try; taken already = a conflict
    void insert(Transaction transaction, String subject, long slot, Instant at);

    /// Forgets the tries of a subject.
    void clear(Transaction transaction, String subject);

    /// Forgets tries before a moment.
    ///
    /// @param prefix of the subjects
    int forget(Transaction transaction, String prefix, Instant before);

    /// Tries of one subject.
    ///
    /// @param count how many since the moment that was asked for
    /// @param lastSlot the number of the last one, 0 = there is none
    /// @param lastAt when that was
    record Count(long count, long lastSlot, Optional<Instant> lastAt) {}
}
