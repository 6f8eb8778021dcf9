package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Unaligned big-endian access, the order of every Internet header. Values come back as non-negative ints where they
/// fit (8 and 16 bits) and as raw bits where they do not.
final class NetworkOrder {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private NetworkOrder() {}

    static int u8(MemorySegment memory, long offset) {
        return memory.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    static int u16(MemorySegment memory, long offset) {
        return memory.get(U16, offset) & 0xffff;
    }

    static int i32(MemorySegment memory, long offset) {
        return memory.get(U32, offset);
    }

    static long i64(MemorySegment memory, long offset) {
        return memory.get(U64, offset);
    }

    static void put8(MemorySegment memory, long offset, int value) {
        memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    static void put16(MemorySegment memory, long offset, int value) {
        memory.set(U16, offset, (short) value);
    }

    static void put32(MemorySegment memory, long offset, int value) {
        memory.set(U32, offset, value);
    }

    static void put64(MemorySegment memory, long offset, long value) {
        memory.set(U64, offset, value);
    }
}
