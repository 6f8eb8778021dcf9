package dev.sekisho.crypto;

import java.lang.foreign.MemorySegment;

/// Where the vector kernels of Poly1305 begin their powers of the multiplier.
final class Poly1305Powers {
    private static final long MASK26 = (1L << 26) - 1;

    private Poly1305Powers() {}

    /// Writes the multiplier r, given as two words, and r^2 to `out`: five limbs of 26 bits each, as ten words.
    static void square(long low, long high, MemorySegment scratch, long out) {
        long r0 = low & MASK26;
        long r1 = (low >>> 26) & MASK26;
        long r2 = ((low >>> 52) | (high << 12)) & MASK26;
        long r3 = (high >>> 14) & MASK26;
        long r4 = high >>> 40;
        store(scratch, out, r0, r1, r2, r3, r4);
        long s3 = 5 * r3;
        long s4 = 5 * r4;
        long d0 = r0 * r0 + 2 * (r1 * s4 + r2 * s3);
        long d1 = 2 * (r0 * r1 + r2 * s4) + r3 * s3;
        long d2 = 2 * (r0 * r2 + r3 * s4) + r1 * r1;
        long d3 = 2 * (r0 * r3 + r1 * r2) + r4 * s4;
        long d4 = 2 * (r0 * r4 + r1 * r3) + r2 * r2;
        d1 += d0 >>> 26;
        d4 += d3 >>> 26;
        d2 += d1 >>> 26;
        d0 = (d0 & MASK26) + 5 * (d4 >>> 26);
        d3 = (d3 & MASK26) + (d2 >>> 26);
        d1 = (d1 & MASK26) + (d0 >>> 26);
        d4 = (d4 & MASK26) + (d3 >>> 26);
        store(scratch, out + 5 * Long.BYTES, d0 & MASK26, d1, d2 & MASK26, d3 & MASK26, d4);
    }

    private static void store(MemorySegment scratch, long out, long x0, long x1, long x2, long x3, long x4) {
        scratch.set(Bytes.LONG_LAYOUT, out, x0);
        scratch.set(Bytes.LONG_LAYOUT, out + 8, x1);
        scratch.set(Bytes.LONG_LAYOUT, out + 16, x2);
        scratch.set(Bytes.LONG_LAYOUT, out + 24, x3);
        scratch.set(Bytes.LONG_LAYOUT, out + 32, x4);
    }
}
