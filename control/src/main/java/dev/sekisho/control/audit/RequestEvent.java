package dev.sekisho.control.audit;

/// What happens to requests for access.
public sealed interface RequestEvent extends ControlEvent {
    /// Access was requested.
    record Created(String request, String user, String resource) implements RequestEvent {
        @Override
        public String action() {
            return "request.created";
        }

        @Override
        public String target() {
            return request;
        }
    }
}
