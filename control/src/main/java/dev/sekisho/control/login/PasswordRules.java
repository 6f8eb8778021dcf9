package dev.sekisho.control.login;

import dev.sekisho.control.role.NameKey;
import java.text.Normalizer;
import java.util.Optional;

/// What a password must be: long, and not one that is tried first. No rules of composition, since they make passwords
/// worse. Stateless. Source: NIST SP 800-63B section 3.1.1.2.
final class PasswordRules {
    static final int MIN_CHARS = 12;
    static final int MAX_CHARS = 256;

    /// What is left beside a name or a common word must have so much.
    private static final int MIN_REST = 8;

    /// A password that is a short text again and again is no longer than that text.
    private static final int MAX_PERIOD = 8;

    private PasswordRules() {}

    /// The form in which a password is hashed: keyboards differ in how they compose characters.
    static String normal(String typed) {
        return Normalizer.normalize(typed, Normalizer.Form.NFKC);
    }

    /// What is wrong with a password, as a sentence.
    static Optional<String> objection(String userName, String typed) {
        String password = normal(typed);
        int chars = password.codePointCount(0, password.length());
        if (chars < MIN_CHARS) {
            return Optional.of("a password has at least " + MIN_CHARS + " characters: a few words will do");
        }
        if (chars > MAX_CHARS) {
            return Optional.of("a password has at most " + MAX_CHARS + " characters");
        }
        String key = NameKey.of(password);
        String name = NameKey.of(userName);
        if (name.length() > 2 && key.replace(name, "").length() < MIN_REST) {
            return Optional.of("this password is little more than the user name");
        }
        if (isRepeated(key) || isSequence(key)) {
            return Optional.of("this password is a short text again and again, or a row of keys");
        }
        if (CommonPasswords.contains(key) || CommonPasswords.contains(withoutTail(key))) {
            return Optional.of("this password is on a list of those that are tried first: take another");
        }
        return Optional.empty();
    }

    private static boolean isRepeated(String key) {
        for (int period = 1; period <= MAX_PERIOD; period++) {
            boolean repeats = true;
            for (int i = period; i < key.length() && repeats; i++) {
                repeats = key.charAt(i) == key.charAt(i - period);
            }
            if (repeats) {
                return true;
            }
        }
        return false;
    }

    /// Whether each character follows the one before: `abcdefghijkl`, `210987654321`.
    private static boolean isSequence(String key) {
        boolean up = true;
        boolean down = true;
        for (int i = 1; i < key.length(); i++) {
            int step = key.charAt(i) - key.charAt(i - 1);
            up &= step == 1 || (key.charAt(i) == '0' && key.charAt(i - 1) == '9');
            down &= step == -1 || (key.charAt(i) == '9' && key.charAt(i - 1) == '0');
        }
        return up || down;
    }

    /// A word with digits and marks behind it is that word to whoever guesses.
    private static String withoutTail(String key) {
        int end = key.length();
        while (end > 0 && !Character.isLetter(key.charAt(end - 1))) {
            end--;
        }
        return key.substring(0, end);
    }
}
