package dev.sekisho.crypto;

import java.util.Arrays;

/// HMAC-BLAKE2s and the key derivation of the Noise framework over it (`Kdf1` to `Kdf3`). Thread-confined;
/// allocates nothing after construction.
/// Source: WireGuard paper 5.4; RFC 2104; RFC 5869 with empty info and outputs of one block each.
public final class Hkdf {
    private static final int HASH_BYTES = Blake2s.HASH_BYTES;

    /// RFC 2104 section 2.
    private static final byte INNER_PAD = 0x36;

    private static final byte OUTER_PAD = 0x5c;

    /// Most outputs of one derivation.
    private static final int MAX_OUTPUTS = 3;

    private final Blake2s blake2s = new Blake2s();
    private final byte[] block = new byte[Blake2s.BLOCK_BYTES];
    private final byte[] digest = new byte[HASH_BYTES];
    private final byte[] pseudoRandomKey = new byte[HASH_BYTES];
    private final byte[] index = new byte[1];

    /// Hash states behind the padded key, so that the outputs under one key share them.
    private final int[] innerState = new int[HASH_BYTES / Integer.BYTES];

    private final int[] outerState = new int[HASH_BYTES / Integer.BYTES];

    /// An instance with scratch of its own.
    public Hkdf() {}

    /// Writes `outputs` (1 to 3) keys of 32 bytes, one behind the other, to `out`, which may be `chainingKey`.
    public void derive(byte[] chainingKey, byte[] input, int outputs, byte[] out) {
        if (outputs < 1 || outputs > MAX_OUTPUTS || out.length < outputs * HASH_BYTES) {
            throw new IllegalArgumentException(outputs + " outputs of 32 bytes, room for " + out.length + " bytes");
        }
        hmac(chainingKey, input, pseudoRandomKey);
        useKey(pseudoRandomKey);
        for (int i = 0; i < outputs; i++) {
            blake2s.resume(innerState);
            if (i > 0) {
                blake2s.update(out, (i - 1) * HASH_BYTES, HASH_BYTES);
            }
            index[0] = (byte) (i + 1);
            finish(blake2s.update(index), out, i * HASH_BYTES);
        }
        Arrays.fill(pseudoRandomKey, (byte) 0);
        wipe();
    }

    /// Writes the 32 bytes of HMAC-BLAKE2s(key, in) to `out32`. A key longer than 64 bytes is hashed first.
    public void hmac(byte[] key, byte[] in, byte[] out32) {
        useKey(key);
        finish(in.length == 0 ? onlyKeyBlock() : blake2s.resume(innerState).update(in), out32, 0);
        wipe();
    }

    private void useKey(byte[] key) {
        byte[] usedKey = key;
        if (key.length > block.length) {
            blake2s.reset().update(key).digest(digest, 0);
            usedKey = digest;
        }
        pad(usedKey, INNER_PAD);
        blake2s.reset().update(block).save(innerState);
        pad(usedKey, OUTER_PAD);
        blake2s.reset().update(block).save(outerState);
    }

    /// The inner hash of an empty message: the key's block is then the last one, so the saved state behind it
    /// is of no use.
    private Blake2s onlyKeyBlock() {
        for (int i = 0; i < block.length; i++) {
            block[i] ^= INNER_PAD ^ OUTER_PAD;
        }
        return blake2s.reset().update(block);
    }

    private void pad(byte[] key, byte pad) {
        Arrays.fill(block, pad);
        for (int i = 0; i < key.length; i++) {
            block[i] ^= key[i];
        }
    }

    private void finish(Blake2s inner, byte[] out, int offset) {
        inner.digest(digest, 0);
        blake2s.resume(outerState).update(digest).digest(out, offset);
    }

    private void wipe() {
        Arrays.fill(block, (byte) 0);
        Arrays.fill(digest, (byte) 0);
        Arrays.fill(innerState, 0);
        Arrays.fill(outerState, 0);
        blake2s.wipe();
    }
}
