package dev.sekisho.crypto;

import static java.lang.Integer.rotateRight;

import java.util.Arrays;
import java.util.Objects;

/// BLAKE2s, keyed or not, 1 to 32 bytes of hash. Reusable and thread-confined; allocates nothing after
/// construction.
/// Source: RFC 7693.
public final class Blake2s {
    /// Longest hash, and the usual one.
    public static final int HASH_BYTES = 32;

    /// Longest key.
    public static final int MAX_KEY_BYTES = 32;

    static final int BLOCK_BYTES = 64;

    private static final byte[] NO_KEY = {};

    /// RFC 7693 section 2.6.
    private static final int[] IV = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };

    /// Message word order of the ten rounds, RFC 7693 section 2.7.
    private static final byte[] SIGMA = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, //
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3, //
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4, //
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8, //
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13, //
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9, //
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11, //
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10, //
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5, //
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0, //
    };

    private final int[] hash = new int[8];
    private final int[] words = new int[16];

    /// Input not yet compressed: the last block is compressed only by [#digest], as it carries the final flag.
    private final byte[] pending = new byte[BLOCK_BYTES];

    private int pendingBytes;
    private int hashBytes;
    private long totalBytes;

    /// Ready for an unkeyed hash of 32 bytes.
    public Blake2s() {
        reset();
    }

    /// Starts an unkeyed hash of 32 bytes.
    public Blake2s reset() {
        return reset(HASH_BYTES, NO_KEY);
    }

    /// Starts a hash of `hashBytes` (1 to 32) bytes under `key` (0 to 32 bytes; none means unkeyed).
    public Blake2s reset(int hashBytes, byte[] key) {
        if (hashBytes < 1 || hashBytes > HASH_BYTES) {
            throw new IllegalArgumentException("hash must be 1 to 32 bytes, not " + hashBytes);
        }
        if (key.length > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("key must be 0 to 32 bytes, not " + key.length);
        }
        this.hashBytes = hashBytes;
        System.arraycopy(IV, 0, hash, 0, hash.length);
        hash[0] ^= 0x01010000 | (key.length << 8) | hashBytes;
        totalBytes = 0;
        pendingBytes = 0;
        if (key.length > 0) {
            System.arraycopy(key, 0, pending, 0, key.length);
            Arrays.fill(pending, key.length, BLOCK_BYTES, (byte) 0);
            pendingBytes = BLOCK_BYTES;
        }
        return this;
    }

    /// Takes more input.
    public Blake2s update(byte[] in, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, in.length);
        int at = offset;
        int rest = length;
        if (rest > BLOCK_BYTES - pendingBytes) {
            int filling = BLOCK_BYTES - pendingBytes;
            System.arraycopy(in, at, pending, pendingBytes, filling);
            compress(pending, 0, BLOCK_BYTES, 0);
            pendingBytes = 0;
            at += filling;
            rest -= filling;
            while (rest > BLOCK_BYTES) {
                compress(in, at, BLOCK_BYTES, 0);
                at += BLOCK_BYTES;
                rest -= BLOCK_BYTES;
            }
        }
        System.arraycopy(in, at, pending, pendingBytes, rest);
        pendingBytes += rest;
        return this;
    }

    /// Takes all of `in`.
    Blake2s update(byte[] in) {
        return update(in, 0, in.length);
    }

    /// Writes the hash to `out` at `offset`. [#reset()] comes before the next use.
    public void digest(byte[] out, int offset) {
        Objects.checkFromIndexSize(offset, hashBytes, out.length);
        Arrays.fill(pending, pendingBytes, BLOCK_BYTES, (byte) 0);
        compress(pending, 0, pendingBytes, -1);
        for (int i = 0; i < hashBytes; i++) {
            out[offset + i] = (byte) (hash[i >>> 2] >>> (8 * (i & 3)));
        }
    }

    /// Unkeyed 32-byte hash of the parts, one behind the other.
    public static byte[] hash(byte[]... parts) {
        return keyedHash(HASH_BYTES, NO_KEY, parts);
    }

    /// Hash of `hashBytes` bytes of the parts, one behind the other, under `key`.
    public static byte[] keyedHash(int hashBytes, byte[] key, byte[]... parts) {
        Blake2s blake2s = new Blake2s().reset(hashBytes, key);
        for (byte[] part : parts) {
            blake2s.update(part);
        }
        byte[] out = new byte[hashBytes];
        blake2s.digest(out, 0);
        blake2s.wipe();
        return out;
    }

    /// Keeps the state after whole blocks, as eight words; used by HMAC, whose first block is always the key's.
    void save(int[] target) {
        assert pendingBytes == BLOCK_BYTES && totalBytes == 0 : "only right behind the first block";
        compress(pending, 0, BLOCK_BYTES, 0);
        System.arraycopy(hash, 0, target, 0, hash.length);
    }

    /// Continues behind the one block of [#save].
    Blake2s resume(int[] source) {
        System.arraycopy(source, 0, hash, 0, hash.length);
        hashBytes = HASH_BYTES;
        totalBytes = BLOCK_BYTES;
        pendingBytes = 0;
        return this;
    }

    /// Overwrites the state and the pending input.
    void wipe() {
        Arrays.fill(hash, 0);
        Arrays.fill(words, 0);
        Arrays.fill(pending, (byte) 0);
    }

    private void compress(byte[] block, int offset, int countedBytes, int finalFlag) {
        totalBytes += countedBytes;
        for (int i = 0; i < words.length; i++) {
            words[i] = (int) Bytes.INT.get(block, offset + i * Integer.BYTES);
        }
        rounds(hash, words, (int) totalBytes, (int) (totalBytes >>> 32), finalFlag);
    }

    private static void rounds(int[] h, int[] m, int countLow, int countHigh, int finalFlag) {
        int v0 = h[0], v1 = h[1], v2 = h[2], v3 = h[3];
        int v4 = h[4], v5 = h[5], v6 = h[6], v7 = h[7];
        int v8 = IV[0], v9 = IV[1], v10 = IV[2], v11 = IV[3];
        int v12 = IV[4] ^ countLow, v13 = IV[5] ^ countHigh, v14 = IV[6] ^ finalFlag, v15 = IV[7];
        for (int s = 0; s < SIGMA.length; s += 16) {
            v12 = rotateRight(v12 ^ (v0 += v4 + m[SIGMA[s]]), 16);
            v4 = rotateRight(v4 ^ (v8 += v12), 12);
            v12 = rotateRight(v12 ^ (v0 += v4 + m[SIGMA[s + 1]]), 8);
            v4 = rotateRight(v4 ^ (v8 += v12), 7);
            v13 = rotateRight(v13 ^ (v1 += v5 + m[SIGMA[s + 2]]), 16);
            v5 = rotateRight(v5 ^ (v9 += v13), 12);
            v13 = rotateRight(v13 ^ (v1 += v5 + m[SIGMA[s + 3]]), 8);
            v5 = rotateRight(v5 ^ (v9 += v13), 7);
            v14 = rotateRight(v14 ^ (v2 += v6 + m[SIGMA[s + 4]]), 16);
            v6 = rotateRight(v6 ^ (v10 += v14), 12);
            v14 = rotateRight(v14 ^ (v2 += v6 + m[SIGMA[s + 5]]), 8);
            v6 = rotateRight(v6 ^ (v10 += v14), 7);
            v15 = rotateRight(v15 ^ (v3 += v7 + m[SIGMA[s + 6]]), 16);
            v7 = rotateRight(v7 ^ (v11 += v15), 12);
            v15 = rotateRight(v15 ^ (v3 += v7 + m[SIGMA[s + 7]]), 8);
            v7 = rotateRight(v7 ^ (v11 += v15), 7);
            v15 = rotateRight(v15 ^ (v0 += v5 + m[SIGMA[s + 8]]), 16);
            v5 = rotateRight(v5 ^ (v10 += v15), 12);
            v15 = rotateRight(v15 ^ (v0 += v5 + m[SIGMA[s + 9]]), 8);
            v5 = rotateRight(v5 ^ (v10 += v15), 7);
            v12 = rotateRight(v12 ^ (v1 += v6 + m[SIGMA[s + 10]]), 16);
            v6 = rotateRight(v6 ^ (v11 += v12), 12);
            v12 = rotateRight(v12 ^ (v1 += v6 + m[SIGMA[s + 11]]), 8);
            v6 = rotateRight(v6 ^ (v11 += v12), 7);
            v13 = rotateRight(v13 ^ (v2 += v7 + m[SIGMA[s + 12]]), 16);
            v7 = rotateRight(v7 ^ (v8 += v13), 12);
            v13 = rotateRight(v13 ^ (v2 += v7 + m[SIGMA[s + 13]]), 8);
            v7 = rotateRight(v7 ^ (v8 += v13), 7);
            v14 = rotateRight(v14 ^ (v3 += v4 + m[SIGMA[s + 14]]), 16);
            v4 = rotateRight(v4 ^ (v9 += v14), 12);
            v14 = rotateRight(v14 ^ (v3 += v4 + m[SIGMA[s + 15]]), 8);
            v4 = rotateRight(v4 ^ (v9 += v14), 7);
        }
        h[0] ^= v0 ^ v8;
        h[1] ^= v1 ^ v9;
        h[2] ^= v2 ^ v10;
        h[3] ^= v3 ^ v11;
        h[4] ^= v4 ^ v12;
        h[5] ^= v5 ^ v13;
        h[6] ^= v6 ^ v14;
        h[7] ^= v7 ^ v15;
    }
}
