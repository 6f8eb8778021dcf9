package dev.sekisho.control.login;

import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where passwords, login sessions and known devices are kept. All methods work in the caller's transaction.
public interface LoginStore {
    /// A user's password.
    ///
    /// @param mustChange whether it is a one-time one
    record Password(String hash, boolean mustChange) {
        @Override
        public String toString() {
            return "Password[hidden]";
        }
    }

    /// A user's password, if it is kept here.
    Optional<Password> password(Transaction transaction, String userId);

    /// Sets a user's password.
    void setPassword(Transaction transaction, String userId, Password password, Instant at);

    /// Adds a session.
    void insert(Transaction transaction, LoginSession session, byte[] secretHash);

    /// A session by its secret.
    Optional<LoginSession> byHash(Transaction transaction, byte[] secretHash);

    /// A session by its identity.
    Optional<LoginSession> find(Transaction transaction, String id);

    /// The sessions of a user, newest first.
    List<LoginSession> of(Transaction transaction, String userId);

    /// Gives a session another secret; the one before is worth nothing from then on.
    void rotate(Transaction transaction, String id, byte[] secretHash, Set<Permission> permissions);

    /// Remembers that a second factor was shown.
    void factorShown(Transaction transaction, String id, Instant at);

    /// Remembers a use.
    void seen(Transaction transaction, String id, Instant at);

    /// Ends a session.
    boolean delete(Transaction transaction, String id);

    /// Ends the sessions of a user but one.
    ///
    /// @return how many
    int deleteAll(Transaction transaction, String userId, Optional<String> exceptId);

    /// Ends the sessions that are over.
    void deleteExpired(Transaction transaction, Instant now, Instant seenBefore);

    /// The identity of a user's known device, by its secret.
    Optional<String> knownDevice(Transaction transaction, String userId, byte[] secretHash);

    /// The identities of a user's known devices.
    List<String> knownDevices(Transaction transaction, String userId);

    /// Adds a known device; the oldest goes when there are too many.
    void insertKnownDevice(Transaction transaction, KnownDevice device);

    /// Forgets a user's known devices.
    void forgetKnownDevices(Transaction transaction, String userId);

    /// A browser from which a user has logged in completely.
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record KnownDevice(String id, String userId, byte[] secretHash, Instant at) {}
}
