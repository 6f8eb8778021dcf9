package dev.sekisho.control.resource;

import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Where resources are kept. Thread-safe.
public interface ResourceStore {
    /// Which are wanted.
    ///
    /// @param text is part of name, description or addresses
    /// @param protocol exactly
    /// @param decoy only decoys, or none
    /// @param requestable only those that somebody may request
    record Query(Optional<String> text, Optional<String> protocol, Optional<Boolean> decoy, boolean requestable) {
        /// All.
        public static final Query ALL = new Query(Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    /// By name.
    Page<Resource> page(Transaction transaction, Query query, Page.Request request);

    /// All of them, by name.
    List<Resource> all(Transaction transaction);

    /// Those with these identities, and those that members of one of the roles may request, by name.
    List<Resource> some(Transaction transaction, Collection<String> ids, Collection<String> requesterRoles);

    /// Those with these identities that there are, by name.
    default List<Resource> some(Transaction transaction, Collection<String> ids) {
        return some(transaction, ids, List.of());
    }

    /// One by its identity.
    Optional<Resource> find(Transaction transaction, String id);

    /// One by its name; capitals don't matter.
    Optional<Resource> named(Transaction transaction, String name);

    /// Adds one.
    ///
    /// @throws dev.sekisho.control.store.StoreException of kind CONFLICT when the name is taken
    void insert(Transaction transaction, Resource resource);

    /// Replaces one whose version is the one before.
    ///
    /// @return false when it has another version, or is gone
    boolean update(Transaction transaction, Resource resource);

    /// Removes one and its grants and requests.
    ///
    /// @return false when it is gone
    boolean delete(Transaction transaction, String id);

    /// Grants of a resource.
    long grants(Transaction transaction, String id);
}
