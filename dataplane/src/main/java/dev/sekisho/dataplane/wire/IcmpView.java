package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;

/// An ICMP or ICMPv6 header in place. Call [#check] once; behind it every accessor stays inside the message.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+-------------------------------+
/// |     Type      |     Code      |           Checksum            |  0
/// +---------------+---------------+-------------------------------+
/// |   Identifier (echo), MTU, pointer ... by type                 |  4
/// +---------------------------------------------------------------+
/// ```
/// Source: RFC 792, RFC 4443 section 2.1.
public final class IcmpView {
    /// The number of ICMP in an IPv4 header.
    public static final int PROTOCOL_V4 = 1;

    /// The number of ICMPv6 in an IPv6 header.
    public static final int PROTOCOL_V6 = 58;

    /// Bytes of the header, the word that depends on the type included.
    public static final int HEADER_BYTES = 8;

    /// Where the checksum sits.
    public static final int CHECKSUM_OFFSET = 2;

    private IcmpView() {}

    /// Whether `lengthBytes` bytes hold a whole header.
    public static boolean check(int lengthBytes) {
        return lengthBytes >= HEADER_BYTES;
    }

    /// The type of message.
    public static int type(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset);
    }

    /// What narrows the type.
    public static int code(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset + 1);
    }
}
