package dev.sekisho.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Plain Java, for JVMs without the vector module.
final class ScalarKernel implements Kernel {
    static final String NAME = "scalar";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int keyStream(int[] state, int block, int wantedBytes, int[] work, MemorySegment out, long offset) {
        int done = 0;
        while (done < wantedBytes && done < PASS_BYTES) {
            ChaCha20.block(state, block, work, out, offset + done);
            block++;
            done += ChaCha20.BLOCK_BYTES;
        }
        return done;
    }

    @Override
    public void xor(
            MemorySegment stream,
            long streamOffset,
            MemorySegment src,
            long srcOffset,
            MemorySegment dst,
            long dstOffset,
            int length) {
        xorWords(stream, streamOffset, src, srcOffset, dst, dstOffset, length);
    }

    /// Also the tail of the vector kernels.
    static void xorWords(
            MemorySegment stream,
            long streamOffset,
            MemorySegment src,
            long srcOffset,
            MemorySegment dst,
            long dstOffset,
            int length) {
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            long mixed = stream.get(Bytes.LONG_LAYOUT, streamOffset + i) ^ src.get(Bytes.LONG_LAYOUT, srcOffset + i);
            dst.set(Bytes.LONG_LAYOUT, dstOffset + i, mixed);
        }
        if (i <= length - Integer.BYTES) {
            int mixed = stream.get(Bytes.INT_LAYOUT, streamOffset + i) ^ src.get(Bytes.INT_LAYOUT, srcOffset + i);
            dst.set(Bytes.INT_LAYOUT, dstOffset + i, mixed);
            i += Integer.BYTES;
        }
        for (; i < length; i++) {
            int mixed =
                    stream.get(ValueLayout.JAVA_BYTE, streamOffset + i) ^ src.get(ValueLayout.JAVA_BYTE, srcOffset + i);
            dst.set(ValueLayout.JAVA_BYTE, dstOffset + i, (byte) mixed);
        }
    }

    @Override
    public int absorb(
            Poly1305 mac, MemorySegment data, long offset, int length, MemorySegment scratch, long scratchOffset) {
        return 0;
    }
}
