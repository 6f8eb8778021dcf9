package dev.sekisho.control.login;

import java.util.Locale;

/// How far a login is. Looked at anew at each request, from what is known then:
///
/// ```
/// has a factor, none shown yet -> FACTOR   -(shows one)->
/// password is a one-time one   -> PASSWORD -(sets another)->
/// must have a factor, has none -> ENROLL   -(confirms one)->
/// otherwise                    -> COMPLETE
/// ```
///
/// A factor comes first: whoever has only a leaked one-time password can't replace it.
public enum Stage {
    /// A second factor must be shown.
    FACTOR,
    /// The password must be changed.
    PASSWORD,
    /// A second factor must be set up.
    ENROLL,
    /// Nothing is lacking.
    COMPLETE;

    /// What is known of a login.
    ///
    /// @param factorShown whether a second factor was shown in this session
    /// @param hasFactor whether the user has one
    /// @param mustChange whether the password is a one-time one
    /// @param mustEnroll whether the user must get a second factor (of another kind)
    record Facts(boolean factorShown, boolean hasFactor, boolean mustChange, boolean mustEnroll) {}

    /// The stage that follows from what is known.
    static Stage of(Facts facts) {
        if (facts.hasFactor() && !facts.factorShown()) {
            return FACTOR;
        }
        if (facts.mustChange()) {
            return PASSWORD;
        }
        return facts.mustEnroll() ? ENROLL : COMPLETE;
    }

    /// The name in the API.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
