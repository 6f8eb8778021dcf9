package dev.sekisho.control.audit;

import java.util.List;

/// What happens to API tokens.
public sealed interface TokenEvent extends ControlEvent {
    /// The token's name.
    String token();

    @Override
    default String target() {
        return token();
    }

    /// A token was made.
    record Created(String token, String owner, List<String> scopes) implements TokenEvent {
        @Override
        public String action() {
            return "token.created";
        }
    }

    /// A token was revoked.
    record Revoked(String token, String owner) implements TokenEvent {
        @Override
        public String action() {
            return "token.revoked";
        }
    }
}
