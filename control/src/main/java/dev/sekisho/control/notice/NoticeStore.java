package dev.sekisho.control.notice;

import dev.sekisho.control.store.Transaction;
import java.util.Optional;

/// Where users' settings are kept. Thread-safe.
public interface NoticeStore {
    /// A user's sealed settings, if they have any.
    Optional<byte[]> read(Transaction transaction, String userId);

    /// Keeps them.
    void write(Transaction transaction, String userId, byte[] sealed);
}
