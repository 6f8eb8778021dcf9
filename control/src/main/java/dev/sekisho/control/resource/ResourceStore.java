package dev.sekisho.control.resource;

import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Where resources are kept. Thread-safe.
public interface ResourceStore {
    /// Which are wanted.
    ///
    /// @param text is part of name, description or addresses
    /// @param protocol exactly
    /// @param decoy only decoys, or none
    /// @param requestable only those that somebody may request
    /// @param order in which they come
    record Query(
            Optional<String> text,
            Optional<String> protocol,
            Optional<Boolean> decoy,
            boolean requestable,
            Order order) {
        /// By name.
        public Query(Optional<String> text, Optional<String> protocol, Optional<Boolean> decoy, boolean requestable) {
            this(text, protocol, decoy, requestable, Order.BY_NAME);
        }
    }

    /// An order of the list.
    record Order(By by, boolean descending) {
        /// From A to Z.
        public static final Order BY_NAME = new Order(By.NAME, false);

        /// `address`, or `-address` for the other way round.
        ///
        /// @throws IllegalArgumentException when it is none
        public static Order parse(String text) {
            boolean descending = text.startsWith("-");
            String name = text.substring(descending ? 1 : 0);
            for (By by : By.values()) {
                if (by.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return new Order(by, descending);
                }
            }
            throw new IllegalArgumentException(
                    "is name, address, protocol or created, with a - in front for the other" + " way round");
        }
    }

    /// By what the list is sorted.
    enum By {
        NAME,
        ADDRESS,
        PROTOCOL,
        CREATED
    }

    /// In the order of the query.
    Page<Resource> page(Transaction transaction, Query query, Page.Request request);

    /// All of them, by name.
    List<Resource> all(Transaction transaction);

    /// All of them, with what they open and no more, by address: wide blocks before those inside them.
    List<Resource.Spot> spots(Transaction transaction);

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

    /// Those with these names, as [dev.sekisho.control.role.NameKey] makes them.
    List<Resource> named(Transaction transaction, Collection<String> nameKeys);

    /// Adds one.
    ///
    /// @throws dev.sekisho.control.store.StoreException of kind CONFLICT when the name is taken
    default void insert(Transaction transaction, Resource resource) {
        insertAll(transaction, List.of(resource));
    }

    /// Adds many.
    ///
    /// @throws dev.sekisho.control.store.StoreException of kind CONFLICT when a name is taken
    void insertAll(Transaction transaction, List<Resource> resources);

    /// Gives those a key of their address that have none, since another version has written them.
    ///
    /// @return how many
    int keyAddresses(Transaction transaction);

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
