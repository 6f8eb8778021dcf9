package dev.sekisho.control.store;

import java.security.SecureRandom;

/// Identities of rows: 26 characters of Crockford's base 32, the milliseconds since 1970 first, then 80 random bits, so
/// that text order is the order of making (the layout of ULID). Thread-safe.
public final class Ids {
    /// Characters of an identity.
    public static final int CHARS = 26;

    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final int TIME_CHARS = 10;
    private static final int RANDOM_CHARS = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /// A new identity.
    public static String next(long epochMillis) {
        char[] text = new char[CHARS];
        for (int i = 0; i < TIME_CHARS; i++) {
            text[i] = DIGITS[(int) (epochMillis >>> (5 * (TIME_CHARS - 1 - i))) & 31];
        }
        byte[] random = new byte[RANDOM_CHARS];
        RANDOM.nextBytes(random);
        for (int i = 0; i < RANDOM_CHARS; i++) {
            text[TIME_CHARS + i] = DIGITS[random[i] & 31];
        }
        return new String(text);
    }
}
