package dev.sekisho.control.token;

import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.TokenEvent;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.user.User;
import java.util.List;

/// Revokes all API tokens of somebody: what users log in with is changed by those who know nothing else of tokens.
/// Stateless.
///
/// @param store has them
public record TokenRevocation(TokenStore store) {
    /// Revokes them, at once.
    ///
    /// @return what to record
    public List<ControlEvent> all(Transaction transaction, User owner) {
        return store.of(transaction, owner.id()).stream()
                .filter(token -> store.delete(transaction, token.id()))
                .<ControlEvent>map(token -> new TokenEvent.Revoked(token.name(), token.ownerName()))
                .toList();
    }
}
