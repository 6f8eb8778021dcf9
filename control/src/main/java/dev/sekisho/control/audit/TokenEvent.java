package dev.sekisho.control.audit;

/// What happens to API tokens.
public sealed interface TokenEvent extends ControlEvent {
    /// A token was made.
    record Created(String token, String owner) implements TokenEvent {
        @Override
        public String action() {
            return "token.created";
        }

        @Override
        public String target() {
            return token;
        }
    }
}
