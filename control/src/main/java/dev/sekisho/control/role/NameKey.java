package dev.sekisho.control.role;

import java.text.Normalizer;
import java.util.Locale;

/// What makes two names the same one: compatible characters (NFKC) and case don't matter. Stateless.
public final class NameKey {
    private NameKey() {}

    /// The form in which a name is kept and shown: NFKC.
    public static String shown(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC);
    }

    /// What is unique: NFKC, in lower case. Lower case can break NFKC, so it is applied again.
    public static String of(String name) {
        return Normalizer.normalize(shown(name).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
    }
}
