package dev.sekisho.control.secret;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Key-encryption keys and sealed columns in the database: the port of [Vault] and [KeyRotation]. Thread-safe.
interface KeyStore {
    /// A key as it is kept.
    ///
    /// @param version counts from 1
    /// @param wrapped by the installation's key
    record Wrapped(int version, Sealed wrapped, Instant createdAt) {}

    /// All keys, the oldest first; one unless a rotation is under way.
    List<Wrapped> keys(Transaction transaction);

    /// Keeps a key.
    void add(Transaction transaction, Wrapped key);

    /// Destroys all keys but the one of that version.
    void removeOthers(Transaction transaction, int version);

    /// A sealed value.
    ///
    /// @param row its identity
    record Value(String row, Sealed sealed) {}

    /// Some sealed values of a column, by row; those that are null are left out.
    ///
    /// @param after the row before the first one
    List<Value> values(Transaction transaction, SealedColumn column, Optional<String> after);

    /// Replaces a sealed value.
    void replace(Transaction transaction, SealedColumn column, Value value);
}
