package dev.sekisho.crypto;

import java.util.Arrays;
import java.util.Objects;

/// 32 secret bytes. The holder closes it, which wipes it; a wiped key refuses every use. Not safe to close
/// while in use elsewhere.
///
/// It has no `equals`, no `hashCode` over its content and a `toString` that shows nothing, so that it can't
/// leak by accident.
public final class SecretKey implements AutoCloseable {
    /// Length of every key: 32 bytes.
    public static final int BYTES = 32;

    /// The key as eight little-endian words, the form in which ChaCha20 takes it.
    private final int[] words = new int[BYTES / Integer.BYTES];

    private boolean wiped;

    private SecretKey() {}

    /// Copies 32 bytes from `source` at `offset`. The source stays as it is: its owner wipes it.
    public static SecretKey copyOf(byte[] source, int offset) {
        Objects.checkFromIndexSize(offset, BYTES, source.length);
        SecretKey key = new SecretKey();
        for (int i = 0; i < key.words.length; i++) {
            key.words[i] = (int) Bytes.INT.get(source, offset + i * Integer.BYTES);
        }
        return key;
    }

    /// 32 random bytes.
    public static SecretKey generate(Entropy entropy) {
        byte[] bytes = new byte[BYTES];
        try {
            entropy.fill(bytes, 0, BYTES);
            return copyOf(bytes, 0);
        } finally {
            Wipe.bytes(bytes);
        }
    }

    /// A key from words that the caller has at hand (and wipes).
    static SecretKey ofWords(int[] words) {
        SecretKey key = new SecretKey();
        System.arraycopy(words, 0, key.words, 0, key.words.length);
        return key;
    }

    /// Writes the 32 bytes to `target` at `offset`.
    public void copyTo(byte[] target, int offset) {
        Objects.checkFromIndexSize(offset, BYTES, target.length);
        int[] source = words();
        for (int i = 0; i < source.length; i++) {
            Bytes.INT.set(target, offset + i * Integer.BYTES, source[i]);
        }
    }

    /// True when all 32 bytes are zero (WireGuard: no key, or no pre-shared key). Constant time.
    public boolean isZero() {
        int sum = 0;
        for (int word : words()) {
            sum |= word;
        }
        return sum == 0;
    }

    /// Compares in constant time.
    public boolean constantTimeEquals(SecretKey other) {
        int[] mine = words();
        int[] theirs = other.words();
        int difference = 0;
        for (int i = 0; i < mine.length; i++) {
            difference |= mine[i] ^ theirs[i];
        }
        return difference == 0;
    }

    /// Overwrites the key. Closing twice is harmless.
    @Override
    public void close() {
        Arrays.fill(words, 0);
        wiped = true;
    }

    /// True after [#close()].
    public boolean isWiped() {
        return wiped;
    }

    /// The live words, not a copy: for the kernels of this package, which only read them.
    int[] words() {
        if (wiped) {
            throw new IllegalStateException("key used after it was wiped");
        }
        return words;
    }

    @Override
    public String toString() {
        return wiped ? "SecretKey[wiped]" : "SecretKey[hidden]";
    }
}
