package dev.sekisho.crypto;

import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// ChaCha20 key stream, 8 blocks at a time: lane i of each of the sixteen 256-bit vectors belongs to block i.
///
/// Each method stays small enough for the JIT (about 190 vector operations) and no vector crosses a method
/// boundary: otherwise vectors become objects, at a hundredth of the speed. The three widths are three classes
/// since the species must be a constant.
final class ChaCha20Lanes8 {
    static final int BLOCKS = 8;
    static final int BYTES = BLOCKS * ChaCha20.BLOCK_BYTES;

    /// Ten bits for ten double rounds, shifted out: C2 unrolls a loop with a counter, in some runs, to 28 KiB
    /// of code, and this one never.
    private static final int DOUBLE_ROUNDS = 0b11_1111_1111;

    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_256;
    private static final long VECTOR_BYTES = 32;

    private static final IntVector LANE_NUMBERS = vector(0, 1, 2, 3, 4, 5, 6, 7);

    // Index vectors for the transposition; a number of 8 or more means the second operand.
    private static final IntVector LOW_WORDS = vector(0, 8, 1, 9, 4, 12, 5, 13);
    private static final IntVector HIGH_WORDS = vector(2, 10, 3, 11, 6, 14, 7, 15);
    private static final IntVector LOW_PAIRS = vector(0, 1, 8, 9, 4, 5, 12, 13);
    private static final IntVector HIGH_PAIRS = vector(2, 3, 10, 11, 6, 7, 14, 15);
    private static final IntVector LOW_QUADS = vector(0, 1, 2, 3, 8, 9, 10, 11);
    private static final IntVector HIGH_QUADS = vector(4, 5, 6, 7, 12, 13, 14, 15);

    private ChaCha20Lanes8() {}

    private static IntVector vector(int... lanes) {
        return IntVector.fromArray(SPECIES, lanes, 0);
    }

    /// Writes [#BYTES] bytes of key stream from block number `block` on.
    static void keyStream(int[] state, int block, MemorySegment out, long offset) {
        columns(state, block, out, offset);
        transposeWords(out, offset);
        transposeQuads(out, offset);
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

    /// Transposes 4 by 4 words in every 16 bytes of four neighbouring vectors: then 16 bytes are four words of
    /// one block.
    private static void transposeWords(MemorySegment out, long offset) {
        for (int group = 0; group < 4; group++) {
            long at = offset + group * (4 * VECTOR_BYTES);
            IntVector x0 = IntVector.fromMemorySegment(SPECIES, out, at, LE);
            IntVector x1 = IntVector.fromMemorySegment(SPECIES, out, at + VECTOR_BYTES, LE);
            IntVector x2 = IntVector.fromMemorySegment(SPECIES, out, at + 2 * VECTOR_BYTES, LE);
            IntVector x3 = IntVector.fromMemorySegment(SPECIES, out, at + 3 * VECTOR_BYTES, LE);
            IntVector low01 = LOW_WORDS.selectFrom(x0, x1);
            IntVector high01 = HIGH_WORDS.selectFrom(x0, x1);
            IntVector low23 = LOW_WORDS.selectFrom(x2, x3);
            IntVector high23 = HIGH_WORDS.selectFrom(x2, x3);
            LOW_PAIRS.selectFrom(low01, low23).intoMemorySegment(out, at, LE);
            HIGH_PAIRS.selectFrom(low01, low23).intoMemorySegment(out, at + VECTOR_BYTES, LE);
            LOW_PAIRS.selectFrom(high01, high23).intoMemorySegment(out, at + 2 * VECTOR_BYTES, LE);
            HIGH_PAIRS.selectFrom(high01, high23).intoMemorySegment(out, at + 3 * VECTOR_BYTES, LE);
        }
    }

    /// Gathers the four quads of every block. Loads all before it stores, as the vectors of a block are not the
    /// ones that it comes from.
    private static void transposeQuads(MemorySegment out, long offset) {
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
        LOW_QUADS.selectFrom(x0, x4).intoMemorySegment(out, offset, LE);
        LOW_QUADS.selectFrom(x8, x12).intoMemorySegment(out, offset + 1 * VECTOR_BYTES, LE);
        LOW_QUADS.selectFrom(x1, x5).intoMemorySegment(out, offset + 2 * VECTOR_BYTES, LE);
        LOW_QUADS.selectFrom(x9, x13).intoMemorySegment(out, offset + 3 * VECTOR_BYTES, LE);
        LOW_QUADS.selectFrom(x2, x6).intoMemorySegment(out, offset + 4 * VECTOR_BYTES, LE);
        LOW_QUADS.selectFrom(x10, x14).intoMemorySegment(out, offset + 5 * VECTOR_BYTES, LE);
        LOW_QUADS.selectFrom(x3, x7).intoMemorySegment(out, offset + 6 * VECTOR_BYTES, LE);
        LOW_QUADS.selectFrom(x11, x15).intoMemorySegment(out, offset + 7 * VECTOR_BYTES, LE);
        HIGH_QUADS.selectFrom(x0, x4).intoMemorySegment(out, offset + 8 * VECTOR_BYTES, LE);
        HIGH_QUADS.selectFrom(x8, x12).intoMemorySegment(out, offset + 9 * VECTOR_BYTES, LE);
        HIGH_QUADS.selectFrom(x1, x5).intoMemorySegment(out, offset + 10 * VECTOR_BYTES, LE);
        HIGH_QUADS.selectFrom(x9, x13).intoMemorySegment(out, offset + 11 * VECTOR_BYTES, LE);
        HIGH_QUADS.selectFrom(x2, x6).intoMemorySegment(out, offset + 12 * VECTOR_BYTES, LE);
        HIGH_QUADS.selectFrom(x10, x14).intoMemorySegment(out, offset + 13 * VECTOR_BYTES, LE);
        HIGH_QUADS.selectFrom(x3, x7).intoMemorySegment(out, offset + 14 * VECTOR_BYTES, LE);
        HIGH_QUADS.selectFrom(x11, x15).intoMemorySegment(out, offset + 15 * VECTOR_BYTES, LE);
    }
}
