package dev.sekisho.crypto;

import java.lang.foreign.MemorySegment;

/// Powers of the Poly1305 multiplier as five limbs of 26 bits in scratch, `stride` bytes apart: a column of the
/// tables of the vector kernels.
final class Poly1305Powers {
    private static final long MASK26 = (1L << 26) - 1;

    private Poly1305Powers() {}

    /// Writes the multiplier itself, given as two words.
    static void start(long low, long high, MemorySegment scratch, long out, long stride) {
        store(
                scratch,
                out,
                stride,
                low & MASK26,
                (low >>> 26) & MASK26,
                ((low >>> 52) | (high << 12)) & MASK26,
                (high >>> 14) & MASK26,
                high >>> 40);
    }

    /// Writes the product of the numbers at `x` and `y` to `out`.
    static void multiply(MemorySegment scratch, long out, long x, long y, long stride) {
        long x0 = scratch.get(Bytes.LONG_LAYOUT, x);
        long x1 = scratch.get(Bytes.LONG_LAYOUT, x + stride);
        long x2 = scratch.get(Bytes.LONG_LAYOUT, x + 2 * stride);
        long x3 = scratch.get(Bytes.LONG_LAYOUT, x + 3 * stride);
        long x4 = scratch.get(Bytes.LONG_LAYOUT, x + 4 * stride);
        long y0 = scratch.get(Bytes.LONG_LAYOUT, y);
        long y1 = scratch.get(Bytes.LONG_LAYOUT, y + stride);
        long y2 = scratch.get(Bytes.LONG_LAYOUT, y + 2 * stride);
        long y3 = scratch.get(Bytes.LONG_LAYOUT, y + 3 * stride);
        long y4 = scratch.get(Bytes.LONG_LAYOUT, y + 4 * stride);
        long s1 = y1 * 5;
        long s2 = y2 * 5;
        long s3 = y3 * 5;
        long s4 = y4 * 5;
        long d0 = x0 * y0 + x1 * s4 + x2 * s3 + x3 * s2 + x4 * s1;
        long d1 = x0 * y1 + x1 * y0 + x2 * s4 + x3 * s3 + x4 * s2;
        long d2 = x0 * y2 + x1 * y1 + x2 * y0 + x3 * s4 + x4 * s3;
        long d3 = x0 * y3 + x1 * y2 + x2 * y1 + x3 * y0 + x4 * s4;
        long d4 = x0 * y4 + x1 * y3 + x2 * y2 + x3 * y1 + x4 * y0;
        d1 += d0 >>> 26;
        d4 += d3 >>> 26;
        d2 += d1 >>> 26;
        d0 = (d0 & MASK26) + 5 * (d4 >>> 26);
        d3 = (d3 & MASK26) + (d2 >>> 26);
        d1 = (d1 & MASK26) + (d0 >>> 26);
        d4 = (d4 & MASK26) + (d3 >>> 26);
        store(scratch, out, stride, d0 & MASK26, d1, d2 & MASK26, d3 & MASK26, d4);
    }

    private static void store(
            MemorySegment scratch, long out, long stride, long x0, long x1, long x2, long x3, long x4) {
        scratch.set(Bytes.LONG_LAYOUT, out, x0);
        scratch.set(Bytes.LONG_LAYOUT, out + stride, x1);
        scratch.set(Bytes.LONG_LAYOUT, out + 2 * stride, x2);
        scratch.set(Bytes.LONG_LAYOUT, out + 3 * stride, x3);
        scratch.set(Bytes.LONG_LAYOUT, out + 4 * stride, x4);
    }
}
