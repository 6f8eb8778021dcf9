package dev.sekisho.control.push;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where subscriptions and the server's push key are kept. Thread-safe.
public interface PushStore {
    /// Turns keys into what is kept and back.
    interface Seal {
        /// Seals.
        byte[] seal(String id, PushSubscription.Keys keys);

        /// Opens.
        PushSubscription.Keys open(String id, byte[] sealed);
    }

    /// A user's, the oldest first.
    List<PushSubscription> of(Transaction transaction, String userId, Seal seal);

    /// One by its identity.
    Optional<PushSubscription> find(Transaction transaction, String id, Seal seal);

    /// Keeps one; one with the same endpoint goes.
    void put(Transaction transaction, PushSubscription subscription, byte[] endpointHash, Seal seal);

    /// Removes one.
    boolean delete(Transaction transaction, String id);

    /// Notes that it took a message.
    void used(Transaction transaction, String id, Instant at);

    /// The sealed key pair, if there is one.
    Optional<byte[]> keyPair(Transaction transaction);

    /// Keeps a key pair unless there is one.
    void putKeyPair(Transaction transaction, byte[] sealed);
}
