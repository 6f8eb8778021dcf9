package dev.sekisho.control.tunnel;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// Secret keys as base64 text, the form of files and of the key commands.
public final class Keys {
    private static final int BASE64_CHARS = 44;

    private Keys() {}

    /// Reads exactly one key: 44 characters of standard base64.
    ///
    /// @return empty when the text is anything else; the text itself is never repeated
    public static Optional<SecretKey> parse(CharSequence base64) {
        if (base64.length() != BASE64_CHARS || base64.charAt(BASE64_CHARS - 1) != '=') {
            return Optional.empty();
        }
        byte[] text = new byte[BASE64_CHARS];
        for (int i = 0; i < BASE64_CHARS; i++) {
            char c = base64.charAt(i);
            text[i] = c < 0x80 ? (byte) c : 0;
        }
        byte[] bytes = new byte[0];
        byte[] canonical = new byte[0];
        try {
            bytes = Base64.getDecoder().decode(text);
            canonical = Base64.getEncoder().encode(bytes);
            boolean exact = bytes.length == SecretKey.BYTES && Arrays.equals(canonical, text);
            return exact ? Optional.of(SecretKey.copyOf(bytes, 0)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        } finally {
            Wipe.bytes(text, bytes, canonical);
        }
    }

    /// The key's 44 characters as ASCII bytes; the caller wipes them.
    public static byte[] base64(SecretKey key) {
        byte[] bytes = new byte[SecretKey.BYTES];
        try {
            key.copyTo(bytes, 0);
            return Base64.getEncoder().encode(bytes);
        } finally {
            Wipe.bytes(bytes);
        }
    }
}
