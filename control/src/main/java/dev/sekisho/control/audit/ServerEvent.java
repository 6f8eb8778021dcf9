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
}
