package dev.sekisho.control.node;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A server on this database. Immutable.
///
/// @param id its identity, kept in its state directory
/// @param name of its host, with the port where it listens
/// @param version of its program
/// @param seenAt its last sign of life
/// @param condition what it said of itself then
public record Node(String id, String name, String version, Instant startedAt, Instant seenAt, Condition condition) {
    /// Without a sign for so long, it is taken for dead.
    public static final Duration SILENCE = Duration.ofSeconds(20);

    /// What a node enforces.
    ///
    /// @param policyVersion number of the last audit record that is in force there; 0 = nothing is
    /// @param trouble the last one, over or not
    public record Condition(long policyVersion, Optional<Trouble> trouble) {
        /// Of a node that has just started.
        public static final Condition NEW = new Condition(0, Optional.empty());

        /// Why the newest changes are not in force there, if they aren't.
        public Optional<Trouble> current() {
            return trouble.filter(last -> !last.over());
        }
    }

    /// Changes that could not be put in force.
    ///
    /// @param error a sentence
    /// @param since when it began
    /// @param at the last try that failed
    /// @param over whether they are in force now
    public record Trouble(String error, Instant since, Instant at, boolean over) {
        private static final int MAX_CHARS = 500;

        public Trouble {
            String plain = error.replaceAll("\\p{Cntrl}", " ");
            error = plain.substring(0, Math.min(MAX_CHARS, plain.length()));
        }
    }

    /// Whether it gave a sign of life a short while ago.
    public boolean isAlive(Instant now) {
        return seenAt.isAfter(now.minus(SILENCE));
    }

    /// The same in another condition.
    public Node in(Condition now) {
        return new Node(id, name, version, startedAt, seenAt, now);
    }

    /// The same with another sign of life.
    Node seen(Instant at) {
        return new Node(id, name, version, startedAt, at, condition);
    }
}
