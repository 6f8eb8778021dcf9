package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;

/// An IPv6 header in place. Call [#check] once; behind it every accessor stays inside the packet.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------+---------------+---------------------------------------+
/// |Version| Traffic Class |              Flow Label               |  0
/// +-------+---------------+-------+---------------+---------------+
/// |         Payload Length        |  Next Header  |   Hop Limit   |  4
/// +-------------------------------+---------------+---------------+
/// |                   Source Address, 16 bytes                    |  8
/// +---------------------------------------------------------------+
/// |                 Destination Address, 16 bytes                 | 24
/// +---------------------------------------------------------------+
/// |       Extension headers: next header, length, content         | 40
/// +---------------------------------------------------------------+
/// ```
/// Source: RFC 8200 sections 3 and 4. Jumbograms (RFC 2675) are not known here: their payload length of zero is taken
/// at its word.
public final class Ip6View {
    /// Bytes of the fixed header.
    public static final int HEADER_BYTES = 40;

    /// Extension headers walked before the packet is given up: RFC 8200 section 4.1 lists seven in its order.
    public static final int MAX_EXTENSION_HEADERS = 8;

    /// Answer of [#transport] when no transport header is reached.
    public static final long NO_TRANSPORT = -1;

    static final int SOURCE_OFFSET = 8;

    private Ip6View() {}

    /// Whether `lengthBytes` bytes at `offset` start with an IPv6 header whose payload fits into them.
    public static boolean check(MemorySegment memory, long offset, int lengthBytes) {
        return lengthBytes >= HEADER_BYTES
                && NetworkOrder.u8(memory, offset) >>> 4 == 6
                && totalLength(memory, offset) <= lengthBytes;
    }

    /// Bytes behind the fixed header, extension headers included.
    public static int payloadLength(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset + 4);
    }

    /// Stores the bytes behind the fixed header.
    public static void setPayloadLength(MemorySegment memory, long offset, int lengthBytes) {
        NetworkOrder.put16(memory, offset + 4, lengthBytes);
    }

    /// Bytes of the packet, fixed header included.
    public static int totalLength(MemorySegment memory, long offset) {
        return HEADER_BYTES + payloadLength(memory, offset);
    }

    /// What follows the fixed header: a transport protocol or an extension header.
    public static int nextHeader(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset + 6);
    }

    /// Routers that the packet may still pass.
    public static int hopLimit(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset + 7);
    }

    /// First eight bytes of the source.
    public static long sourceHigh(MemorySegment memory, long offset) {
        return NetworkOrder.i64(memory, offset + SOURCE_OFFSET);
    }

    /// Last eight bytes of the source.
    public static long sourceLow(MemorySegment memory, long offset) {
        return NetworkOrder.i64(memory, offset + 16);
    }

    /// First eight bytes of the destination.
    public static long destinationHigh(MemorySegment memory, long offset) {
        return NetworkOrder.i64(memory, offset + 24);
    }

    /// Last eight bytes of the destination.
    public static long destinationLow(MemorySegment memory, long offset) {
        return NetworkOrder.i64(memory, offset + 32);
    }

    /// Walks hop-by-hop, routing and destination options of a packet of `totalBytes` bytes.
    ///
    /// The answer holds the protocol ([#protocolOf]) and the distance from the start of the packet to its header
    /// ([#distanceOf]).
    ///
    /// @return [#NO_TRANSPORT] for a fragment, a header that reaches over the end, or a chain that is too long
    public static long transport(MemorySegment memory, long offset, int totalBytes) {
        int protocol = nextHeader(memory, offset);
        int distance = HEADER_BYTES;
        for (int walked = 0; walked <= MAX_EXTENSION_HEADERS; walked++) {
            if (protocol == Ip6ExtensionView.FRAGMENT) {
                return NO_TRANSPORT;
            }
            if (!Ip6ExtensionView.isExtension(protocol)) {
                return (long) protocol << 32 | distance;
            }
            long header = offset + distance;
            if (!Ip6ExtensionView.check(memory, header, totalBytes - distance, protocol)) {
                return NO_TRANSPORT;
            }
            distance += Ip6ExtensionView.headerBytes(memory, header, protocol);
            protocol = Ip6ExtensionView.nextHeader(memory, header);
        }
        return NO_TRANSPORT;
    }

    /// The protocol in an answer of [#transport].
    public static int protocolOf(long transport) {
        return (int) (transport >>> 32);
    }

    /// The distance in an answer of [#transport].
    public static int distanceOf(long transport) {
        return (int) transport;
    }

    /// Writes a fixed header without addresses: no traffic class, no flow label, 64 hops.
    public static void writeHeader(MemorySegment memory, long offset, int payloadBytes, int nextHeader) {
        NetworkOrder.put32(memory, offset, 0x6000_0000);
        NetworkOrder.put32(memory, offset + 4, payloadBytes << 16 | nextHeader << 8 | Ip4View.HOPS);
    }

    /// Stores the source.
    public static void writeSource(MemorySegment memory, long offset, long high, long low) {
        NetworkOrder.put64(memory, offset + SOURCE_OFFSET, high);
        NetworkOrder.put64(memory, offset + 16, low);
    }

    /// Stores the destination.
    public static void writeDestination(MemorySegment memory, long offset, long high, long low) {
        NetworkOrder.put64(memory, offset + 24, high);
        NetworkOrder.put64(memory, offset + 32, low);
    }
}
