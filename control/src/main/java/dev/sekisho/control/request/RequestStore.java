package dev.sekisho.control.request;

import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where requests are kept. Thread-safe.
public interface RequestStore {
    /// Which are wanted.
    ///
    /// @param userId of this user
    /// @param state as it is kept
    /// @param text is part of resource, user, reason or ticket
    record Query(Optional<String> userId, Optional<AccessRequest.State> state, Optional<String> text) {}

    /// Newest first.
    Page<AccessRequest> page(Transaction transaction, Query query, Page.Request request);

    /// One of them.
    Optional<AccessRequest> find(Transaction transaction, String id);

    /// Open ones of a user for a resource.
    long open(Transaction transaction, String userId, String resourceId, Instant now);

    /// Of some resources those for which a user has an open request, or has opened one since a moment, whatever became
    /// of it; by one statement.
    ///
    /// @param since that moment, by the resource's identity
    Set<String> requested(Transaction transaction, String userId, Map<String, Instant> since, Instant now);

    /// Those whose expiry, or the end of whose access, has come and was not noted.
    List<AccessRequest> due(Transaction transaction, Instant now, int limit);

    /// Adds one without votes.
    void insert(Transaction transaction, AccessRequest request);

    /// Keeps state and outcome of one whose version is the one before.
    ///
    /// @return false when it has another version, or is gone
    boolean update(Transaction transaction, AccessRequest request);

    /// Adds a vote.
    void vote(Transaction transaction, String requestId, AccessRequest.Vote vote);
}
