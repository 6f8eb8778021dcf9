package dev.sekisho.control.audit;

/// Logins and login sessions.
public sealed interface LoginEvent extends ControlEvent {
    /// Somebody logged in.
    record Succeeded(String user, String method) implements LoginEvent {
        @Override
        public String action() {
            return "login.succeeded";
        }

        @Override
        public String target() {
            return user;
        }
    }
}
