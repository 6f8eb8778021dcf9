package dev.sekisho.control.role;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/// What makes two names the same one: compatible characters (NFKC) and case don't matter. Stateless.
public final class NameKey {
    /// What databases can't keep, and no name has.
    private static final Pattern NO_TEXT = Pattern.compile("[\\x00\\p{Cs}]");

    private NameKey() {}

    /// The form in which a name is kept and shown: NFKC.
    public static String shown(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC);
    }

    /// What is unique: NFKC, in lower case. Lower case can break NFKC, so it is applied again. Any text will do.
    public static String of(String name) {
        String text = NO_TEXT.matcher(name).replaceAll("\uFFFD");
        return Normalizer.normalize(shown(text).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
    }
}
