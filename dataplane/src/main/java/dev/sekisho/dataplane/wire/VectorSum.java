package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The vector kernel of [Checksum], in a class of its own: it is loaded only when the vector module is there.
final class VectorSum {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final long LOW_32 = 0xffff_ffffL;

    /// Bytes per step, a power of two.
    static final int BLOCK_BYTES = SPECIES.vectorByteSize();

    private VectorSum() {}

    /// Partial sum of `lengthBytes` bytes, a multiple of [#BLOCK_BYTES]. Low and high halves of each lane are summed
    /// apart, so that no carry is lost: 64 KiB add at most 2^13 times to a lane.
    static long sum(MemorySegment memory, long offset, int lengthBytes) {
        LongVector low = LongVector.zero(SPECIES);
        LongVector high = LongVector.zero(SPECIES);
        for (int at = 0; at < lengthBytes; at += BLOCK_BYTES) {
            LongVector words = LongVector.fromMemorySegment(SPECIES, memory, offset + at, ByteOrder.LITTLE_ENDIAN);
            low = low.add(words.and(LOW_32));
            high = high.add(words.lanewise(VectorOperators.LSHR, 32));
        }
        return low.add(high).reduceLanes(VectorOperators.ADD);
    }
}
