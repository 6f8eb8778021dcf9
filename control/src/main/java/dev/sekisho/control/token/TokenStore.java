package dev.sekisho.control.token;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where tokens are kept. All methods work in the caller's transaction.
public interface TokenStore {
    /// Adds a token.
    void insert(Transaction transaction, Token token, byte[] hash);

    /// A token by its hash, when its owner is not disabled.
    Optional<Token> byHash(Transaction transaction, byte[] hash);

    /// A token by its identity.
    Optional<Token> find(Transaction transaction, String id);

    /// The tokens of an owner, newest first.
    List<Token> of(Transaction transaction, String ownerId);

    /// Removes a token.
    boolean delete(Transaction transaction, String id);

    /// Remembers a use.
    void used(Transaction transaction, String id, Instant at, String source);
}
