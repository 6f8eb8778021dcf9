package dev.sekisho.control.outbox;

import java.time.Instant;
import java.util.Optional;

/// A message and how its sending stands. Immutable.
///
/// @param id its identity
/// @param channel who sends it
/// @param subject what it is about
/// @param state how it stands
/// @param attempts how often it was tried
/// @param nextAt when it is tried next, while it is queued
/// @param madeAt when it was made
/// @param endedAt when it was sent or given up
/// @param lastError why it was not taken the last time; empty when it was
public record Delivery(
        String id,
        String channel,
        String subject,
        State state,
        int attempts,
        Instant nextAt,
        Instant madeAt,
        Optional<Instant> endedAt,
        String lastError) {
    /// How a message stands.
    public enum State {
        /// Waits for its time.
        QUEUED,
        /// Was taken.
        SENT,
        /// Was given up; can be tried again by hand.
        DEAD
    }
}
