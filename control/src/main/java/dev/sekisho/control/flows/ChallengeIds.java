package dev.sekisho.control.flows;

import java.util.OptionalLong;

/// The ids of challenges as people type them: eight characters of Crockford's base32 in lower case, which
/// has no `i`, `l`, `o` and `u`. Stateless. Source: <https://www.crockford.com/base32.html>.
public final class ChallengeIds {
    /// Characters of an id; five bits each hold the 40 bits of an id.
    public static final int CHARS = 8;

    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int BITS_PER_CHAR = 5;
    private static final int CHAR_MASK = 31;

    private ChallengeIds() {}

    /// The id as text.
    ///
    /// @param id below 2^40
    public static String text(long id) {
        if ((id >>> (CHARS * BITS_PER_CHAR)) != 0) {
            throw new IllegalArgumentException("the id of a challenge has 40 bits");
        }
        StringBuilder text = new StringBuilder(CHARS);
        for (int i = CHARS - 1; i >= 0; i--) {
            text.append(ALPHABET.charAt((int) (id >>> (i * BITS_PER_CHAR)) & CHAR_MASK));
        }
        return text.toString();
    }

    /// Reads an id, in any case, with `o` for zero and `i` or `l` for one. Empty when it is none.
    public static OptionalLong parse(String text) {
        if (text.length() != CHARS) {
            return OptionalLong.empty();
        }
        long id = 0;
        for (int i = 0; i < CHARS; i++) {
            int value = ALPHABET.indexOf(canonical(text.charAt(i)));
            if (value < 0) {
                return OptionalLong.empty();
            }
            id = (id << BITS_PER_CHAR) | value;
        }
        return OptionalLong.of(id);
    }

    private static char canonical(char c) {
        char lower = c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
        return switch (lower) {
            case 'o' -> '0';
            case 'i', 'l' -> '1';
            default -> lower;
        };
    }
}
