package dev.sekisho.control.node;

import java.time.Duration;
import java.time.Instant;

/// A server on this database. Immutable.
///
/// @param id its identity, kept in its state directory
/// @param name of its host, with the port where it listens
/// @param version of its program
/// @param seenAt its last sign of life
public record Node(String id, String name, String version, Instant startedAt, Instant seenAt) {
    /// Without a sign for so long, it is taken for dead.
    public static final Duration SILENCE = Duration.ofSeconds(20);

    /// Whether it gave a sign of life a short while ago.
    public boolean isAlive(Instant now) {
        return seenAt.isAfter(now.minus(SILENCE));
    }
}
