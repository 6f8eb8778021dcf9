package dev.sekisho.control.challenge;

/// Brings a challenge to its user by one way: live portal, push, mail, webhook. Called after the challenge is
/// committed,
/// on a thread that may wait; failures are its own to report.
@FunctionalInterface
public interface ChallengeNotifier {
    /// Tells the user.
    ///
    /// @param link a secret that answers this challenge without a login: goes into a link that only the user gets
    void notify(Challenge challenge, LinkSecret link);
}
