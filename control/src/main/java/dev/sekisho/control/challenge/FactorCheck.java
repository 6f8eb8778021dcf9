package dev.sekisho.control.challenge;

/// Checks second factors: the port that the identity part fills. Thread-safe.
@FunctionalInterface
public interface FactorCheck {
    /// What came out.
    enum Outcome {
        /// It is theirs and was not used before.
        ACCEPTED,
        /// It is not, or was used before.
        REFUSED,
        /// Too many wrong ones; none is checked now.
        LOCKED_OUT,
        /// The user has no factor of this kind.
        UNKNOWN
    }

    /// Checks what a user shows; what is accepted can't be used again.
    ///
    /// @param challengeId what it is for
    Outcome check(String userId, String challengeId, Proof.Factor factor);
}
