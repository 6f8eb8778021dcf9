package dev.sekisho.control.tunnel;

import java.util.regex.Pattern;

/// Recognises what could be a key, so that no message repeats one that stands in the wrong place. Stateless.
final class KeyForm {
    /// 32 bytes as base64 or as hexadecimal digits, also inside something longer.
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{43,}=|[0-9A-Fa-f]{64,}");

    private KeyForm() {}

    /// Whether the text is, or contains, what could be a key.
    static boolean isIn(String text) {
        return KEY.matcher(text).find();
    }

    /// `, not 'VALUE'`, the end of a sentence about what is allowed; without the value when it could hold a
    /// key.
    static String not(String value) {
        return isIn(value) ? ", not what could be a key" : ", not '" + value + "'";
    }

    /// The value in quotes, or words for it when it could hold a key.
    static String quoted(String value) {
        return isIn(value) ? "a value that could be a key" : "'" + value + "'";
    }

    /// The text with everything hidden that could be a key.
    static String hidden(String text) {
        return KEY.matcher(text).replaceAll("(hidden)");
    }
}
