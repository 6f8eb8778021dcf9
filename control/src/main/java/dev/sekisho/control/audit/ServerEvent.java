package dev.sekisho.control.audit;

import java.time.Instant;

/// What happens to the server.
public sealed interface ServerEvent extends ControlEvent {
    /// The server started.
    record Started(String version) implements ServerEvent {
        @Override
        public String action() {
            return "server.started";
        }

        @Override
        public String target() {
            return "";
        }
    }

    /// A backup was made and handed out.
    ///
    /// @param sealedWith `passphrase` or `installation key`
    record BackedUp(String sealedWith) implements ServerEvent {
        @Override
        public String action() {
            return "server.backed-up";
        }

        @Override
        public String target() {
            return "";
        }
    }

    /// What was decided has not come into force on a node for a while: what was in force before still is.
    ///
    /// @param node its name
    /// @param since when it began
    /// @param error why
    record PolicyHeldUp(String node, Instant since, String error) implements ServerEvent {
        @Override
        public String action() {
            return "server.policy-held-up";
        }

        @Override
        public String target() {
            return node;
        }
    }

    /// What was decided is in force on a node again.
    ///
    /// @param node its name
    /// @param since when it began not to be
    /// @param until the last try that failed
    record PolicyInForce(String node, Instant since, Instant until) implements ServerEvent {
        @Override
        public String action() {
            return "server.policy-in-force";
        }

        @Override
        public String target() {
            return node;
        }
    }

    /// A node gives no sign of life, and did not end in good order.
    ///
    /// @param node its name
    /// @param seenAt its last sign of life
    record NodeSilent(String node, Instant seenAt) implements ServerEvent {
        @Override
        public String action() {
            return "server.node-silent";
        }

        @Override
        public String target() {
            return node;
        }
    }

    /// A node that was silent gives signs of life again.
    ///
    /// @param node its name
    record NodeBack(String node) implements ServerEvent {
        @Override
        public String action() {
            return "server.node-back";
        }

        @Override
        public String target() {
            return node;
        }
    }
}
