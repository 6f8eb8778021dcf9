package dev.sekisho.control.audit;

/// What happens to users and service accounts.
public sealed interface UserEvent extends ControlEvent {
    /// A user was made.
    record Created(String user, String directory) implements UserEvent {
        @Override
        public String action() {
            return "user.created";
        }

        @Override
        public String target() {
            return user;
        }
    }
}
