package dev.sekisho.crypto;

import static java.lang.Integer.rotateLeft;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// ChaCha20 one block at a time, and the hash HChaCha20. State: 16 words
///
/// ```text
/// const const const const     0..3
/// key   key   key   key       4..7
/// key   key   key   key       8..11
/// block nonce nonce nonce    12..15
/// ```
///
/// Source: RFC 8439 section 2.3; draft-irtf-cfrg-xchacha-03 section 2.2.
final class ChaCha20 {
    static final int STATE_WORDS = 16;
    static final int BLOCK_BYTES = 64;
    static final int BLOCK_WORD = 12;

    /// "expand 32-byte k", RFC 8439 section 2.3.
    private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

    private ChaCha20() {}

    /// Puts the constants, the key and the nonce in place. The block counter is given with each call for key
    /// stream.
    static void prepare(int[] state, SecretKey key, int nonce0, int nonce1, int nonce2) {
        System.arraycopy(CONSTANTS, 0, state, 0, 4);
        System.arraycopy(key.words(), 0, state, 4, 8);
        state[13] = nonce0;
        state[14] = nonce1;
        state[15] = nonce2;
    }

    /// Writes the 64 bytes of one key stream block. `work` is scratch for 16 words.
    static void block(int[] state, int block, int[] work, MemorySegment out, long offset) {
        System.arraycopy(state, 0, work, 0, STATE_WORDS);
        work[BLOCK_WORD] = block;
        permute(work);
        for (int i = 0; i < STATE_WORDS; i++) {
            int initial = i == BLOCK_WORD ? block : state[i];
            out.set(Bytes.INT_LAYOUT, offset + 4L * i, work[i] + initial);
        }
    }

    /// A key for XChaCha20 from a key and the first 16 bytes of the nonce.
    static SecretKey hChaCha20(SecretKey key, byte[] nonce24) {
        int[] work = new int[STATE_WORDS];
        prepare(work, key, (int) Bytes.INT.get(nonce24, 4), (int) Bytes.INT.get(nonce24, 8), (int)
                Bytes.INT.get(nonce24, 12));
        work[BLOCK_WORD] = (int) Bytes.INT.get(nonce24, 0);
        permute(work);
        System.arraycopy(work, 12, work, 4, 4);
        SecretKey subkey = SecretKey.ofWords(work);
        Arrays.fill(work, 0);
        return subkey;
    }

    /// Ten double rounds in place.
    private static void permute(int[] x) {
        int x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
        int x4 = x[4], x5 = x[5], x6 = x[6], x7 = x[7];
        int x8 = x[8], x9 = x[9], x10 = x[10], x11 = x[11];
        int x12 = x[12], x13 = x[13], x14 = x[14], x15 = x[15];
        for (int round = 0; round < 20; round += 2) {
            // columns
            x12 = rotateLeft(x12 ^ (x0 += x4), 16);
            x13 = rotateLeft(x13 ^ (x1 += x5), 16);
            x14 = rotateLeft(x14 ^ (x2 += x6), 16);
            x15 = rotateLeft(x15 ^ (x3 += x7), 16);
            x4 = rotateLeft(x4 ^ (x8 += x12), 12);
            x5 = rotateLeft(x5 ^ (x9 += x13), 12);
            x6 = rotateLeft(x6 ^ (x10 += x14), 12);
            x7 = rotateLeft(x7 ^ (x11 += x15), 12);
            x12 = rotateLeft(x12 ^ (x0 += x4), 8);
            x13 = rotateLeft(x13 ^ (x1 += x5), 8);
            x14 = rotateLeft(x14 ^ (x2 += x6), 8);
            x15 = rotateLeft(x15 ^ (x3 += x7), 8);
            x4 = rotateLeft(x4 ^ (x8 += x12), 7);
            x5 = rotateLeft(x5 ^ (x9 += x13), 7);
            x6 = rotateLeft(x6 ^ (x10 += x14), 7);
            x7 = rotateLeft(x7 ^ (x11 += x15), 7);
            // diagonals
            x15 = rotateLeft(x15 ^ (x0 += x5), 16);
            x12 = rotateLeft(x12 ^ (x1 += x6), 16);
            x13 = rotateLeft(x13 ^ (x2 += x7), 16);
            x14 = rotateLeft(x14 ^ (x3 += x4), 16);
            x5 = rotateLeft(x5 ^ (x10 += x15), 12);
            x6 = rotateLeft(x6 ^ (x11 += x12), 12);
            x7 = rotateLeft(x7 ^ (x8 += x13), 12);
            x4 = rotateLeft(x4 ^ (x9 += x14), 12);
            x15 = rotateLeft(x15 ^ (x0 += x5), 8);
            x12 = rotateLeft(x12 ^ (x1 += x6), 8);
            x13 = rotateLeft(x13 ^ (x2 += x7), 8);
            x14 = rotateLeft(x14 ^ (x3 += x4), 8);
            x5 = rotateLeft(x5 ^ (x10 += x15), 7);
            x6 = rotateLeft(x6 ^ (x11 += x12), 7);
            x7 = rotateLeft(x7 ^ (x8 += x13), 7);
            x4 = rotateLeft(x4 ^ (x9 += x14), 7);
        }
        x[0] = x0;
        x[1] = x1;
        x[2] = x2;
        x[3] = x3;
        x[4] = x4;
        x[5] = x5;
        x[6] = x6;
        x[7] = x7;
        x[8] = x8;
        x[9] = x9;
        x[10] = x10;
        x[11] = x11;
        x[12] = x12;
        x[13] = x13;
        x[14] = x14;
        x[15] = x15;
    }
}
