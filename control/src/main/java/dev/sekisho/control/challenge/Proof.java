package dev.sekisho.control.challenge;

import java.util.Optional;

/// What somebody shows to answer a challenge: the number that the asking side shows, which counts with a complete login
/// only, a second factor, or both; then both must be right. Never logged.
///
/// @param number the number
/// @param factor the second factor
public record Proof(Optional<Integer> number, Optional<Factor> factor) {
    /// Checks it.
    ///
    /// @throws IllegalArgumentException when it is nothing
    public Proof {
        if (number.isEmpty() && factor.isEmpty()) {
            throw new IllegalArgumentException("an answer needs a number or a second factor");
        }
    }

    /// The number alone.
    static Proof matched(int number) {
        return new Proof(Optional.of(number), Optional.empty());
    }

    /// A second factor alone.
    static Proof factor(Challenge.Method kind, String text) {
        return new Proof(Optional.empty(), Optional.of(new Factor(kind, text)));
    }

    /// A second factor, checked by [FactorCheck].
    ///
    /// @param kind TOTP, PASSKEY or RECOVERY
    /// @param text the code, or the passkey's answer as JSON
    public record Factor(Challenge.Method kind, String text) {
        @Override
        public String toString() {
            return "Factor[" + kind + "]";
        }
    }
}
