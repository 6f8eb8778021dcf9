package dev.sekisho.control.login;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.Optional;

/// Where command lines that wait are kept. All methods work in the caller's transaction.
public interface DeviceCodeStore {
    /// Adds one and forgets those that are over.
    void insert(Transaction transaction, DeviceCode code, byte[] secretHash, Instant now);

    /// One by its secret.
    Optional<DeviceCode> byHash(Transaction transaction, byte[] secretHash);

    /// One that still waits, by what a person types.
    Optional<DeviceCode> waiting(Transaction transaction, String userCode, Instant now);

    /// Decides.
    ///
    /// @return false when it was decided already
    boolean decide(Transaction transaction, String id, String userId, DeviceCode.State state);

    /// Takes one away: it is there once.
    boolean delete(Transaction transaction, String id);
}
