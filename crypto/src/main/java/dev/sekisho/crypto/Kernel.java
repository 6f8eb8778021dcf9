package dev.sekisho.crypto;

import java.lang.foreign.MemorySegment;

/// The inner loops of ChaCha20-Poly1305, in one of several widths. Stateless: everything mutable is an
/// argument. Ranges were checked by the caller; segments are native.
interface Kernel {
    /// Most bytes that one [#keyStream] call writes.
    int PASS_BYTES = 1024;

    /// Scratch that [#absorb] may use.
    int MAC_SCRATCH_BYTES = 2048;

    /// The public name of the width.
    String name();

    /// Writes key stream from block number `block` on to `out`: at least `min(wantedBytes, PASS_BYTES)` bytes,
    /// at most `PASS_BYTES`, always whole blocks. Returns how many.
    int keyStream(int[] state, int block, int wantedBytes, int[] work, MemorySegment out, long offset);

    /// `dst = src ^ stream` over `length` bytes. `dst` may be `src`.
    void xor(
            MemorySegment stream,
            long streamOffset,
            MemorySegment src,
            long srcOffset,
            MemorySegment dst,
            long dstOffset,
            int length);

    /// Absorbs as many leading bytes of `data` into a fresh `mac` as suits the width. Returns how many, a
    /// multiple of 16.
    int absorb(Poly1305 mac, MemorySegment data, long offset, int length, MemorySegment scratch, long scratchOffset);
}
