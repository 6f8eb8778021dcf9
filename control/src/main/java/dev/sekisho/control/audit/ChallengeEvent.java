package dev.sekisho.control.audit;

/// What happens to challenges for a second factor.
public sealed interface ChallengeEvent extends ControlEvent {
    /// The user was asked.
    record Opened(String challenge, String user, String purpose, String device, String resource, String destination)
            implements ChallengeEvent {
        @Override
        public String action() {
            return "challenge.opened";
        }

        @Override
        public String target() {
            return user;
        }
    }

    /// It was them.
    record Approved(String challenge, String user, String resource, String method) implements ChallengeEvent {
        @Override
        public String action() {
            return "challenge.approved";
        }

        @Override
        public String target() {
            return user;
        }
    }

    /// It was not, or they don't want it.
    ///
    /// @param reported whether they said that it was not them
    record Denied(String challenge, String user, String device, String resource, String reason, boolean reported)
            implements ChallengeEvent {
        @Override
        public String action() {
            return reported ? "challenge.reported" : "challenge.denied";
        }

        @Override
        public String target() {
            return user;
        }
    }

    /// Nobody answered in time.
    record Expired(String challenge, String user, String resource) implements ChallengeEvent {
        @Override
        public String action() {
            return "challenge.expired";
        }

        @Override
        public String target() {
            return user;
        }
    }

    /// Somebody tried to answer with something wrong.
    record ProofRefused(String challenge, String user, String kind, String why) implements ChallengeEvent {
        @Override
        public String action() {
            return "challenge.proof-refused";
        }

        @Override
        public String target() {
            return user;
        }
    }

    /// A user who denied or missed too many is asked nothing for a while.
    record Silenced(String user, long seconds) implements ChallengeEvent {
        @Override
        public String action() {
            return "challenge.silenced";
        }

        @Override
        public String target() {
            return user;
        }
    }

    /// A browser takes push messages for the user.
    record BrowserAdded(String user, String browser) implements ChallengeEvent {
        @Override
        public String action() {
            return "challenge.browser-added";
        }

        @Override
        public String target() {
            return user;
        }
    }

    /// A browser takes no more push messages.
    record BrowserRemoved(String user, String browser) implements ChallengeEvent {
        @Override
        public String action() {
            return "challenge.browser-removed";
        }

        @Override
        public String target() {
            return user;
        }
    }

    /// A user changed how they are told of challenges.
    record NoticesChanged(String user, boolean mail, String webhook) implements ChallengeEvent {
        @Override
        public String action() {
            return "challenge.notices-changed";
        }

        @Override
        public String target() {
            return user;
        }
    }
}
