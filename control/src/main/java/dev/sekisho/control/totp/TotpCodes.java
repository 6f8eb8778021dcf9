package dev.sekisho.control.totp;

import java.util.OptionalLong;

/// What a typed code says: which step it belongs to. Pure; whoever asks remembers which steps were used.
///
/// A code of the step before or after the current one also counts, since clocks differ. Source: RFC 6238 section 5.2
/// and 6.
public final class TotpCodes {
    /// Steps to either side of the current one whose codes count.
    private static final int SLACK_STEPS = 1;

    private static final int DIGITS = 6;

    private TotpCodes() {}

    /// Whether it has the form of a code.
    public static boolean isCode(CharSequence typed) {
        return number(typed) >= 0;
    }

    /// The first step behind `last` whose code was typed. Looks at all of them, so that the time taken doesn't tell
    /// which one it was.
    ///
    /// @param last the last step that was used, [Long#MIN_VALUE] = none
    public static OptionalLong matchingStep(TotpSecret secret, CharSequence typed, long epochSecond, long last) {
        int wanted = number(typed);
        long current = TotpSecret.stepAt(epochSecond);
        long found = Long.MIN_VALUE;
        for (long step = current - SLACK_STEPS; step <= current + SLACK_STEPS; step++) {
            int difference = secret.code(step) ^ wanted;
            if (difference == 0 && step > last && found == Long.MIN_VALUE) {
                found = step;
            }
        }
        return found == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(found);
    }

    /// The six digits as a number, or -1.
    static int number(CharSequence code) {
        if (code.length() != DIGITS) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < DIGITS; i++) {
            char c = code.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }
}
