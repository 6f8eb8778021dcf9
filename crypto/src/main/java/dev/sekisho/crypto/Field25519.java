package dev.sekisho.crypto;

import static java.lang.Math.multiplyHigh;

import java.util.Arrays;

/// Arithmetic modulo 2^255 - 19. An element is five limbs of 51 bits in a `long[5]`, each limb kept below 2^52;
/// sums and differences of two such elements are fine as operands of a product. Constant time: no branch, no
/// index depends on a value.
///
/// A product of two limbs has up to 107 bits. Its low 51 bits are `(x * y) & MASK`, its high bits
/// `multiplyHigh(x << 6, y << 7)`: both parts add up without a carry to detect.
final class Field25519 {
    static final int LIMBS = 5;

    private static final long MASK = (1L << 51) - 1;

    /// Two times the prime, limb by limb: added before a subtraction to stay positive.
    private static final long TWICE_PRIME_LIMB0 = 0xfffffffffffdaL;

    private static final long TWICE_PRIME_LIMB = 0xffffffffffffeL;

    private Field25519() {}

    /// Reads 32 little-endian bytes; the top bit is ignored (RFC 7748 section 5). Values at or above the prime
    /// are accepted.
    static void decode(long[] out, byte[] in, int offset) {
        long w0 = (long) Bytes.LONG.get(in, offset);
        long w1 = (long) Bytes.LONG.get(in, offset + 8);
        long w2 = (long) Bytes.LONG.get(in, offset + 16);
        long w3 = (long) Bytes.LONG.get(in, offset + 24);
        out[0] = w0 & MASK;
        out[1] = ((w0 >>> 51) | (w1 << 13)) & MASK;
        out[2] = ((w1 >>> 38) | (w2 << 26)) & MASK;
        out[3] = ((w2 >>> 25) | (w3 << 39)) & MASK;
        out[4] = (w3 >>> 12) & MASK;
    }

    /// Writes the one representative below the prime as 32 little-endian bytes.
    static void encode(byte[] out, int offset, long[] x) {
        long[] r = x;
        carry(r, r[0], r[1], r[2], r[3], r[4]);
        carry(r, r[0], r[1], r[2], r[3], r[4]);
        // Now below 2^255 + 19; the value plus 19 reaches bit 255 exactly when it is not below the prime.
        long quotient = (r[0] + 19) >>> 51;
        quotient = (r[1] + quotient) >>> 51;
        quotient = (r[2] + quotient) >>> 51;
        quotient = (r[3] + quotient) >>> 51;
        quotient = (r[4] + quotient) >>> 51;
        long r0 = r[0] + 19 * quotient;
        long r1 = r[1] + (r0 >>> 51);
        long r2 = r[2] + (r1 >>> 51);
        long r3 = r[3] + (r2 >>> 51);
        long r4 = (r[4] + (r3 >>> 51)) & MASK;
        r0 &= MASK;
        r1 &= MASK;
        r2 &= MASK;
        r3 &= MASK;
        Bytes.LONG.set(out, offset, r0 | (r1 << 51));
        Bytes.LONG.set(out, offset + 8, (r1 >>> 13) | (r2 << 38));
        Bytes.LONG.set(out, offset + 16, (r2 >>> 26) | (r3 << 25));
        Bytes.LONG.set(out, offset + 24, (r3 >>> 39) | (r4 << 12));
    }

    /// A small constant.
    static void set(long[] out, long value) {
        Arrays.fill(out, 0);
        out[0] = value;
    }

    static void copy(long[] out, long[] x) {
        System.arraycopy(x, 0, out, 0, LIMBS);
    }

    static void add(long[] out, long[] x, long[] y) {
        for (int i = 0; i < LIMBS; i++) {
            out[i] = x[i] + y[i];
        }
    }

    /// `y` must have limbs below 2^52 (a product, not a sum).
    static void subtract(long[] out, long[] x, long[] y) {
        out[0] = x[0] + TWICE_PRIME_LIMB0 - y[0];
        for (int i = 1; i < LIMBS; i++) {
            out[i] = x[i] + TWICE_PRIME_LIMB - y[i];
        }
    }

    /// Swaps the two when `mask` is all ones, leaves them when it is 0.
    static void swap(long[] x, long[] y, long mask) {
        for (int i = 0; i < LIMBS; i++) {
            long difference = mask & (x[i] ^ y[i]);
            x[i] ^= difference;
            y[i] ^= difference;
        }
    }

    /// `out = x * y`; the arrays may be the same.
    static void multiply(long[] out, long[] x, long[] y) {
        long x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4];
        long y0 = y[0], y1 = y[1], y2 = y[2], y3 = y[3], y4 = y[4];
        long u0 = x0 << 6, u1 = x1 << 6, u2 = x2 << 6, u3 = x3 << 6, u4 = x4 << 6;
        long v0 = y0 << 7, v1 = y1 << 7, v2 = y2 << 7, v3 = y3 << 7, v4 = y4 << 7;
        long low0 = ((x0 * y0) & MASK);
        long high0 = multiplyHigh(u0, v0);
        long low1 = ((x0 * y1) & MASK) + ((x1 * y0) & MASK);
        long high1 = multiplyHigh(u0, v1) + multiplyHigh(u1, v0);
        long low2 = ((x0 * y2) & MASK) + ((x1 * y1) & MASK) + ((x2 * y0) & MASK);
        long high2 = multiplyHigh(u0, v2) + multiplyHigh(u1, v1) + multiplyHigh(u2, v0);
        long low3 = ((x0 * y3) & MASK) + ((x1 * y2) & MASK) + ((x2 * y1) & MASK) + ((x3 * y0) & MASK);
        long high3 = multiplyHigh(u0, v3) + multiplyHigh(u1, v2) + multiplyHigh(u2, v1) + multiplyHigh(u3, v0);
        long low4 =
                ((x0 * y4) & MASK) + ((x1 * y3) & MASK) + ((x2 * y2) & MASK) + ((x3 * y1) & MASK) + ((x4 * y0) & MASK);
        long high4 = multiplyHigh(u0, v4)
                + multiplyHigh(u1, v3)
                + multiplyHigh(u2, v2)
                + multiplyHigh(u3, v1)
                + multiplyHigh(u4, v0);
        long low5 = ((x1 * y4) & MASK) + ((x2 * y3) & MASK) + ((x3 * y2) & MASK) + ((x4 * y1) & MASK);
        long high5 = multiplyHigh(u1, v4) + multiplyHigh(u2, v3) + multiplyHigh(u3, v2) + multiplyHigh(u4, v1);
        long low6 = ((x2 * y4) & MASK) + ((x3 * y3) & MASK) + ((x4 * y2) & MASK);
        long high6 = multiplyHigh(u2, v4) + multiplyHigh(u3, v3) + multiplyHigh(u4, v2);
        long low7 = ((x3 * y4) & MASK) + ((x4 * y3) & MASK);
        long high7 = multiplyHigh(u3, v4) + multiplyHigh(u4, v3);
        long low8 = ((x4 * y4) & MASK);
        long high8 = multiplyHigh(u4, v4);
        carry(
                out,
                low0 + 19 * (low5 + high4),
                low1 + high0 + 19 * (low6 + high5),
                low2 + high1 + 19 * (low7 + high6),
                low3 + high2 + 19 * (low8 + high7),
                low4 + high3 + 19 * high8);
    }

    /// `out = x * x`; the arrays may be the same.
    static void square(long[] out, long[] x) {
        long x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4];
        long u0 = x0 << 6, u1 = x1 << 6, u2 = x2 << 6, u3 = x3 << 6, u4 = x4 << 6;
        long v0 = x0 << 7, v1 = x1 << 7, v2 = x2 << 7, v3 = x3 << 7, v4 = x4 << 7;
        long low0 = ((x0 * x0) & MASK);
        long high0 = multiplyHigh(u0, v0);
        long low1 = 2 * ((x0 * x1) & MASK);
        long high1 = 2 * multiplyHigh(u0, v1);
        long low2 = 2 * ((x0 * x2) & MASK) + ((x1 * x1) & MASK);
        long high2 = 2 * multiplyHigh(u0, v2) + multiplyHigh(u1, v1);
        long low3 = 2 * (((x0 * x3) & MASK) + ((x1 * x2) & MASK));
        long high3 = 2 * (multiplyHigh(u0, v3) + multiplyHigh(u1, v2));
        long low4 = 2 * (((x0 * x4) & MASK) + ((x1 * x3) & MASK)) + ((x2 * x2) & MASK);
        long high4 = 2 * (multiplyHigh(u0, v4) + multiplyHigh(u1, v3)) + multiplyHigh(u2, v2);
        long low5 = 2 * (((x1 * x4) & MASK) + ((x2 * x3) & MASK));
        long high5 = 2 * (multiplyHigh(u1, v4) + multiplyHigh(u2, v3));
        long low6 = 2 * ((x2 * x4) & MASK) + ((x3 * x3) & MASK);
        long high6 = 2 * multiplyHigh(u2, v4) + multiplyHigh(u3, v3);
        long low7 = 2 * ((x3 * x4) & MASK);
        long high7 = 2 * multiplyHigh(u3, v4);
        long low8 = ((x4 * x4) & MASK);
        long high8 = multiplyHigh(u4, v4);
        carry(
                out,
                low0 + 19 * (low5 + high4),
                low1 + high0 + 19 * (low6 + high5),
                low2 + high1 + 19 * (low7 + high6),
                low3 + high2 + 19 * (low8 + high7),
                low4 + high3 + 19 * high8);
    }

    /// Squares `times` times.
    static void square(long[] out, long[] x, int times) {
        square(out, x);
        for (int i = 1; i < times; i++) {
            square(out, out);
        }
    }

    /// `out = x * factor` for a factor below 2^17.
    static void multiplySmall(long[] out, long[] x, long factor) {
        long f = factor << 7;
        carry(
                out,
                ((x[0] * factor) & MASK) + 19 * multiplyHigh(x[4] << 6, f),
                ((x[1] * factor) & MASK) + multiplyHigh(x[0] << 6, f),
                ((x[2] * factor) & MASK) + multiplyHigh(x[1] << 6, f),
                ((x[3] * factor) & MASK) + multiplyHigh(x[2] << 6, f),
                ((x[4] * factor) & MASK) + multiplyHigh(x[3] << 6, f));
    }

    private static void carry(long[] out, long r0, long r1, long r2, long r3, long r4) {
        r1 += r0 >>> 51;
        r2 += r1 >>> 51;
        r3 += r2 >>> 51;
        r4 += r3 >>> 51;
        r0 = (r0 & MASK) + 19 * (r4 >>> 51);
        out[0] = r0 & MASK;
        out[1] = (r1 & MASK) + (r0 >>> 51);
        out[2] = r2 & MASK;
        out[3] = r3 & MASK;
        out[4] = r4 & MASK;
    }
}
