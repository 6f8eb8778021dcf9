package dev.sekisho.control.flows.web;

import dev.sekisho.control.store.Transaction;
import java.util.Optional;

/// What the database knows of the flow log. Thread-safe.
public interface FlowLogStore {
    /// How much is kept; empty until somebody said so.
    Optional<FlowLogSettings.Kept> kept(Transaction transaction);

    /// Says how much is kept.
    void keep(Transaction transaction, FlowLogSettings.Kept kept);

    /// A user's name and since when it is surely theirs; empty when there is no such user.
    Optional<OwnName> ownName(Transaction transaction, String userId);
}
