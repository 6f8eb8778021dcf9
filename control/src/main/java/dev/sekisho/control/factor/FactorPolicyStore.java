package dev.sekisho.control.factor;

import dev.sekisho.control.store.Transaction;
import java.util.List;

/// Where policies of second factors are kept. All methods work in the caller's transaction.
public interface FactorPolicyStore {
    /// All of them, by scope.
    List<FactorPolicy> all(Transaction transaction);

    /// Replaces those of all scopes.
    void replace(Transaction transaction, List<FactorPolicy> policies);
}
