package dev.sekisho.control.factor;

/// What a user shows to prove a second factor. Immutable; `toString` shows nothing of it.
public sealed interface Proof {
    /// Which kind it is of.
    Kind kind();

    /// Six digits of an authenticator app.
    record Totp(String code) implements Proof {
        @Override
        public Kind kind() {
            return Kind.TOTP;
        }

        @Override
        public String toString() {
            return "Totp[hidden]";
        }
    }

    /// A code on paper.
    record Recovery(String code) implements Proof {
        @Override
        public Kind kind() {
            return Kind.RECOVERY;
        }

        @Override
        public String toString() {
            return "Recovery[hidden]";
        }
    }

    /// Six digits that were mailed.
    record Email(String code) implements Proof {
        @Override
        public Kind kind() {
            return Kind.EMAIL;
        }

        @Override
        public String toString() {
            return "Email[hidden]";
        }
    }

    /// A passkey's assertion.
    ///
    /// @param credential the browser's `AuthenticationResponseJSON`, as JSON
    record Passkey(String credential) implements Proof {
        @Override
        public Kind kind() {
            return Kind.PASSKEY;
        }

        @Override
        public String toString() {
            return "Passkey[hidden]";
        }
    }

    /// A typed code of a kind.
    ///
    /// @throws IllegalArgumentException when codes of this kind are not typed
    static Proof code(Kind kind, String code) {
        return switch (kind) {
            case TOTP -> new Totp(code);
            case RECOVERY -> new Recovery(code);
            case EMAIL -> new Email(code);
            case PASSKEY -> throw new IllegalArgumentException("a passkey has no code");
        };
    }
}
