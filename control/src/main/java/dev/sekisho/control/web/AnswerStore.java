package dev.sekisho.control.web;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.Optional;

/// Where answers to requests with an `Idempotency-Key` are kept. Thread-safe.
public interface AnswerStore {
    /// What is known of a key.
    ///
    /// @param requestHash of the request that came with it first
    /// @param answer what it was answered, encrypted; empty while it is under way
    /// @param at when it came
    record Known(String requestHash, Optional<byte[]> answer, Instant at) {}

    /// What is known of a key, by its hash.
    Optional<Known> find(Transaction transaction, String id);

    /// Takes a key.
    ///
    /// @throws dev.sekisho.control.store.StoreException with kind CONFLICT when somebody else has just taken it
    void claim(Transaction transaction, String id, String requestHash, Instant now);

    /// Keeps the answer of a taken key.
    void keep(Transaction transaction, String id, byte[] answer);

    /// Forgets a key.
    void forget(Transaction transaction, String id);

    /// Forgets what came before a moment.
    void forgetBefore(Transaction transaction, Instant moment);
}
