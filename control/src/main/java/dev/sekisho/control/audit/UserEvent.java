package dev.sekisho.control.audit;

import java.util.List;

/// What happens to users and service accounts.
public sealed interface UserEvent extends ControlEvent {
    /// The user's name.
    String user();

    @Override
    default String target() {
        return user();
    }

    /// A user was made.
    record Created(String user, String directory, List<String> roles) implements UserEvent {
        @Override
        public String action() {
            return "user.created";
        }
    }

    /// Fields of a user were changed.
    record Changed(String user, List<String> fields) implements UserEvent {
        @Override
        public String action() {
            return "user.changed";
        }
    }

    /// A user was given roles or lost some.
    record RolesChanged(String user, List<String> added, List<String> removed) implements UserEvent {
        @Override
        public String action() {
            return "user.roles-changed";
        }
    }

    /// A user was removed.
    record Deleted(String user) implements UserEvent {
        @Override
        public String action() {
            return "user.deleted";
        }
    }

    /// A user may not log in any more.
    record Disabled(String user) implements UserEvent {
        @Override
        public String action() {
            return "user.disabled";
        }
    }

    /// A user may log in again.
    record Enabled(String user) implements UserEvent {
        @Override
        public String action() {
            return "user.enabled";
        }
    }

    /// A lock-out was ended before its time.
    record Unlocked(String user) implements UserEvent {
        @Override
        public String action() {
            return "user.unlocked";
        }
    }

    /// A user was given a one-time password.
    record PasswordReset(String user) implements UserEvent {
        @Override
        public String action() {
            return "user.password-reset";
        }
    }
}
