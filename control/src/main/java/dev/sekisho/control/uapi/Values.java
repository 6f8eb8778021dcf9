package dev.sekisho.control.uapi;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.nio.charset.StandardCharsets;

/// Reads the values of lines, each `buffer[from .. to)`. Thread-safe: no state. All throw [UapiException] with
/// [Errno#INVALID]; a message names the key only.
final class Values {
    private Values() {}

    static long number(UapiKey key, byte[] buffer, int from, int to, long max) {
        long value = 0;
        boolean good = to > from && to - from <= 19;
        for (int i = from; i < to && good; i++) {
            int digit = buffer[i] - '0';
            good = digit >= 0 && digit <= 9;
            value = value * 10 + digit;
        }
        if (!good || value < 0 || value > max) {
            throw invalid(key, "is not a number up to " + max);
        }
        return value;
    }

    static boolean isTrue(byte[] buffer, int from, int to) {
        return to - from == 4
                && buffer[from] == 't'
                && buffer[from + 1] == 'r'
                && buffer[from + 2] == 'u'
                && buffer[from + 3] == 'e';
    }

    static SecretKey secretKey(UapiKey key, byte[] buffer, int from, int to) {
        byte[] bytes = new byte[SecretKey.BYTES];
        try {
            hex(key, buffer, from, to, bytes);
            return SecretKey.copyOf(bytes, 0);
        } finally {
            Wipe.bytes(bytes);
        }
    }

    static PublicKey publicKey(UapiKey key, byte[] buffer, int from, int to) {
        byte[] bytes = new byte[PublicKey.BYTES];
        hex(key, buffer, from, to, bytes);
        return PublicKey.of(bytes, 0);
    }

    static Endpoint endpoint(UapiKey key, byte[] buffer, int from, int to) {
        try {
            return Endpoint.parse(text(buffer, from, to));
        } catch (IllegalArgumentException e) {
            throw invalid(key, "is not ADDRESS:PORT");
        }
    }

    /// Unlike files, the protocol wants the prefix length always.
    static Cidr cidr(UapiKey key, byte[] buffer, int from, int to) {
        String text = text(buffer, from, to);
        try {
            if (text.indexOf('/') > 0) {
                return Cidr.parse(text);
            }
        } catch (IllegalArgumentException e) {
            throw invalid(key, "is not ADDRESS/LENGTH");
        }
        throw invalid(key, "is not ADDRESS/LENGTH");
    }

    static UapiException invalid(UapiKey key, String problem) {
        return new UapiException(Errno.INVALID, key.text() + " " + problem);
    }

    private static String text(byte[] buffer, int from, int to) {
        return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static void hex(UapiKey key, byte[] buffer, int from, int to, byte[] target) {
        if (to - from != 2 * target.length) {
            throw invalid(key, "is not " + 2 * target.length + " hexadecimal digits");
        }
        int bad = 0;
        for (int i = 0; i < target.length; i++) {
            int high = nibble(buffer[from + 2 * i]);
            int low = nibble(buffer[from + 2 * i + 1]);
            bad |= high | low;
            target[i] = (byte) (high << 4 | low);
        }
        if (bad < 0) {
            throw invalid(key, "is not " + 2 * target.length + " hexadecimal digits");
        }
    }

    /// Value of a hexadecimal digit, negative for anything else. No branch and no table index depends on the digit,
    /// since it may be part of a secret.
    private static int nibble(byte c) {
        int digit = c - '0';
        int letter = (c | 0x20) - 'a';
        int isDigit = ~digit & digit - 10;
        int isLetter = ~letter & letter - 6;
        int value = (isDigit >> 31 & digit) | (isLetter >> 31 & letter + 10);
        return value | ~((isDigit | isLetter) >> 31);
    }
}
