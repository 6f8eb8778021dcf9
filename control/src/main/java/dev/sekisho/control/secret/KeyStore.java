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

    /// Which installation's key wraps them.
    ///
    /// @param mark its [InstallationKey#mark]
    /// @param previous that of the one before
    /// @param changedAt when it took the place of that one, or was first used
    /// @param handOver the key itself, wrapped by the one before, as long as other nodes may lack it
    record Installed(String mark, Optional<String> previous, Instant changedAt, Optional<Sealed> handOver) {}

    /// All keys, the oldest first; one unless a rotation is under way.
    List<Wrapped> keys(Transaction transaction);

    /// Keeps a key.
    void add(Transaction transaction, Wrapped key);

    /// Replaces a key by the same key, wrapped anew.
    void rewrap(Transaction transaction, Wrapped key);

    /// Destroys all keys but the one of that version.
    void removeOthers(Transaction transaction, int version);

    /// Which installation's key it is; empty in a database from before this was kept.
    Optional<Installed> installed(Transaction transaction);

    /// Says which one it is.
    void install(Transaction transaction, Installed installed);

    /// Forgets the key that was handed over.
    void endHandOver(Transaction transaction);

    /// Whether other nodes may have opened the database, too.
    boolean isShared(Transaction transaction);

    /// A sealed value.
    ///
    /// @param row its identity
    record Value(String row, Sealed sealed) {}

    /// Some sealed values of a column, by row; those that are null or lost are left out.
    ///
    /// @param after the row before the first one
    List<Value> values(Transaction transaction, SealedColumn column, Optional<String> after);

    /// Replaces a sealed value.
    void replace(Transaction transaction, SealedColumn column, Value value);

    /// Marks all values of a column as lost, as the column says.
    ///
    /// @return how many
    int lose(Transaction transaction, SealedColumn column);
}
