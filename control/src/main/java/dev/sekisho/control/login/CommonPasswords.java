package dev.sekisho.control.login;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/// Passwords and words that everybody tries first: 60,000 of them, as the first five bytes of their SHA-256, sorted.
/// Sources and licence stand beside the resource, in `common-passwords.NOTICE`. Loaded when it is first needed.
/// Immutable. A random password is taken for a common one with a chance of 1 in 18 million.
final class CommonPasswords {
    static final int ENTRY_BYTES = 5;
    private static final String RESOURCE = "common-passwords.bin";

    private CommonPasswords() {}

    private static final class Table {
        static final byte[] ENTRIES = load();

        private static byte[] load() {
            try (InputStream stream = Objects.requireNonNull(
                    CommonPasswords.class.getResourceAsStream(RESOURCE), "the jar lacks " + RESOURCE)) {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// How many there are.
    static int count() {
        return Table.ENTRIES.length / ENTRY_BYTES;
    }

    /// Whether a text, in lower case, is one of them.
    static boolean contains(String text) {
        long wanted = key(hash(text), 0);
        int low = 0;
        int high = count() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long found = key(Table.ENTRIES, middle * ENTRY_BYTES);
            if (found == wanted) {
                return true;
            }
            if (found < wanted) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return false;
    }

    static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static long key(byte[] bytes, int offset) {
        long key = 0;
        for (int i = 0; i < ENTRY_BYTES; i++) {
            key = key << Byte.SIZE | (bytes[offset + i] & 0xff);
        }
        return key;
    }
}
