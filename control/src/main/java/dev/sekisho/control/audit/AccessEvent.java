package dev.sekisho.control.audit;

/// What happens to resources and grants.
public sealed interface AccessEvent extends ControlEvent {
    /// A grant was made.
    record GrantCreated(String grant, String resource, String subject) implements AccessEvent {
        @Override
        public String action() {
            return "grant.created";
        }

        @Override
        public String target() {
            return grant;
        }
    }
}
