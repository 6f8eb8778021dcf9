package dev.sekisho.crypto;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Poly1305 over 8 blocks at a time: lane i of five 512-bit vectors holds the limbs (26 bits each) of a hash
/// over the blocks i, 8 + i, 16 + i and so on. A step multiplies every lane by r^8; the last step multiplies
/// lane i by r^(8 - i), so that the sum of the lanes is the hash.
///
/// Operands of products are cut to 32 bits for the JIT to see that one 32 by 32 bit multiplication does.
final class Poly1305Lanes8 {
    static final int LANES = 8;
    static final int STEP_BYTES = LANES * Poly1305.BLOCK_BYTES;

    /// Scratch: the limbs of r^8 in every lane, then those of r^8 to r^1, one vector per limb; behind them room
    /// for the factors.
    private static final long VECTOR_BYTES = 64;

    private static final long TABLE_BYTES = 5 * VECTOR_BYTES;

    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_512;
    private static final LongVector EVEN = LongVector.fromArray(SPECIES, new long[] {0, 2, 4, 6, 8, 10, 12, 14}, 0);
    private static final LongVector ODD = LongVector.fromArray(SPECIES, new long[] {1, 3, 5, 7, 9, 11, 13, 15}, 0);

    private static final long MASK26 = (1L << 26) - 1;
    private static final long MASK32 = (1L << 32) - 1;

    /// 2^128 in the top limb, which starts at bit 104.
    private static final long HIGH_BIT = 1L << 24;

    private static final VectorMask<Long> ODD_LANES = VectorMask.fromLong(SPECIES, 0b10101010);
    private static final VectorMask<Long> UPPER_PAIRS = VectorMask.fromLong(SPECIES, 0b11001100);
    private static final VectorMask<Long> UPPER_HALF = VectorMask.fromLong(SPECIES, 0b11110000);
    private static final VectorShuffle<Long> TO_ALL = VectorShuffle.fromValues(SPECIES, 0, 0, 0, 0, 0, 0, 0, 0);

    private Poly1305Lanes8() {}

    /// Absorbs `steps` (at least 1) times [#STEP_BYTES] bytes into a fresh `mac`.
    static void absorb(Poly1305 mac, MemorySegment data, long offset, int steps, MemorySegment scratch, long table) {
        powers(mac, scratch, table);
        accumulate(mac, data, offset, steps, scratch, table);
    }

    /// Writes the two tables from r and r^2 by vector products: lanes (r^2, r, r^2, r ...) times (r^2, r^2, 1,
    /// 1 ...) are (r^4, r^3, r^2, r ...); times (r^4, r^4, r^4, r^4, 1, 1, 1, 1) they are r^8 to r.
    private static void powers(Poly1305 mac, MemorySegment scratch, long table) {
        long lanes = table + TABLE_BYTES;
        long x = lanes + TABLE_BYTES;
        long y = x + TABLE_BYTES;
        long limbs = y + TABLE_BYTES;
        Poly1305Powers.square(mac.keyLow(), mac.keyHigh(), scratch, limbs);
        for (int i = 0; i < 5; i++) {
            LongVector first = LongVector.broadcast(SPECIES, scratch.get(Bytes.LONG_LAYOUT, limbs + i * 8L));
            LongVector second = LongVector.broadcast(SPECIES, scratch.get(Bytes.LONG_LAYOUT, limbs + 40 + i * 8L));
            LongVector one = LongVector.broadcast(SPECIES, i == 0 ? 1 : 0);
            second.blend(first, ODD_LANES).intoMemorySegment(scratch, x + i * VECTOR_BYTES, LE);
            second.blend(one, UPPER_PAIRS).intoMemorySegment(scratch, y + i * VECTOR_BYTES, LE);
        }
        multiply(scratch, x, x, y);
        for (int i = 0; i < 5; i++) {
            LongVector one = LongVector.broadcast(SPECIES, i == 0 ? 1 : 0);
            LongVector.fromMemorySegment(SPECIES, scratch, x + i * VECTOR_BYTES, LE)
                    .rearrange(TO_ALL)
                    .blend(one, UPPER_HALF)
                    .intoMemorySegment(scratch, y + i * VECTOR_BYTES, LE);
        }
        multiply(scratch, lanes, x, y);
        for (int i = 0; i < 5; i++) {
            LongVector.fromMemorySegment(SPECIES, scratch, lanes + i * VECTOR_BYTES, LE)
                    .rearrange(TO_ALL)
                    .intoMemorySegment(scratch, table + i * VECTOR_BYTES, LE);
        }
    }

    /// Product, lane by lane, of the tables at `x` and `y`.
    private static void multiply(MemorySegment scratch, long out, long x, long y) {
        LongVector x0 = LongVector.fromMemorySegment(SPECIES, scratch, x, LE).and(MASK32);
        LongVector x1 = LongVector.fromMemorySegment(SPECIES, scratch, x + 1 * VECTOR_BYTES, LE)
                .and(MASK32);
        LongVector x2 = LongVector.fromMemorySegment(SPECIES, scratch, x + 2 * VECTOR_BYTES, LE)
                .and(MASK32);
        LongVector x3 = LongVector.fromMemorySegment(SPECIES, scratch, x + 3 * VECTOR_BYTES, LE)
                .and(MASK32);
        LongVector x4 = LongVector.fromMemorySegment(SPECIES, scratch, x + 4 * VECTOR_BYTES, LE)
                .and(MASK32);
        LongVector y0 = LongVector.fromMemorySegment(SPECIES, scratch, y, LE).and(MASK32);
        LongVector y1 = LongVector.fromMemorySegment(SPECIES, scratch, y + 1 * VECTOR_BYTES, LE)
                .and(MASK32);
        LongVector y2 = LongVector.fromMemorySegment(SPECIES, scratch, y + 2 * VECTOR_BYTES, LE)
                .and(MASK32);
        LongVector y3 = LongVector.fromMemorySegment(SPECIES, scratch, y + 3 * VECTOR_BYTES, LE)
                .and(MASK32);
        LongVector y4 = LongVector.fromMemorySegment(SPECIES, scratch, y + 4 * VECTOR_BYTES, LE)
                .and(MASK32);
        LongVector s1 = y1.add(y1.lanewise(LSHL, 2)).and(MASK32);
        LongVector s2 = y2.add(y2.lanewise(LSHL, 2)).and(MASK32);
        LongVector s3 = y3.add(y3.lanewise(LSHL, 2)).and(MASK32);
        LongVector s4 = y4.add(y4.lanewise(LSHL, 2)).and(MASK32);
        LongVector d0 =
                x0.mul(y0).add(x1.mul(s4)).add(x2.mul(s3).add(x3.mul(s2))).add(x4.mul(s1));
        LongVector d1 =
                x0.mul(y1).add(x1.mul(y0)).add(x2.mul(s4).add(x3.mul(s3))).add(x4.mul(s2));
        LongVector d2 =
                x0.mul(y2).add(x1.mul(y1)).add(x2.mul(y0).add(x3.mul(s4))).add(x4.mul(s3));
        LongVector d3 =
                x0.mul(y3).add(x1.mul(y2)).add(x2.mul(y1).add(x3.mul(y0))).add(x4.mul(s4));
        LongVector d4 =
                x0.mul(y4).add(x1.mul(y3)).add(x2.mul(y2).add(x3.mul(y1))).add(x4.mul(y0));
        d1 = d1.add(d0.lanewise(LSHR, 26));
        d4 = d4.add(d3.lanewise(LSHR, 26));
        d2 = d2.add(d1.lanewise(LSHR, 26));
        LongVector over = d4.lanewise(LSHR, 26);
        d0 = d0.and(MASK26).add(over).add(over.lanewise(LSHL, 2));
        d3 = d3.and(MASK26).add(d2.lanewise(LSHR, 26));
        d0.and(MASK26).intoMemorySegment(scratch, out, LE);
        d1.and(MASK26).add(d0.lanewise(LSHR, 26)).intoMemorySegment(scratch, out + VECTOR_BYTES, LE);
        d2.and(MASK26).intoMemorySegment(scratch, out + 2 * VECTOR_BYTES, LE);
        d3.and(MASK26).intoMemorySegment(scratch, out + 3 * VECTOR_BYTES, LE);
        d4.and(MASK26).add(d3.lanewise(LSHR, 26)).intoMemorySegment(scratch, out + 4 * VECTOR_BYTES, LE);
    }

    /// Two passes of the same loop, so that its body is compiled once: all steps but the last under r^8, then
    /// the last.
    private static void accumulate(
            Poly1305 mac, MemorySegment data, long offset, int steps, MemorySegment scratch, long table) {
        LongVector h0 = LongVector.zero(SPECIES);
        LongVector h1 = h0;
        LongVector h2 = h0;
        LongVector h3 = h0;
        LongVector h4 = h0;
        int from = 0;
        int to = (steps - 1) * STEP_BYTES;
        for (int pass = 0; pass < 2; pass++) {
            long powers = table + pass * TABLE_BYTES;
            LongVector r0 =
                    LongVector.fromMemorySegment(SPECIES, scratch, powers, LE).and(MASK32);
            LongVector r1 = LongVector.fromMemorySegment(SPECIES, scratch, powers + 1 * VECTOR_BYTES, LE)
                    .and(MASK32);
            LongVector r2 = LongVector.fromMemorySegment(SPECIES, scratch, powers + 2 * VECTOR_BYTES, LE)
                    .and(MASK32);
            LongVector r3 = LongVector.fromMemorySegment(SPECIES, scratch, powers + 3 * VECTOR_BYTES, LE)
                    .and(MASK32);
            LongVector r4 = LongVector.fromMemorySegment(SPECIES, scratch, powers + 4 * VECTOR_BYTES, LE)
                    .and(MASK32);
            LongVector s1 = r1.add(r1.lanewise(LSHL, 2)).and(MASK32);
            LongVector s2 = r2.add(r2.lanewise(LSHL, 2)).and(MASK32);
            LongVector s3 = r3.add(r3.lanewise(LSHL, 2)).and(MASK32);
            LongVector s4 = r4.add(r4.lanewise(LSHL, 2)).and(MASK32);
            for (int i = from; i < to; i += STEP_BYTES) {
                LongVector first = LongVector.fromMemorySegment(SPECIES, data, offset + i, LE);
                LongVector second = LongVector.fromMemorySegment(SPECIES, data, offset + i + VECTOR_BYTES, LE);
                LongVector low = EVEN.selectFrom(first, second);
                LongVector high = ODD.selectFrom(first, second);
                h0 = h0.add(low.and(MASK26)).and(MASK32);
                h1 = h1.add(low.lanewise(LSHR, 26).and(MASK26)).and(MASK32);
                h2 = h2.add(low.lanewise(LSHR, 52).or(high.lanewise(LSHL, 12)).and(MASK26))
                        .and(MASK32);
                h3 = h3.add(high.lanewise(LSHR, 14).and(MASK26)).and(MASK32);
                h4 = h4.add(high.lanewise(LSHR, 40).or(HIGH_BIT)).and(MASK32);
                LongVector d0 = h0.mul(r0)
                        .add(h1.mul(s4))
                        .add(h2.mul(s3).add(h3.mul(s2)))
                        .add(h4.mul(s1));
                LongVector d1 = h0.mul(r1)
                        .add(h1.mul(r0))
                        .add(h2.mul(s4).add(h3.mul(s3)))
                        .add(h4.mul(s2));
                LongVector d2 = h0.mul(r2)
                        .add(h1.mul(r1))
                        .add(h2.mul(r0).add(h3.mul(s4)))
                        .add(h4.mul(s3));
                LongVector d3 = h0.mul(r3)
                        .add(h1.mul(r2))
                        .add(h2.mul(r1).add(h3.mul(r0)))
                        .add(h4.mul(s4));
                LongVector d4 = h0.mul(r4)
                        .add(h1.mul(r3))
                        .add(h2.mul(r2).add(h3.mul(r1)))
                        .add(h4.mul(r0));
                // Carry in two chains, 0 to 1 to 2 to 3 and 3 to 4 to 0 to 1; what leaves limb 4 comes back times 5.
                d1 = d1.add(d0.lanewise(LSHR, 26));
                d4 = d4.add(d3.lanewise(LSHR, 26));
                d2 = d2.add(d1.lanewise(LSHR, 26));
                LongVector over = d4.lanewise(LSHR, 26);
                d0 = d0.and(MASK26).add(over).add(over.lanewise(LSHL, 2));
                d3 = d3.and(MASK26).add(d2.lanewise(LSHR, 26));
                h0 = d0.and(MASK26);
                h1 = d1.and(MASK26).add(d0.lanewise(LSHR, 26));
                h2 = d2.and(MASK26);
                h3 = d3.and(MASK26);
                h4 = d4.and(MASK26).add(d3.lanewise(LSHR, 26));
            }
            from = to;
            to += STEP_BYTES;
        }
        mac.hash(
                h0.reduceLanes(ADD),
                h1.reduceLanes(ADD),
                h2.reduceLanes(ADD),
                h3.reduceLanes(ADD),
                h4.reduceLanes(ADD));
    }
}
