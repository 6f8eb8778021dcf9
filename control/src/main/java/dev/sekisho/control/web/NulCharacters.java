package dev.sekisho.control.web;

import org.jspecify.annotations.Nullable;

/// Finds NUL characters in what clients send. No text of ours holds one, PostgreSQL can't keep one, and programs in C
/// end a name there: so none comes in. Stateless.
final class NulCharacters {
    private static final byte[] ESCAPE = {'u', '0', '0', '0', '0'};

    private NulCharacters() {}

    /// Whether one is in an address, as it was sent.
    static boolean in(String path, @Nullable String query) {
        return path.contains("%00") || (query != null && query.contains("%00"));
    }

    /// Whether one is escaped in a JSON text; a bare one is no JSON.
    static boolean in(byte[] json) {
        int at = 0;
        while (at < json.length) {
            if (json[at] != '\\') {
                at++;
            } else if (isEscape(json, at + 1)) {
                return true;
            } else {
                at += 2;
            }
        }
        return false;
    }

    private static boolean isEscape(byte[] json, int start) {
        if (json.length - start < ESCAPE.length) {
            return false;
        }
        for (int i = 0; i < ESCAPE.length; i++) {
            if (json[start + i] != ESCAPE[i]) {
                return false;
            }
        }
        return true;
    }
}
