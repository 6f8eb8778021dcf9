package dev.sekisho.crypto;

import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// ChaCha20 key stream, 4 blocks at a time: lane i of each of the sixteen 128-bit vectors belongs to block i.
///
/// Each method stays small enough for the JIT (about 190 vector operations) and no vector crosses a method
/// boundary: otherwise vectors become objects, at a hundredth of the speed. The three widths are three classes
/// since the species must be a constant.
final class ChaCha20Lanes4 {
    static final int BLOCKS = 4;
    static final int BYTES = BLOCKS * ChaCha20.BLOCK_BYTES;

    /// Ten bits for ten double rounds, shifted out: C2 unrolls a loop with a counter, in some runs, to 28 KiB
    /// of code, and this one never.
    private static final int DOUBLE_ROUNDS = 0b11_1111_1111;

    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_128;
    private static final long VECTOR_BYTES = 16;

    private static final IntVector LANE_NUMBERS = vector(0, 1, 2, 3);

    // Index vectors for the transposition; a number of 4 or more means the second operand.
    private static final IntVector LOW_WORDS = vector(0, 4, 1, 5);
    private static final IntVector HIGH_WORDS = vector(2, 6, 3, 7);
    private static final IntVector LOW_PAIRS = vector(0, 1, 4, 5);
    private static final IntVector HIGH_PAIRS = vector(2, 3, 6, 7);

    private ChaCha20Lanes4() {}

    private static IntVector vector(int... lanes) {
        return IntVector.fromArray(SPECIES, lanes, 0);
    }

    /// Writes [#BYTES] bytes of key stream from block number `block` on.
    static void keyStream(int[] state, int block, MemorySegment out, long offset) {
        columns(state, block, out, offset);
        transposeWords(out, offset);
    }

    /// The rounds; leaves word i of all blocks in the i-th vector at `out`.
    @SuppressWarnings("AssignmentExpression") // one line is one step of a quarter round: a += b; d = (d ^ a) <<< n
    private static void columns(int[] state, int block, MemorySegment out, long offset) {
        IntVector counters = LANE_NUMBERS.add(block);
        IntVector x0 = IntVector.broadcast(SPECIES, state[0]);
        IntVector x1 = IntVector.broadcast(SPECIES, state[1]);
        IntVector x2 = IntVector.broadcast(SPECIES, state[2]);
        IntVector x3 = IntVector.broadcast(SPECIES, state[3]);
        IntVector x4 = IntVector.broadcast(SPECIES, state[4]);
        IntVector x5 = IntVector.broadcast(SPECIES, state[5]);
        IntVector x6 = IntVector.broadcast(SPECIES, state[6]);
        IntVector x7 = IntVector.broadcast(SPECIES, state[7]);
        IntVector x8 = IntVector.broadcast(SPECIES, state[8]);
        IntVector x9 = IntVector.broadcast(SPECIES, state[9]);
        IntVector x10 = IntVector.broadcast(SPECIES, state[10]);
        IntVector x11 = IntVector.broadcast(SPECIES, state[11]);
        IntVector x12 = counters;
        IntVector x13 = IntVector.broadcast(SPECIES, state[13]);
        IntVector x14 = IntVector.broadcast(SPECIES, state[14]);
        IntVector x15 = IntVector.broadcast(SPECIES, state[15]);
        for (int left = DOUBLE_ROUNDS; left != 0; left >>>= 1) {
            // columns
            x12 = x12.lanewise(XOR, x0 = x0.add(x4)).lanewise(ROL, 16);
            x13 = x13.lanewise(XOR, x1 = x1.add(x5)).lanewise(ROL, 16);
            x14 = x14.lanewise(XOR, x2 = x2.add(x6)).lanewise(ROL, 16);
            x15 = x15.lanewise(XOR, x3 = x3.add(x7)).lanewise(ROL, 16);
            x4 = x4.lanewise(XOR, x8 = x8.add(x12)).lanewise(ROL, 12);
            x5 = x5.lanewise(XOR, x9 = x9.add(x13)).lanewise(ROL, 12);
            x6 = x6.lanewise(XOR, x10 = x10.add(x14)).lanewise(ROL, 12);
            x7 = x7.lanewise(XOR, x11 = x11.add(x15)).lanewise(ROL, 12);
            x12 = x12.lanewise(XOR, x0 = x0.add(x4)).lanewise(ROL, 8);
            x13 = x13.lanewise(XOR, x1 = x1.add(x5)).lanewise(ROL, 8);
            x14 = x14.lanewise(XOR, x2 = x2.add(x6)).lanewise(ROL, 8);
            x15 = x15.lanewise(XOR, x3 = x3.add(x7)).lanewise(ROL, 8);
            x4 = x4.lanewise(XOR, x8 = x8.add(x12)).lanewise(ROL, 7);
            x5 = x5.lanewise(XOR, x9 = x9.add(x13)).lanewise(ROL, 7);
            x6 = x6.lanewise(XOR, x10 = x10.add(x14)).lanewise(ROL, 7);
            x7 = x7.lanewise(XOR, x11 = x11.add(x15)).lanewise(ROL, 7);
            // diagonals
            x15 = x15.lanewise(XOR, x0 = x0.add(x5)).lanewise(ROL, 16);
            x12 = x12.lanewise(XOR, x1 = x1.add(x6)).lanewise(ROL, 16);
            x13 = x13.lanewise(XOR, x2 = x2.add(x7)).lanewise(ROL, 16);
            x14 = x14.lanewise(XOR, x3 = x3.add(x4)).lanewise(ROL, 16);
            x5 = x5.lanewise(XOR, x10 = x10.add(x15)).lanewise(ROL, 12);
            x6 = x6.lanewise(XOR, x11 = x11.add(x12)).lanewise(ROL, 12);
            x7 = x7.lanewise(XOR, x8 = x8.add(x13)).lanewise(ROL, 12);
            x4 = x4.lanewise(XOR, x9 = x9.add(x14)).lanewise(ROL, 12);
            x15 = x15.lanewise(XOR, x0 = x0.add(x5)).lanewise(ROL, 8);
            x12 = x12.lanewise(XOR, x1 = x1.add(x6)).lanewise(ROL, 8);
            x13 = x13.lanewise(XOR, x2 = x2.add(x7)).lanewise(ROL, 8);
            x14 = x14.lanewise(XOR, x3 = x3.add(x4)).lanewise(ROL, 8);
            x5 = x5.lanewise(XOR, x10 = x10.add(x15)).lanewise(ROL, 7);
            x6 = x6.lanewise(XOR, x11 = x11.add(x12)).lanewise(ROL, 7);
            x7 = x7.lanewise(XOR, x8 = x8.add(x13)).lanewise(ROL, 7);
            x4 = x4.lanewise(XOR, x9 = x9.add(x14)).lanewise(ROL, 7);
        }
        x0.add(state[0]).intoMemorySegment(out, offset, LE);
        x1.add(state[1]).intoMemorySegment(out, offset + 1 * VECTOR_BYTES, LE);
        x2.add(state[2]).intoMemorySegment(out, offset + 2 * VECTOR_BYTES, LE);
        x3.add(state[3]).intoMemorySegment(out, offset + 3 * VECTOR_BYTES, LE);
        x4.add(state[4]).intoMemorySegment(out, offset + 4 * VECTOR_BYTES, LE);
        x5.add(state[5]).intoMemorySegment(out, offset + 5 * VECTOR_BYTES, LE);
        x6.add(state[6]).intoMemorySegment(out, offset + 6 * VECTOR_BYTES, LE);
        x7.add(state[7]).intoMemorySegment(out, offset + 7 * VECTOR_BYTES, LE);
        x8.add(state[8]).intoMemorySegment(out, offset + 8 * VECTOR_BYTES, LE);
        x9.add(state[9]).intoMemorySegment(out, offset + 9 * VECTOR_BYTES, LE);
        x10.add(state[10]).intoMemorySegment(out, offset + 10 * VECTOR_BYTES, LE);
        x11.add(state[11]).intoMemorySegment(out, offset + 11 * VECTOR_BYTES, LE);
        x12.add(counters).intoMemorySegment(out, offset + 12 * VECTOR_BYTES, LE);
        x13.add(state[13]).intoMemorySegment(out, offset + 13 * VECTOR_BYTES, LE);
        x14.add(state[14]).intoMemorySegment(out, offset + 14 * VECTOR_BYTES, LE);
        x15.add(state[15]).intoMemorySegment(out, offset + 15 * VECTOR_BYTES, LE);
    }

    /// Transposes the 16 by 4 matrix of words: loads all before it stores, as source and target overlap.
    private static void transposeWords(MemorySegment out, long offset) {
        IntVector x0 = IntVector.fromMemorySegment(SPECIES, out, offset, LE);
        IntVector x1 = IntVector.fromMemorySegment(SPECIES, out, offset + 1 * VECTOR_BYTES, LE);
        IntVector x2 = IntVector.fromMemorySegment(SPECIES, out, offset + 2 * VECTOR_BYTES, LE);
        IntVector x3 = IntVector.fromMemorySegment(SPECIES, out, offset + 3 * VECTOR_BYTES, LE);
        IntVector x4 = IntVector.fromMemorySegment(SPECIES, out, offset + 4 * VECTOR_BYTES, LE);
        IntVector x5 = IntVector.fromMemorySegment(SPECIES, out, offset + 5 * VECTOR_BYTES, LE);
        IntVector x6 = IntVector.fromMemorySegment(SPECIES, out, offset + 6 * VECTOR_BYTES, LE);
        IntVector x7 = IntVector.fromMemorySegment(SPECIES, out, offset + 7 * VECTOR_BYTES, LE);
        IntVector x8 = IntVector.fromMemorySegment(SPECIES, out, offset + 8 * VECTOR_BYTES, LE);
        IntVector x9 = IntVector.fromMemorySegment(SPECIES, out, offset + 9 * VECTOR_BYTES, LE);
        IntVector x10 = IntVector.fromMemorySegment(SPECIES, out, offset + 10 * VECTOR_BYTES, LE);
        IntVector x11 = IntVector.fromMemorySegment(SPECIES, out, offset + 11 * VECTOR_BYTES, LE);
        IntVector x12 = IntVector.fromMemorySegment(SPECIES, out, offset + 12 * VECTOR_BYTES, LE);
        IntVector x13 = IntVector.fromMemorySegment(SPECIES, out, offset + 13 * VECTOR_BYTES, LE);
        IntVector x14 = IntVector.fromMemorySegment(SPECIES, out, offset + 14 * VECTOR_BYTES, LE);
        IntVector x15 = IntVector.fromMemorySegment(SPECIES, out, offset + 15 * VECTOR_BYTES, LE);
        IntVector p0 = LOW_WORDS.selectFrom(x0, x1),
                p1 = HIGH_WORDS.selectFrom(x0, x1),
                p2 = LOW_WORDS.selectFrom(x2, x3),
                p3 = HIGH_WORDS.selectFrom(x2, x3);
        LOW_PAIRS.selectFrom(p0, p2).intoMemorySegment(out, offset + 0, LE);
        HIGH_PAIRS.selectFrom(p0, p2).intoMemorySegment(out, offset + 64, LE);
        LOW_PAIRS.selectFrom(p1, p3).intoMemorySegment(out, offset + 128, LE);
        HIGH_PAIRS.selectFrom(p1, p3).intoMemorySegment(out, offset + 192, LE);
        IntVector p4 = LOW_WORDS.selectFrom(x4, x5),
                p5 = HIGH_WORDS.selectFrom(x4, x5),
                p6 = LOW_WORDS.selectFrom(x6, x7),
                p7 = HIGH_WORDS.selectFrom(x6, x7);
        LOW_PAIRS.selectFrom(p4, p6).intoMemorySegment(out, offset + 16, LE);
        HIGH_PAIRS.selectFrom(p4, p6).intoMemorySegment(out, offset + 80, LE);
        LOW_PAIRS.selectFrom(p5, p7).intoMemorySegment(out, offset + 144, LE);
        HIGH_PAIRS.selectFrom(p5, p7).intoMemorySegment(out, offset + 208, LE);
        IntVector p8 = LOW_WORDS.selectFrom(x8, x9),
                p9 = HIGH_WORDS.selectFrom(x8, x9),
                p10 = LOW_WORDS.selectFrom(x10, x11),
                p11 = HIGH_WORDS.selectFrom(x10, x11);
        LOW_PAIRS.selectFrom(p8, p10).intoMemorySegment(out, offset + 32, LE);
        HIGH_PAIRS.selectFrom(p8, p10).intoMemorySegment(out, offset + 96, LE);
        LOW_PAIRS.selectFrom(p9, p11).intoMemorySegment(out, offset + 160, LE);
        HIGH_PAIRS.selectFrom(p9, p11).intoMemorySegment(out, offset + 224, LE);
        IntVector p12 = LOW_WORDS.selectFrom(x12, x13),
                p13 = HIGH_WORDS.selectFrom(x12, x13),
                p14 = LOW_WORDS.selectFrom(x14, x15),
                p15 = HIGH_WORDS.selectFrom(x14, x15);
        LOW_PAIRS.selectFrom(p12, p14).intoMemorySegment(out, offset + 48, LE);
        HIGH_PAIRS.selectFrom(p12, p14).intoMemorySegment(out, offset + 112, LE);
        LOW_PAIRS.selectFrom(p13, p15).intoMemorySegment(out, offset + 176, LE);
        HIGH_PAIRS.selectFrom(p13, p15).intoMemorySegment(out, offset + 240, LE);
    }
}
