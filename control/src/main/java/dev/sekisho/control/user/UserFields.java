package dev.sekisho.control.user;

import dev.sekisho.control.role.NameKey;
import dev.sekisho.policy.UserId;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What the fields of a user may hold. Stateless.
final class UserFields {
    private static final int MAX_DISPLAY_NAME = 200;
    private static final int MAX_EMAIL = 254;
    private static final Pattern EMAIL =
            Pattern.compile("[^@\\s\\p{C}<>\"(),:;\\[\\]\\\\]{1,64}@[\\p{L}\\p{N}.-]{1,190}");

    /// Names of the audit log for who is no user.
    private static final Set<String> RESERVED = Set.of("root", "system");

    private UserFields() {}

    /// A login name as it is kept.
    ///
    /// @throws IllegalArgumentException with a sentence
    static String name(String typed) {
        String name = new UserId(NameKey.shown(typed)).name();
        // Separators of login names of the proxies (`user:login@target`) and of subjects (`user:NAME`).
        if (name.chars().anyMatch(c -> c == ':' || c == '/' || c == '\\')) {
            throw new IllegalArgumentException("a user name has no colon and no slash");
        }
        if (RESERVED.contains(NameKey.of(name))) {
            throw new IllegalArgumentException("this name is the server's own: take another");
        }
        return name;
    }

    /// A name for people.
    ///
    /// @throws IllegalArgumentException with a sentence
    static String displayName(String typed) {
        String name = NameKey.shown(typed).strip();
        if (name.isEmpty() || name.length() > MAX_DISPLAY_NAME) {
            throw new IllegalArgumentException("a display name has 1 to " + MAX_DISPLAY_NAME + " characters");
        }
        if (name.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)) {
            throw new IllegalArgumentException("a display name has no control character");
        }
        return name;
    }

    /// An address, or none for a blank text.
    ///
    /// @throws IllegalArgumentException with a sentence
    static Optional<String> email(String typed) {
        String email = typed.strip();
        if (email.isEmpty()) {
            return Optional.empty();
        }
        if (email.length() > MAX_EMAIL || !EMAIL.matcher(email).matches()) {
            throw new IllegalArgumentException("this is no e-mail address: name@example.org");
        }
        return Optional.of(email);
    }
}
