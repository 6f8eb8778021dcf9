package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// `struct sockaddr_in6` (28 bytes) and `struct sockaddr_in` (16 bytes). Stateless.
///
/// ```text
/// sockaddr_in6: family 0..1 | port 2..3 | flow 4..7 | address 8..23 | scope 24..27
/// sockaddr_in:  family 0..1 | port 2..3 | address 4..7 | zero 8..15
/// ```
///
/// Family and scope in native byte order, port and address big-endian. Source: ipv6(7), ip(7).
final class SocketAddress {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int BYTES = 28;
    static final int V4_BYTES = 16;

    /// What stands before the IPv4 address in the low half of a mapped one.
    static final long V4_MAPPED = 0x0000_ffff_0000_0000L;

    static final ValueLayout.OfShort SHORT_BE = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt INT_BE = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong LONG_BE = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int PORT = 2;
    private static final int ADDRESS = 8;
    private static final int V4_ADDRESS = 4;
    private static final int SCOPE = 24;

    private SocketAddress() {}

    static boolean isV4(long high, long low) {
        return high == 0 && (low & 0xffff_ffff_0000_0000L) == V4_MAPPED;
    }

    static boolean isLinkLocal(long high) {
        return high >>> 54 == 0xfe80L >>> 6;
    }

    static void put(MemorySegment memory, long at, long high, long low, int port, int scopeId) {
        memory.set(JAVA_SHORT_UNALIGNED, at, (short) AF_INET6);
        memory.set(SHORT_BE, at + PORT, (short) port);
        memory.set(LONG_BE, at + ADDRESS, high);
        memory.set(LONG_BE, at + ADDRESS + Long.BYTES, low);
        memory.set(JAVA_INT_UNALIGNED, at + SCOPE, scopeId);
    }

    static void putV4(MemorySegment memory, long at, long low, int port) {
        memory.set(JAVA_SHORT_UNALIGNED, at, (short) AF_INET);
        memory.set(SHORT_BE, at + PORT, (short) port);
        memory.set(INT_BE, at + V4_ADDRESS, (int) low);
    }

    static boolean isV6(MemorySegment memory, long at) {
        return memory.get(JAVA_SHORT_UNALIGNED, at) == AF_INET6;
    }

    static int port(MemorySegment memory, long at) {
        return Short.toUnsignedInt(memory.get(SHORT_BE, at + PORT));
    }

    static long high(MemorySegment memory, long at) {
        return isV6(memory, at) ? memory.get(LONG_BE, at + ADDRESS) : 0;
    }

    static long low(MemorySegment memory, long at) {
        return isV6(memory, at)
                ? memory.get(LONG_BE, at + ADDRESS + Long.BYTES)
                : mapped(memory.get(INT_BE, at + V4_ADDRESS));
    }

    static int scopeId(MemorySegment memory, long at) {
        return isV6(memory, at) ? memory.get(JAVA_INT_UNALIGNED, at + SCOPE) : 0;
    }

    static long mapped(int v4) {
        return V4_MAPPED | Integer.toUnsignedLong(v4);
    }
}
