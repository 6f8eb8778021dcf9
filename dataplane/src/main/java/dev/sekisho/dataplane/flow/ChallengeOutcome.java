package dev.sekisho.dataplane.flow;

/// How a challenge ended.
public enum ChallengeOutcome {
    APPROVED,
    DENIED,
    /// Nobody answered before its deadline.
    EXPIRED,
    /// The device was locked or removed, or the policy no longer asks.
    CANCELLED
}
