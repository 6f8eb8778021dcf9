package dev.sekisho.control.directory.saml;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;

/// Where it is kept which assertions were used. All methods work in the caller's transaction.
public interface SpentAssertionStore {
    /// Uses one.
    ///
    /// @param idHash SHA-256, in base 64, of its provider and ID
    /// @param until when it can be forgotten
    /// @param now what ended before is forgotten
    /// @return false when it was used before
    boolean spend(Transaction transaction, String idHash, Instant until, Instant now);
}
