package dev.sekisho.control.user;

import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.store.Transaction;
import java.util.List;
import java.util.Optional;

/// What users log in with, as far as a change of a user touches it: a port, served by `control.login`. All methods work
/// in the caller's transaction.
public interface Credentials {
    /// Sets the password of a user of the internal directory.
    ///
    /// @param prepared of [#prepare], for this user's name
    void set(Transaction transaction, String userId, Prepared prepared);

    /// Checks and hashes a password; done before the transaction, since it takes a while.
    ///
    /// @param typed without one, a random one is made, which must be changed at the next login
    /// @throws dev.sekisho.control.web.Problem 400 when it breaks a rule
    Prepared prepare(String userName, Optional<String> typed);

    /// Ends all login sessions of a user and forgets the devices that they logged in from, at once.
    ///
    /// @return how many sessions were ended
    int endSessions(Transaction transaction, String userId);

    /// Revokes all API tokens of a user, at once.
    ///
    /// @return what to record, an event for each
    List<ControlEvent> revokeTokens(Transaction transaction, User user);

    /// Forgets the failed logins of a user.
    void forgetFailures(Transaction transaction, User user);

    /// A password that was hashed.
    ///
    /// @param hash with its parameters
    /// @param mustChange whether it must be changed at the next login
    /// @param oneTime the password itself when it was made here; shown once, kept nowhere
    record Prepared(String hash, boolean mustChange, Optional<String> oneTime) {
        @Override
        public String toString() {
            return "Prepared[hidden]";
        }
    }
}
