package dev.sekisho.it.wire;

import org.bouncycastle.crypto.digests.Blake2sDigest;

/// The paper's Hash, Mac, Hmac and Kdf, all over BLAKE2s. Source: WireGuard paper 5.4.
final class NoiseHash {
    static final int BYTES = 32;
    static final int MAC_BYTES = 16;
    private static final int BLOCK_BYTES = 64;
    private static final int BITS = 8;

    private NoiseHash() {}

    static byte[] hash(byte[]... parts) {
        return digest(new Blake2sDigest(BYTES * BITS), BYTES, parts);
    }

    /// Keyed BLAKE2s with a 16-byte result.
    static byte[] mac(byte[] key, byte[]... parts) {
        return digest(new Blake2sDigest(key, MAC_BYTES, null, null), MAC_BYTES, parts);
    }

    private static byte[] digest(Blake2sDigest digest, int bytes, byte[]... parts) {
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] out = new byte[bytes];
        digest.doFinal(out, 0);
        return out;
    }

    private static byte[] hmac(byte[] key, byte[]... parts) {
        byte[] inner = new byte[BLOCK_BYTES];
        byte[] outer = new byte[BLOCK_BYTES];
        for (int i = 0; i < BLOCK_BYTES; i++) {
            int k = i < key.length ? key[i] : 0;
            inner[i] = (byte) (k ^ 0x36); // ipad, opad: RFC 2104
            outer[i] = (byte) (k ^ 0x5c);
        }
        byte[][] message = new byte[parts.length + 1][];
        message[0] = inner;
        System.arraycopy(parts, 0, message, 1, parts.length);
        return hash(outer, hash(message));
    }

    /// Kdf2: the next chaining key and a key. Kdf1 is its first half.
    static byte[][] kdf(byte[] chainingKey, byte[] input) {
        byte[] secret = hmac(chainingKey, input);
        byte[] first = hmac(secret, new byte[] {1});
        return new byte[][] {first, hmac(secret, first, new byte[] {2})};
    }
}
