package dev.sekisho.control.directory;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where directories are kept, and whom they know. All methods work in the caller's transaction.
public interface DirectoryStore {
    /// All directories, by name.
    List<ConnectedDirectory> all(Transaction transaction);

    /// A directory.
    Optional<ConnectedDirectory> find(Transaction transaction, String id);

    /// Adds a directory, without a secret.
    void insert(Transaction transaction, ConnectedDirectory directory);

    /// Replaces all but kind and secret.
    ///
    /// @param directory with the version that was read
    /// @return false when it was changed in the meantime or is gone
    boolean update(Transaction transaction, ConnectedDirectory directory);

    /// Removes a directory and whom it knows; the users stay.
    boolean delete(Transaction transaction, String id, long version);

    /// The sealed secret.
    Optional<byte[]> secret(Transaction transaction, String id);

    /// Replaces the sealed secret.
    void setSecret(Transaction transaction, String id, byte[] sealed);

    /// The identities of the roles that users of a directory have directly.
    List<String> rolesOfUsers(Transaction transaction, String id);

    /// The identities of a directory's users who are not disabled.
    List<String> activeUsers(Transaction transaction, String id);

    /// Somebody whom a directory knows.
    ///
    /// @param nameKey under which name they are a user here
    /// @param gone whether they lost their access since the directory did not know them any more
    record Known(String subject, String nameKey, boolean gone) {}

    /// Everybody who came in by a directory.
    List<Known> people(Transaction transaction, String id);

    /// Somebody, by what the directory never gives to a second person.
    Optional<Known> bySubject(Transaction transaction, String id, String subject);

    /// Somebody, by the name of the user.
    Optional<Known> byName(Transaction transaction, String id, String nameKey);

    /// Remembers somebody, in place of whom it knew by this subject or name.
    void remember(Transaction transaction, String id, Known known, Instant at);
}
