package dev.sekisho.control.device;

import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where devices are kept. Thread-safe.
public interface DeviceStore {
    /// Past locks that are kept of a device; the audit log has all of them.
    int MAX_PAST_LOCKS = 50;

    /// Which are wanted.
    ///
    /// @param text is part of the device's or user's name, an address or the public key
    /// @param userId of this user
    /// @param state as people see it, see [Device#shownState]
    /// @param now for those that expire
    /// @param order in which they come
    record Query(Optional<String> text, Optional<String> userId, Optional<String> state, Instant now, Order order) {
        /// By name.
        public Query(Optional<String> text, Optional<String> userId, Optional<String> state, Instant now) {
            this(text, userId, state, now, new Order(By.NAME, false));
        }
    }

    /// An order of the list.
    record Order(By by, boolean descending) {}

    /// By what the list is sorted in the database.
    enum By {
        NAME,
        USER,
        CREATED
    }

    /// A device that is to be sorted by what the database does not know.
    record Named(String id, DeviceId name) {}

    /// A part of all by identity.
    ///
    /// @param after behind which it begins; empty = at the start
    record Stretch(Optional<String> after, boolean descending, int most) {}

    /// In the order of the query.
    Page<Device> page(Transaction transaction, Query query, Page.Request request);

    /// How many are wanted.
    long count(Transaction transaction, Query query);

    /// All that are wanted, in no order.
    List<Named> names(Transaction transaction, Query query);

    /// Those of them that have one of these names, in no order.
    List<Named> named(Transaction transaction, Query query, Collection<DeviceId> names);

    /// Some of them by identity.
    List<Named> next(Transaction transaction, Query query, Stretch stretch);

    /// All of them, by name.
    List<Device> all(Transaction transaction);

    /// Those with these identities that there are.
    List<Device> some(Transaction transaction, Collection<String> ids);

    /// One by its identity.
    Optional<Device> find(Transaction transaction, String id);

    /// One by the name among all.
    Optional<Device> named(Transaction transaction, DeviceId name);

    /// Those of a user.
    List<Device> ofUser(Transaction transaction, String userId);

    /// All addresses that are taken.
    Set<Cidr> addresses(Transaction transaction);

    /// Adds one.
    ///
    /// @throws dev.sekisho.control.store.StoreException of kind CONFLICT when name, key or address is taken
    void insert(Transaction transaction, Device device);

    /// Replaces one whose version is the one before, with addresses and lock.
    ///
    /// @return false when it has another version, or is gone
    boolean update(Transaction transaction, Device device);

    /// Keeps a lock that was taken away. Of each device the newest [#MAX_PAST_LOCKS] stay.
    void insertPastLock(Transaction transaction, String id, Device.PastLock past);

    /// The locks that a device had, newest first.
    List<Device.PastLock> pastLocks(Transaction transaction, String id);

    /// Removes one.
    ///
    /// @return false when it is gone
    boolean delete(Transaction transaction, String id);
}
