package dev.sekisho.control.secret;

import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import java.util.Optional;

/// Secrets in the database: the port of [Secrets]. Thread-safe.
interface SecretStore {
    /// Secrets by name.
    ///
    /// @param text part of name or description
    Page<Secret> list(Transaction transaction, Optional<String> text, Optional<Secret.Kind> kind, Page.Request page);

    /// One of them.
    Optional<Secret> find(Transaction transaction, String id);

    /// Its sealed value.
    Optional<Sealed> value(Transaction transaction, String id);

    /// Adds one.
    void add(Transaction transaction, Secret secret, Sealed value);

    /// Replaces all but identity and sealed value, if it still has the version before.
    boolean update(Transaction transaction, Secret secret);

    /// Replaces the sealed value.
    void replace(Transaction transaction, String id, Sealed value);

    /// Removes one.
    boolean remove(Transaction transaction, String id);
}
