package dev.sekisho.control.mail;

import dev.sekisho.control.store.Transaction;
import java.util.Optional;

/// Where the mail server's settings are kept: one row. Thread-safe.
public interface MailStore {
    /// The sealed settings, if there are any.
    Optional<byte[]> read(Transaction transaction);

    /// Their version; 0 when there are none.
    long version(Transaction transaction);

    /// Keeps new ones; the version grows by one.
    void write(Transaction transaction, byte[] sealed);
}
