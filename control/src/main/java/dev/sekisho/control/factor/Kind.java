package dev.sekisho.control.factor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The kinds of second factors.
public enum Kind {
    /// Codes of an authenticator app.
    TOTP,
    /// A key in a device or a stick.
    PASSKEY,
    /// Codes on paper, for when the others are lost.
    RECOVERY,
    /// Codes by mail; counts only where the policy names it.
    EMAIL;

    /// The name in the API and in the database.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The kind of a label.
    public static Optional<Kind> of(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst();
    }
}
