package dev.sekisho.control.challenge;

/// What somebody shows to answer a challenge. Never logged.
public sealed interface Proof {
    /// The number that the asking side shows; counts with a complete login only.
    record Matched(int number) implements Proof {}

    /// A second factor, checked by [FactorCheck].
    ///
    /// @param kind TOTP, PASSKEY or RECOVERY
    /// @param text the code, or the passkey's answer as JSON
    record Factor(Challenge.Method kind, String text) implements Proof {
        @Override
        public String toString() {
            return "Factor[" + kind + "]";
        }
    }
}
