package dev.sekisho.control.audit;

/// What happens to challenges for a second factor.
public sealed interface ChallengeEvent extends ControlEvent {
    /// A second factor was asked for.
    record Opened(String challenge, String user, String purpose) implements ChallengeEvent {
        @Override
        public String action() {
            return "challenge.opened";
        }

        @Override
        public String target() {
            return challenge;
        }
    }
}
