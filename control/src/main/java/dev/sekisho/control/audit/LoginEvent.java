package dev.sekisho.control.audit;

import java.time.Instant;
import java.util.Optional;

/// Logins and login sessions.
public sealed interface LoginEvent extends ControlEvent {
    /// The user's name; empty when there is no such user, since people type passwords into the wrong field.
    String user();

    @Override
    default String target() {
        return user();
    }

    /// Somebody logged in, as far as one step goes.
    ///
    /// @param method how: `password`, or the kind of second factor
    /// @param complete whether nothing is lacking any more
    record Succeeded(String user, String method, boolean complete) implements LoginEvent {
        @Override
        public String action() {
            return "login.succeeded";
        }
    }

    /// A password or a second factor was wrong.
    ///
    /// @param method what was tried
    record Failed(String user, String method) implements LoginEvent {
        @Override
        public String action() {
            return "login.failed";
        }
    }

    /// Too many failures: no login from unknown devices for a while.
    ///
    /// @param until when it ends; empty = when an administrator ends it
    record LockedOut(String user, String method, Optional<Instant> until) implements LoginEvent {
        private static final Instant FOR_EVER = Instant.parse("9999-01-01T00:00:00Z");

        /// One that ends at a moment; one in the year 9999 stands for none.
        public static LockedOut of(String user, String method, Instant until) {
            return new LockedOut(user, method, Optional.of(until).filter(FOR_EVER::isAfter));
        }

        @Override
        public String action() {
            return "login.locked-out";
        }
    }

    /// Somebody changed their password.
    record PasswordChanged(String user) implements LoginEvent {
        @Override
        public String action() {
            return "login.password-changed";
        }
    }

    /// Login sessions were ended before their time.
    ///
    /// @param userId the user's identity
    /// @param count how many
    /// @param reason why, for people
    record SessionsEnded(String user, String userId, int count, String reason) implements LoginEvent {
        @Override
        public String action() {
            return "session.revoked";
        }
    }

    /// Somebody logged out.
    record LoggedOut(String user, String userId) implements LoginEvent {
        @Override
        public String action() {
            return "session.ended";
        }
    }

    /// A command line was let in by its code, or refused.
    ///
    /// @param client how it describes itself
    record DeviceCodeDecided(String user, String client, boolean approved) implements LoginEvent {
        @Override
        public String action() {
            return "login.device-code-decided";
        }
    }
}
