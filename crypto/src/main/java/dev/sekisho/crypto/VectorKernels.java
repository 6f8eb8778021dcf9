package dev.sekisho.crypto;

import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// The kernels on the vector module, one per register width. Only [Kernels] names this class, once it knows
/// that the module is there.
final class VectorKernels {
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

    /// Steps of vector Poly1305 below which the powers cost more than they save.
    private static final int MIN_STEPS = 2;

    private VectorKernels() {}

    /// The kernel for the registers of this processor, as the JIT sees them.
    static Kernel best() {
        int bits = IntVector.SPECIES_PREFERRED.vectorBitSize();
        if (bits >= 512) {
            return new Vector512();
        }
        if (bits == 256) {
            return new Vector256();
        }
        return bits == 128 && !isX86() ? new Vector128() : new ScalarKernel();
    }

    /// x86 with 128 bits means no AVX2, and there the JIT has no instruction for the transposition: six times
    /// slower than the scalar kernel.
    private static boolean isX86() {
        String architecture = System.getProperty("os.arch", "");
        return architecture.equals("amd64") || architecture.equals("x86_64");
    }

    /// All widths; those wider than the processor run, slowly.
    static Stream<Kernel> all() {
        return Stream.of(new Vector512(), new Vector256(), new Vector128());
    }

    /// 16 blocks of key stream, 8 blocks of Poly1305.
    static final class Vector512 implements Kernel {
        private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_512;

        @Override
        public String name() {
            return "vector-512";
        }

        @Override
        public int keyStream(int[] state, int block, int wantedBytes, int[] work, MemorySegment out, long offset) {
            ChaCha20Lanes16.keyStream(state, block, out, offset);
            return ChaCha20Lanes16.BYTES;
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
            int whole = length & -SPECIES.vectorByteSize();
            for (int i = 0; i < whole; i += SPECIES.vectorByteSize()) {
                ByteVector.fromMemorySegment(SPECIES, stream, streamOffset + i, LE)
                        .lanewise(XOR, ByteVector.fromMemorySegment(SPECIES, src, srcOffset + i, LE))
                        .intoMemorySegment(dst, dstOffset + i, LE);
            }
            ScalarKernel.xorWords(
                    stream, streamOffset + whole, src, srcOffset + whole, dst, dstOffset + whole, length - whole);
        }

        @Override
        public int absorb(
                Poly1305 mac, MemorySegment data, long offset, int length, MemorySegment scratch, long scratchOffset) {
            int steps = length / Poly1305Lanes8.STEP_BYTES;
            if (steps < MIN_STEPS) {
                return 0;
            }
            Poly1305Lanes8.absorb(mac, data, offset, steps, scratch, scratchOffset);
            return steps * Poly1305Lanes8.STEP_BYTES;
        }
    }

    /// 8 blocks of key stream, 4 blocks of Poly1305.
    static final class Vector256 implements Kernel {
        private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_256;

        @Override
        public String name() {
            return "vector-256";
        }

        @Override
        public int keyStream(int[] state, int block, int wantedBytes, int[] work, MemorySegment out, long offset) {
            ChaCha20Lanes8.keyStream(state, block, out, offset);
            if (wantedBytes <= ChaCha20Lanes8.BYTES) {
                return ChaCha20Lanes8.BYTES;
            }
            ChaCha20Lanes8.keyStream(state, block + ChaCha20Lanes8.BLOCKS, out, offset + ChaCha20Lanes8.BYTES);
            return 2 * ChaCha20Lanes8.BYTES;
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
            int whole = length & -SPECIES.vectorByteSize();
            for (int i = 0; i < whole; i += SPECIES.vectorByteSize()) {
                ByteVector.fromMemorySegment(SPECIES, stream, streamOffset + i, LE)
                        .lanewise(XOR, ByteVector.fromMemorySegment(SPECIES, src, srcOffset + i, LE))
                        .intoMemorySegment(dst, dstOffset + i, LE);
            }
            ScalarKernel.xorWords(
                    stream, streamOffset + whole, src, srcOffset + whole, dst, dstOffset + whole, length - whole);
        }

        @Override
        public int absorb(
                Poly1305 mac, MemorySegment data, long offset, int length, MemorySegment scratch, long scratchOffset) {
            int steps = length / Poly1305Lanes4.STEP_BYTES;
            if (steps < MIN_STEPS) {
                return 0;
            }
            Poly1305Lanes4.absorb(mac, data, offset, steps, scratch, scratchOffset);
            return steps * Poly1305Lanes4.STEP_BYTES;
        }
    }

    /// 4 blocks of key stream; Poly1305 is scalar, as 128-bit units often lack a 64-bit vector multiplication
    /// (NEON).
    static final class Vector128 implements Kernel {
        private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_128;

        @Override
        public String name() {
            return "vector-128";
        }

        @Override
        public int keyStream(int[] state, int block, int wantedBytes, int[] work, MemorySegment out, long offset) {
            int done = 0;
            while (done < wantedBytes && done < PASS_BYTES) {
                ChaCha20Lanes4.keyStream(state, block + done / ChaCha20.BLOCK_BYTES, out, offset + done);
                done += ChaCha20Lanes4.BYTES;
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
            int whole = length & -SPECIES.vectorByteSize();
            for (int i = 0; i < whole; i += SPECIES.vectorByteSize()) {
                ByteVector.fromMemorySegment(SPECIES, stream, streamOffset + i, LE)
                        .lanewise(XOR, ByteVector.fromMemorySegment(SPECIES, src, srcOffset + i, LE))
                        .intoMemorySegment(dst, dstOffset + i, LE);
            }
            ScalarKernel.xorWords(
                    stream, streamOffset + whole, src, srcOffset + whole, dst, dstOffset + whole, length - whole);
        }

        @Override
        public int absorb(
                Poly1305 mac, MemorySegment data, long offset, int length, MemorySegment scratch, long scratchOffset) {
            return 0;
        }
    }
}
