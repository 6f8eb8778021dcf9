package dev.sekisho.control.audit;

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
}
