package dev.sekisho.crypto;

import java.util.Arrays;

/// Diffie-Hellman on Curve25519. Thread-confined (owns scratch), constant time in scalar and point, allocates
/// nothing per call.
///
/// Keys and points are 32 bytes, little-endian. Scalars are clamped by the function itself, and the top bit of
/// a point is ignored.
/// Source: RFC 7748 section 5.
public final class X25519 {
    /// Length of scalars, points and results.
    public static final int BYTES = 32;

    /// (486662 - 2) / 4, RFC 7748 section 5.
    private static final long A24 = 121665;

    private static final int TOP_BIT = 254;

    private static final byte[] BASE_POINT = new byte[BYTES];

    static {
        BASE_POINT[0] = 9;
    }

    private final long[] x1 = new long[Field25519.LIMBS];
    private final long[] x2 = new long[Field25519.LIMBS];
    private final long[] z2 = new long[Field25519.LIMBS];
    private final long[] x3 = new long[Field25519.LIMBS];
    private final long[] z3 = new long[Field25519.LIMBS];
    private final long[] t0 = new long[Field25519.LIMBS];
    private final long[] t1 = new long[Field25519.LIMBS];
    private final long[] t2 = new long[Field25519.LIMBS];
    private final long[] t3 = new long[Field25519.LIMBS];
    private final long[] scalarWords = new long[BYTES / Long.BYTES];

    /// An instance with scratch of its own.
    public X25519() {}

    /// Clears and sets the bits that RFC 7748 section 5 fixes.
    public static void clamp(byte[] scalar) {
        check(scalar);
        scalar[0] &= (byte) 248;
        scalar[31] &= 127;
        scalar[31] |= 64;
    }

    /// Writes the product of `scalar` and the point `u` to `out`. Returns false when it is all zero, as it is
    /// for the points of low order: no secret came of it, and the caller must give up. `out` may be one of the
    /// inputs.
    public boolean scalarMult(byte[] scalar, byte[] u, byte[] out) {
        check(scalar);
        check(u);
        check(out);
        loadScalar(scalar);
        Field25519.decode(x1, u, 0);
        ladder();
        invert(t0, z2);
        Field25519.multiply(x2, x2, t0);
        Field25519.encode(out, 0, x2);
        wipe();
        return !ConstantTime.isZero(out);
    }

    /// Writes the public key of the private key `scalar`.
    public void publicKey(byte[] scalar, byte[] out) {
        scalarMult(scalar, BASE_POINT, out);
    }

    private static void check(byte[] value) {
        if (value.length != BYTES) {
            throw new IllegalArgumentException("must be 32 bytes, not " + value.length);
        }
    }

    private void loadScalar(byte[] scalar) {
        for (int i = 0; i < scalarWords.length; i++) {
            scalarWords[i] = (long) Bytes.LONG.get(scalar, i * Long.BYTES);
        }
        scalarWords[0] &= ~7L;
        scalarWords[3] &= Long.MAX_VALUE;
        scalarWords[3] |= 1L << 62;
    }

    /// The Montgomery ladder: leaves the result as `x2 / z2`.
    private void ladder() {
        Field25519.set(x2, 1);
        Field25519.set(z2, 0);
        Field25519.copy(x3, x1);
        Field25519.set(z3, 1);
        long swapped = 0;
        for (int t = TOP_BIT; t >= 0; t--) {
            long bit = (scalarWords[t >>> 6] >>> (t & 63)) & 1;
            long mask = -(bit ^ swapped);
            swapped = bit;
            Field25519.swap(x2, x3, mask);
            Field25519.swap(z2, z3, mask);
            step();
        }
        // The lowest bit of a clamped scalar is 0: nothing left to swap back.
    }

    /// Doubles (x2 : z2) and adds it to (x3 : z3). Names of RFC 7748 section 5: A B C D, DA CB, AA BB, E.
    private void step() {
        long[] a = t0;
        long[] b = t1;
        long[] c = t2;
        long[] d = t3;
        Field25519.add(a, x2, z2);
        Field25519.subtract(b, x2, z2);
        Field25519.add(c, x3, z3);
        Field25519.subtract(d, x3, z3);
        Field25519.multiply(d, d, a);
        Field25519.multiply(c, c, b);
        Field25519.square(a, a);
        Field25519.square(b, b);
        Field25519.add(x3, d, c);
        Field25519.square(x3, x3);
        Field25519.subtract(z3, d, c);
        Field25519.square(z3, z3);
        Field25519.multiply(z3, z3, x1);
        Field25519.multiply(x2, a, b);
        long[] e = b;
        Field25519.subtract(e, a, b);
        Field25519.multiplySmall(z2, e, A24);
        Field25519.add(z2, z2, a);
        Field25519.multiply(z2, z2, e);
    }

    /// `out = x^(p - 2)`, by the usual chain of 254 squarings and 11 products. Uses `t1`, `t2`, `t3`.
    private void invert(long[] out, long[] x) {
        Field25519.square(out, x); // 2
        Field25519.square(t1, out, 2); // 8
        Field25519.multiply(t1, x, t1); // 9
        Field25519.multiply(out, out, t1); // 11
        Field25519.square(t2, out); // 22
        Field25519.multiply(t1, t1, t2); // 2^5 - 1
        Field25519.square(t2, t1, 5);
        Field25519.multiply(t1, t2, t1); // 2^10 - 1
        Field25519.square(t2, t1, 10);
        Field25519.multiply(t2, t2, t1); // 2^20 - 1
        Field25519.square(t3, t2, 20);
        Field25519.multiply(t2, t3, t2); // 2^40 - 1
        Field25519.square(t2, t2, 10);
        Field25519.multiply(t1, t2, t1); // 2^50 - 1
        Field25519.square(t2, t1, 50);
        Field25519.multiply(t2, t2, t1); // 2^100 - 1
        Field25519.square(t3, t2, 100);
        Field25519.multiply(t2, t3, t2); // 2^200 - 1
        Field25519.square(t2, t2, 50);
        Field25519.multiply(t1, t2, t1); // 2^250 - 1
        Field25519.square(t1, t1, 5);
        Field25519.multiply(out, t1, out); // 2^255 - 21
    }

    private void wipe() {
        Arrays.fill(scalarWords, 0);
        Arrays.fill(x2, 0);
        Arrays.fill(z2, 0);
        Arrays.fill(x3, 0);
        Arrays.fill(z3, 0);
        Arrays.fill(t0, 0);
        Arrays.fill(t1, 0);
        Arrays.fill(t2, 0);
        Arrays.fill(t3, 0);
    }
}
