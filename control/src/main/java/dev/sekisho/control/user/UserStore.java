package dev.sekisho.control.user;

import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where users are kept. All methods work in the caller's transaction.
public interface UserStore {
    /// Adds a user.
    void insert(Transaction transaction, User user);

    /// Replaces name, display name, address and `disabled`.
    ///
    /// @param user with the version that was read
    /// @return false when it was changed in the meantime or is gone
    boolean update(Transaction transaction, User user);

    /// Removes a user and all that is theirs.
    boolean delete(Transaction transaction, String id, long version);

    /// A user by their identity.
    Optional<User> find(Transaction transaction, String id);

    /// A user by their name, whatever its case.
    Optional<User> named(Transaction transaction, String name);

    /// A part of the list, by name.
    ///
    /// @param now says who is locked
    Page<User> list(Transaction transaction, UserFilter filter, Instant now, Page.Request page);

    /// All users, by name.
    List<User> all(Transaction transaction);

    /// Ends access for a while, or gives it back.
    void lock(Transaction transaction, String id, Optional<Instant> until);

    /// Remembers a login.
    void loggedIn(Transaction transaction, String id, Instant at);

    /// The kinds of second factors that a user has, in order.
    List<String> factorKinds(Transaction transaction, String id);

    /// The same for many users; those who have none are missing.
    Map<String, List<String>> factorKinds(Transaction transaction, Collection<String> ids);
}
