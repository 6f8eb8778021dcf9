package dev.sekisho.control.grant;

import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Where grants are kept. Thread-safe.
public interface GrantStore {
    /// In the order in which they were made.
    Page<AccessGrant> page(Transaction transaction, GrantQuery query, Page.Request request);

    /// Hands over all of them.
    void all(Transaction transaction, Consumer<AccessGrant> sink);

    /// Those with these identities that there are.
    List<AccessGrant> some(Transaction transaction, Collection<String> ids);

    /// Those that name a user or one of some roles, also those that are over.
    List<AccessGrant> of(Transaction transaction, String userId, Collection<String> roleIds);

    /// Those to some resources that name the user of a query or one of their roles, also those that are over.
    List<AccessGrant> of(Transaction transaction, ReachQuery query, Collection<String> resourceIds);

    /// Resources that somebody may reach or request, by name: a page and one more.
    ReachQuery.Found reach(Transaction transaction, ReachQuery query, Page.Request request);

    /// One of them.
    Optional<AccessGrant> find(Transaction transaction, String id);

    /// Adds one.
    void insert(Transaction transaction, AccessGrant grant);

    /// Replaces one whose version is the one before.
    ///
    /// @return false when it has another version, or is gone
    boolean update(Transaction transaction, AccessGrant grant);

    /// Removes one.
    ///
    /// @return false when it is gone
    boolean delete(Transaction transaction, String id);
}
