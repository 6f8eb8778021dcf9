package dev.sekisho.it.traffic;

import java.util.SplittableRandom;

/// An endless sequence of bytes that both ends can make from a seed, so that each can check every byte of the other's.
final class ByteStream {
    /// A multiple of 8, since the generator makes eight bytes at a time and drops what does not fit.
    static final int CHUNK_BYTES = 16 * 1024;

    private final SplittableRandom random;
    private final byte[] chunk = new byte[CHUNK_BYTES];

    ByteStream(long seed) {
        random = new SplittableRandom(seed);
    }

    /// The next [#CHUNK_BYTES] bytes; the array is used again by the next call.
    byte[] next() {
        random.nextBytes(chunk);
        return chunk;
    }
}
