package dev.sekisho.control.token;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// What tokens look like: a prefix, 32 random bytes in base 62 (43 characters), a checksum (6 characters), so that
/// programs that look for leaked secrets find them and a typing error costs no look-up. Stateless.
final class TokenText {
    /// API tokens.
    static final String API = "sk_";

    /// Tokens of the local socket.
    static final String ROOT = "skr_";

    private static final int BYTES = 32;
    private static final int BODY_CHARS = 43;
    private static final int CHECK_CHARS = 6;
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
    private static final Pattern FORM = Pattern.compile("(?:sk|skr)_[0-9A-Za-z]{" + (BODY_CHARS + CHECK_CHARS) + "}");

    private TokenText() {}

    /// A new token.
    static String next(SecureRandom random, String prefix) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String body = base62(new BigInteger(1, bytes), BODY_CHARS);
        return prefix + body + checksum(prefix + body);
    }

    /// Whether a text has the form of a token of this prefix and its checksum is right.
    static boolean isToken(String text, String prefix) {
        if (!text.startsWith(prefix) || !FORM.matcher(text).matches()) {
            return false;
        }
        int end = text.length() - CHECK_CHARS;
        return checksum(text.substring(0, end)).equals(text.substring(end));
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return base62(BigInteger.valueOf(crc.getValue()), CHECK_CHARS);
    }

    private static String base62(BigInteger number, int chars) {
        char[] text = new char[chars];
        BigInteger rest = number;
        for (int i = chars - 1; i >= 0; i--) {
            BigInteger[] parts = rest.divideAndRemainder(BASE);
            text[i] = DIGITS.charAt(parts[1].intValue());
            rest = parts[0];
        }
        return new String(text);
    }

    /// What is kept of a token. It is random enough to need no salt and no slow hash.
    static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
