package dev.sekisho.control.totp;

/// Base32 as authenticator apps take it: `A` to `Z` and `2` to `7`, with or without the padding. Stateless.
///
/// Strict: no blanks, no lower case, no bits behind the last byte, padding either absent or exact. Source:
/// RFC 4648 section 6.
final class Base32 {
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int GROUP_CHARS = 8;
    private static final int BITS_PER_CHAR = 5;

    private Base32() {}

    /// The bytes that `text` stands for. The caller wipes them.
    ///
    /// @throws IllegalArgumentException with a sentence that doesn't repeat the text
    static byte[] decode(CharSequence text) {
        int chars = text.length();
        while (chars > 0 && text.charAt(chars - 1) == '=') {
            chars--;
        }
        for (int i = 0; i < chars; i++) {
            value(text.charAt(i));
        }
        boolean padded = chars < text.length();
        int bytes = chars * BITS_PER_CHAR / Byte.SIZE;
        int spareBits = chars * BITS_PER_CHAR % Byte.SIZE;
        boolean wrongLength = spareBits >= BITS_PER_CHAR
                || (padded && (text.length() % GROUP_CHARS != 0 || text.length() - chars >= GROUP_CHARS));
        if (wrongLength) {
            throw new IllegalArgumentException("the base32 text is cut off");
        }
        byte[] decoded = new byte[bytes];
        int held = 0;
        int heldBits = 0;
        int next = 0;
        for (int i = 0; i < chars; i++) {
            held = held << BITS_PER_CHAR | value(text.charAt(i));
            heldBits += BITS_PER_CHAR;
            if (heldBits >= Byte.SIZE) {
                heldBits -= Byte.SIZE;
                decoded[next++] = (byte) (held >>> heldBits);
            }
        }
        if ((held & ((1 << heldBits) - 1)) != 0) {
            throw new IllegalArgumentException("the base32 text is cut off");
        }
        return decoded;
    }

    /// The text of bytes, without padding.
    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int held = 0;
        int heldBits = 0;
        for (byte b : bytes) {
            held = held << Byte.SIZE | (b & 0xff);
            heldBits += Byte.SIZE;
            while (heldBits >= BITS_PER_CHAR) {
                heldBits -= BITS_PER_CHAR;
                text.append(DIGITS.charAt(held >>> heldBits & 31));
            }
        }
        if (heldBits > 0) {
            text.append(DIGITS.charAt(held << (BITS_PER_CHAR - heldBits) & 31));
        }
        return text.toString();
    }

    private static int value(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= '2' && c <= '7') {
            return c - '2' + 26;
        }
        throw new IllegalArgumentException("base32 is written with A to Z and 2 to 7, without blanks");
    }
}
