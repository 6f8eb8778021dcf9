package dev.sekisho.control.node;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Nodes in the database, and what they have to notice there: the port of [Nodes] and [Follower]. Thread-safe.
public interface NodeStore {
    /// All, by name.
    List<Node> all(Transaction transaction);

    /// Keeps or replaces one.
    void put(Transaction transaction, Node node);

    /// Removes one.
    void remove(Transaction transaction, String id);

    /// Forgets those without a sign of life since then.
    int prune(Transaction transaction, Instant before);

    /// Identities of nodes of which it was told that they are silent.
    Set<String> toldSilent(Transaction transaction);

    /// Notes that it is told of a node now.
    ///
    /// @param silent whether it is silent, or back
    void told(Transaction transaction, String id, boolean silent);

    /// A change that was recorded.
    ///
    /// @param seq number of the audit record
    /// @param action what was done
    /// @param hash of the record: a number may be given twice when a transaction is rolled back, a hash may not
    record Step(long seq, String action, String hash) {}

    /// Changes in their order.
    ///
    /// @param after the number of the one before the first
    List<Step> steps(Transaction transaction, long after, int limit);

    /// The number of the last change.
    long last(Transaction transaction);

    /// Tells other nodes something when the transaction commits: all of it at once, in this order.
    ///
    /// @param texts no two alike, each of 7,999 bytes at most
    void signal(Transaction transaction, List<String> texts);
}
