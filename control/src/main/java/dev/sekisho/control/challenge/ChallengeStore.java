package dev.sekisho.control.challenge;

import dev.sekisho.control.challenge.Challenge.Method;
import dev.sekisho.control.challenge.Challenge.State;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where challenges are kept. Thread-safe.
public interface ChallengeStore {
    /// Keeps a new one.
    ///
    /// @param key what waits for it
    /// @param linkHash of its link's secret
    void insert(Transaction transaction, Challenge challenge, String key, byte[] linkHash);

    /// One by its identity.
    Optional<Challenge> find(Transaction transaction, String id);

    /// The open one of a key.
    Optional<Challenge> openOf(Transaction transaction, String key);

    /// The key of what waits for an open challenge.
    Optional<String> keyOf(Transaction transaction, String id);

    /// Whether the secret's hash is that of the challenge's link.
    boolean hasLink(Transaction transaction, String id, byte[] linkHash);

    /// Settles it if it is open.
    ///
    /// @return false when it was not
    boolean settle(Transaction transaction, String id, State state, Optional<Method> method, Instant at);

    /// Notes a wrong number.
    void countWrongNumber(Transaction transaction, String id);

    /// The open ones whose time has come.
    List<Challenge> due(Transaction transaction, Instant now, int limit);

    /// How many of a user's are open.
    long countOpen(Transaction transaction, String userId);

    /// How many of a user's were denied or missed since a moment.
    long countVain(Transaction transaction, String userId, Instant since);

    /// The newest first.
    ///
    /// @param userId only theirs
    /// @param state only those that stand so
    Page<Challenge> list(Transaction transaction, Optional<String> userId, Optional<State> state, Page.Request page);

    /// Forgets what ended before a moment.
    int prune(Transaction transaction, Instant before);
}
