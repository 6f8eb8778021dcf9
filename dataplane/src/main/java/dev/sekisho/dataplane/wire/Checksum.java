package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The Internet checksum: ones-complement sum of 16-bit words. Stateless.
///
/// A partial sum is a `long` that holds the sum of the data taken as little-endian words, not yet folded. Partial
/// sums of pieces add up with `+` as long as every piece but the last has an even length. Byte order does not matter
/// to the result, as long as the folded value is stored by [#store] (RFC 1071 section 2 B). A partial sum of 64 KiB
/// stays below 2^47.
///
/// Uses the Vector API where module `jdk.incubator.vector` is in the boot layer, else 64-bit arithmetic.
/// Source: RFC 1071, RFC 768, RFC 9293 section 3.1, RFC 8200 section 8.1.
public final class Checksum {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_32 = 0xffff_ffffL;

    private static final boolean VECTOR =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    /// Below this the set-up of the vector loop costs more than it saves.
    private static final int MIN_VECTOR_BYTES = 128;

    private Checksum() {}

    /// Which kernel runs: `vector-512`, `vector-256`, `vector-128` or `scalar`.
    public static String kernelName() {
        return VECTOR ? "vector-" + VectorSum.BLOCK_BYTES * 8 : "scalar";
    }

    /// Partial sum of `lengthBytes` bytes at `offset`. Reads exactly these.
    public static long sum(MemorySegment memory, long offset, int lengthBytes) {
        if (VECTOR && lengthBytes >= MIN_VECTOR_BYTES) {
            int vectorBytes = lengthBytes & -VectorSum.BLOCK_BYTES;
            return VectorSum.sum(memory, offset, vectorBytes)
                    + sumScalar(memory, offset + vectorBytes, lengthBytes - vectorBytes);
        }
        return sumScalar(memory, offset, lengthBytes);
    }

    /// As [#sum], never vectorised.
    public static long sumScalar(MemorySegment memory, long offset, int lengthBytes) {
        long sum = 0;
        int at = 0;
        for (; at <= lengthBytes - 8; at += 8) {
            long word = memory.get(U64, offset + at);
            sum += (word & LOW_32) + (word >>> 32);
        }
        if ((lengthBytes & 4) != 0) {
            sum += memory.get(U32, offset + at) & LOW_32;
            at += 4;
        }
        if ((lengthBytes & 2) != 0) {
            sum += memory.get(U16, offset + at) & 0xffff;
            at += 2;
        }
        if ((lengthBytes & 1) != 0) {
            sum += memory.get(ValueLayout.JAVA_BYTE, offset + at) & 0xff;
        }
        return sum;
    }

    /// What a 16-bit header field of this value adds to a partial sum.
    public static int word(int value) {
        return (value & 0xff) << 8 | (value >>> 8 & 0xff);
    }

    /// Folds a partial sum to 16 bits, ready for [#store]. Zero only when everything summed was zero.
    public static int fold(long partial) {
        long sum = (partial & LOW_32) + (partial >>> 32);
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        return (int) ((sum & 0xffff) + (sum >>> 16));
    }

    /// The checksum of a partial sum: complement of [#fold].
    public static int complement(long partial) {
        return ~fold(partial) & 0xffff;
    }

    /// As [#complement], with zero replaced by `0xffff`, as UDP needs it; the two are equal in ones-complement.
    public static int complementNonZero(long partial) {
        int checksum = complement(partial);
        return checksum == 0 ? 0xffff : checksum;
    }

    /// Stores a folded value.
    public static void store(MemorySegment memory, long offset, int folded) {
        memory.set(U16, offset, (short) folded);
    }

    /// Loads a stored value; itself a partial sum.
    public static int load(MemorySegment memory, long offset) {
        return memory.get(U16, offset) & 0xffff;
    }

    /// Partial sum of the pseudo-header of the IPv4 packet at `packet`, its transport part being `transportBytes`
    /// long.
    public static long pseudoHeader4(MemorySegment memory, long packet, int protocol, int transportBytes) {
        long addresses = memory.get(U64, packet + Ip4View.SOURCE_OFFSET);
        return (addresses & LOW_32) + (addresses >>> 32) + word(protocol) + word(transportBytes);
    }

    /// Partial sum of the pseudo-header of the IPv6 packet at `packet`, its transport part being `transportBytes`
    /// long.
    public static long pseudoHeader6(MemorySegment memory, long packet, int protocol, int transportBytes) {
        return sumScalar(memory, packet + Ip6View.SOURCE_OFFSET, 32) + word(protocol) + word(transportBytes);
    }

    /// Completes the checksum of a packet whose field holds the pseudo-header sum (`NEEDS_CSUM`): sums from `start`
    /// to the end of the packet and stores the complement at `start + checksumOffset`, never zero.
    ///
    /// @return false, nothing written, when the field does not lie inside the packet
    public static boolean complete(MemorySegment memory, long packet, int lengthBytes, int start, int checksumOffset) {
        if (start < 0 || checksumOffset < 0 || start + checksumOffset + 2 > lengthBytes) {
            return false;
        }
        long sum = sum(memory, packet + start, lengthBytes - start);
        store(memory, packet + start + checksumOffset, complementNonZero(sum));
        return true;
    }
}
