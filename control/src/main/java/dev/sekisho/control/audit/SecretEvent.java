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

    /// A secret was changed.
    ///
    /// @param value whether its value was
    record Changed(String secret, boolean value) implements SecretEvent {
        @Override
        public String action() {
            return "secret.changed";
        }

        @Override
        public String target() {
            return secret;
        }
    }

    /// A secret was removed.
    record Deleted(String secret) implements SecretEvent {
        @Override
        public String action() {
            return "secret.deleted";
        }

        @Override
        public String target() {
            return secret;
        }
    }

    /// Somebody was shown a secret's value.
    record Revealed(String secret, String reason) implements SecretEvent {
        @Override
        public String action() {
            return "secret.revealed";
        }

        @Override
        public String target() {
            return secret;
        }
    }

    /// The key of all secrets is being changed.
    record KeyRotationStarted(int from, int to) implements SecretEvent {
        @Override
        public String action() {
            return "secret.key-rotation-started";
        }

        @Override
        public String target() {
            return "";
        }
    }

    /// The key of all secrets was changed, the old one destroyed.
    record KeyRotationFinished(int version) implements SecretEvent {
        @Override
        public String action() {
            return "secret.key-rotation-finished";
        }

        @Override
        public String target() {
            return "";
        }
    }
}
