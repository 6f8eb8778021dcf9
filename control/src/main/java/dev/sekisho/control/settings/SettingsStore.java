package dev.sekisho.control.settings;

import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Cidr;
import java.util.List;
import java.util.Optional;

/// Where the settings are kept. Thread-safe.
public interface SettingsStore {
    /// The server's key.
    ///
    /// @param sealed the private key as [KeySafe] sealed it; empty = lost with the installation's key
    /// @param publicKey base64
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record ServerKey(byte[] sealed, String publicKey) {}

    /// The settings; empty before the first start.
    Optional<NetworkSettings> find(Transaction transaction);

    /// Keeps the first ones.
    void insert(Transaction transaction, NetworkSettings settings, ServerKey key, MailTemplate template);

    /// Replaces those whose version is the one before.
    ///
    /// @return false when they have another version
    boolean update(Transaction transaction, NetworkSettings settings);

    /// The server's key.
    ServerKey key(Transaction transaction);

    /// Replaces the server's key.
    void replaceKey(Transaction transaction, ServerKey key);

    /// The mail for new devices.
    MailTemplate template(Transaction transaction);

    /// Replaces it.
    void template(Transaction transaction, MailTemplate template);

    /// Addresses that devices have.
    List<Cidr> addressesInUse(Transaction transaction);
}
