package dev.sekisho.control.alert;

import dev.sekisho.control.store.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where alert channels are kept. Thread-safe.
public interface AlertStore {
    /// Turns the settings of a channel into what is kept and back.
    interface Seal {
        /// Seals.
        byte[] seal(AlertChannel channel);

        /// Opens.
        Map<String, String> open(String id, byte[] sealed);
    }

    /// All, by name.
    List<AlertChannel> all(Transaction transaction, Seal seal);

    /// One by its identity.
    Optional<AlertChannel> find(Transaction transaction, String id, Seal seal);

    /// Keeps a new one.
    void insert(Transaction transaction, AlertChannel channel, Seal seal);

    /// Changes one; its version grows by one.
    ///
    /// @param channel with the version that it must still have
    /// @return false when it has another or is gone
    boolean update(Transaction transaction, AlertChannel channel, Seal seal);

    /// Removes one.
    boolean delete(Transaction transaction, String id);
}
