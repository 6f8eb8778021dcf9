package dev.sekisho.control.people;

import java.text.Normalizer;
import java.util.Locale;

/// What two names have in common that people would take for the same. Stateless.
public final class NameKey {
    private NameKey() {}

    /// The name in compatibility form (Unicode NFKC) and small letters.
    public static String of(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }
}
