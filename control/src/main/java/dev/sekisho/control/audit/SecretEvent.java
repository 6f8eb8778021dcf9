package dev.sekisho.control.audit;

/// What happens to secrets and their keys.
public sealed interface SecretEvent extends ControlEvent {
    /// A secret was kept.
    record Created(String secret, String kind) implements SecretEvent {
        @Override
        public String action() {
            return "secret.created";
        }

        @Override
        public String target() {
            return secret;
        }
    }
}
