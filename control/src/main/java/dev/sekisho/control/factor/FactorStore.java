package dev.sekisho.control.factor;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Where second factors are kept. All methods work in the caller's transaction.
@SuppressWarnings("ArrayRecordComponent") // nobody compares these records
public interface FactorStore {
    /// All factors of a user, oldest first.
    List<Factor> of(Transaction transaction, String userId);

    /// Removes a factor.
    ///
    /// @return false when the user has no such factor
    boolean delete(Transaction transaction, String userId, String id);

    /// Removes all factors, codes and challenges of a user.
    void deleteAll(Transaction transaction, String userId);

    /// An authenticator app: the factor and its sealed seed.
    record App(Factor factor, byte[] sealed, long lastStep) {}

    /// Adds an authenticator app that is not confirmed.
    void insertApp(Transaction transaction, Factor factor, byte[] sealed);

    /// The authenticator apps of a user.
    List<App> apps(Transaction transaction, String userId);

    /// Uses up a step, and confirms the app.
    ///
    /// @return false when that step or a later one was used
    boolean useStep(Transaction transaction, String id, long step, Instant at);

    /// A passkey: the factor and what its authenticator registered.
    record Passkey(Factor factor, byte[] credentialId, byte[] credential, long signCount) {}

    /// Adds a passkey.
    ///
    /// @throws dev.sekisho.control.store.StoreException CONFLICT when its credential is registered, for whomever
    void insertPasskey(Transaction transaction, Passkey passkey);

    /// The passkeys of a user.
    List<Passkey> passkeys(Transaction transaction, String userId);

    /// Raises a passkey's counter.
    ///
    /// @return false when it was raised as far by somebody else
    boolean useCounter(Transaction transaction, Passkey passkey, long signCount, Instant at);

    /// What an authenticator is to sign.
    record Challenge(byte[] hash, String userId, String purpose, String name, Instant expiresAt) {}

    /// Adds a challenge and forgets those that are over.
    void insertChallenge(Transaction transaction, Challenge challenge, Instant now);

    /// Takes a challenge: it is there once.
    Optional<Challenge> takeChallenge(Transaction transaction, byte[] hash);

    /// Replaces the recovery codes of a user.
    void replaceRecoveryCodes(Transaction transaction, String userId, Collection<byte[]> hashes);

    /// How many recovery codes a user has left.
    long recoveryCodes(Transaction transaction, String userId);

    /// Takes a recovery code: it is there once.
    boolean takeRecoveryCode(Transaction transaction, String userId, byte[] hash);

    /// Replaces the code that was mailed to a user.
    void replaceEmailCode(Transaction transaction, String userId, byte[] hash, Instant expiresAt);

    /// Takes a mailed code that is not over: it is there once.
    boolean takeEmailCode(Transaction transaction, String userId, byte[] hash, Instant now);
}
