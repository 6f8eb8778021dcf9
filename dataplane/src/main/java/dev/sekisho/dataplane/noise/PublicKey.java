package dev.sekisho.dataplane.noise;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HexFormat;

/// A Curve25519 public key: 32 bytes by value. Names a peer. Immutable, thread-safe, not secret.
///
/// The bytes are kept as they come; whether they are a usable point shows when a handshake multiplies with
/// them. Source: RFC 7748 section 5.
public final class PublicKey {
    /// Length of a key.
    public static final int BYTES = 32;

    private static final int BASE64_CHARS = 44;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long word0;
    private final long word1;
    private final long word2;
    private final long word3;

    private PublicKey(byte[] bytes, int offset) {
        word0 = (long) LONG.get(bytes, offset);
        word1 = (long) LONG.get(bytes, offset + 8);
        word2 = (long) LONG.get(bytes, offset + 16);
        word3 = (long) LONG.get(bytes, offset + 24);
    }

    /// The key in `bytes[offset .. offset + 32)`; the bytes are copied.
    ///
    /// @throws IndexOutOfBoundsException when fewer than 32 bytes are there
    public static PublicKey of(byte[] bytes, int offset) {
        return new PublicKey(bytes, offset);
    }

    /// Reads the 44 characters of standard base64 that `wg` prints.
    ///
    /// @throws IllegalArgumentException when `base64` is not exactly one key
    public static PublicKey parse(String base64) {
        if (base64.length() == BASE64_CHARS) {
            try {
                byte[] bytes = Base64.getDecoder().decode(base64);
                if (bytes.length == BYTES
                        && Base64.getEncoder().encodeToString(bytes).equals(base64)) {
                    return new PublicKey(bytes, 0);
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("a public key is 44 characters of base64", e);
            }
        }
        throw new IllegalArgumentException("a public key is 44 characters of base64");
    }

    /// Reads 64 hexadecimal digits, the form of the configuration protocol.
    ///
    /// @throws IllegalArgumentException when `hex` is not exactly one key
    public static PublicKey parseHex(String hex) {
        if (hex.length() != 2 * BYTES) {
            throw new IllegalArgumentException("a public key is 64 hexadecimal digits");
        }
        try {
            return new PublicKey(HexFormat.of().parseHex(hex), 0);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a public key is 64 hexadecimal digits", e);
        }
    }

    /// A fresh copy of the 32 bytes.
    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        copyTo(bytes, 0);
        return bytes;
    }

    /// Writes the 32 bytes to `target[offset .. offset + 32)`.
    public void copyTo(byte[] target, int offset) {
        LONG.set(target, offset, word0);
        LONG.set(target, offset + 8, word1);
        LONG.set(target, offset + 16, word2);
        LONG.set(target, offset + 24, word3);
    }

    /// Whether all 32 bytes are zero: no key at all in configuration files.
    public boolean isZero() {
        return (word0 | word1 | word2 | word3) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey that
                && word0 == that.word0
                && word1 == that.word1
                && word2 == that.word2
                && word3 == that.word3;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(word0 ^ word1 * 31 ^ word2 * 961 ^ word3 * 29791);
    }

    /// Standard base64, 44 characters, as `wg` prints it.
    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(bytes());
    }
}
