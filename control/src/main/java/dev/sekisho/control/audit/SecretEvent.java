package dev.sekisho.control.audit;

import java.util.List;

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

    /// The installation's key was changed; a change of the key of all secrets begins with it.
    ///
    /// @param from mark of the key before, which says nothing of it
    /// @param to mark of the key now
    record InstallationKeyChanged(String from, String to) implements SecretEvent {
        @Override
        public String action() {
            return "secret.installation-key-changed";
        }

        @Override
        public String target() {
            return "";
        }
    }

    /// The installation's key was lost for good: everything that was sealed by it was marked as lost, on the host.
    ///
    /// @param from mark of the key that was lost
    /// @param to mark of the key now
    /// @param lost how many values, by table
    record AllLost(String from, String to, List<String> lost) implements SecretEvent {
        public AllLost {
            lost = List.copyOf(lost);
        }

        @Override
        public String action() {
            return "secret.all-lost";
        }

        @Override
        public String target() {
            return "";
        }
    }
}
