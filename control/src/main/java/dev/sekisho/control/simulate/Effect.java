package dev.sekisho.control.simulate;

import dev.sekisho.policy.compile.Decision;
import dev.sekisho.policy.compile.Rule;
import java.util.Locale;
import java.util.Optional;

/// What a draft does to one destination.
public enum Effect {
    /// It could not be reached and can be.
    GAINED,
    /// It could be reached and can't be.
    LOST,
    /// It asks for a second factor and did not.
    FACTOR_ADDED,
    /// It asks for no second factor any more.
    FACTOR_DROPPED;

    /// The name in answers: `gained`, `factor-added`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What differs between two answers to one question; empty when nothing does.
    static Optional<Effect> between(Decision before, Decision after) {
        if (before.granted() != after.granted()) {
            return Optional.of(after.granted() ? GAINED : LOST);
        }
        if (!after.granted() || asks(before) == asks(after)) {
            return Optional.empty();
        }
        return Optional.of(asks(after) ? FACTOR_ADDED : FACTOR_DROPPED);
    }

    private static boolean asks(Decision decision) {
        Rule rule = decision.rule();
        return rule != null && rule.mfa();
    }
}
