package dev.sekisho.control.directory.redirect;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.Optional;

/// Where logins that are under way at another site are kept. All methods work in the caller's transaction.
public interface PendingLoginStore {
    /// A login that is under way.
    ///
    /// @param stateHash SHA-256, in base 64, of what the other site gives back
    /// @param browserHash SHA-256, in base 64, of what the browser keeps
    /// @param target where it goes on in the portal
    /// @param source the site that it was begun from
    record Pending(
            String stateHash,
            String directoryId,
            String browserHash,
            String target,
            Instant expiresAt,
            String source) {}

    /// Adds one.
    void insert(Transaction transaction, Pending pending);

    /// Takes one out: it can't be found again.
    Optional<Pending> take(Transaction transaction, String stateHash);

    /// Removes those that have expired.
    ///
    /// @return how many are left
    long purge(Transaction transaction, Instant now);

    /// How many were begun from a site.
    long count(Transaction transaction, String source);

    /// Removes the oldest ones that were begun from a site.
    void removeOldest(Transaction transaction, String source, long count);

    /// Removes the oldest ones.
    void removeOldest(Transaction transaction, long count);
}
