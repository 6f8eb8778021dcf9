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

    /// Echo request of ICMP.
    public static final int ECHO_REQUEST_V4 = 8;

    /// Echo reply of ICMP.
    public static final int ECHO_REPLY_V4 = 0;

    /// Echo request of ICMPv6.
    public static final int ECHO_REQUEST_V6 = 128;

    /// Echo reply of ICMPv6.
    public static final int ECHO_REPLY_V6 = 129;

    /// ICMP error: not delivered.
    public static final int UNREACHABLE_V4 = 3;

    /// Code of [#UNREACHABLE_V4]: too long for the way ahead, and may not be fragmented (RFC 1191).
    public static final int FRAGMENTATION_NEEDED = 4;

    /// Code of [#UNREACHABLE_V4]: forbidden by policy (RFC 1812 section 5.2.7.1).
    public static final int PROHIBITED_V4 = 13;

    /// ICMP error: on the way for too long.
    public static final int TIME_EXCEEDED_V4 = 11;

    /// ICMP error: a header that makes no sense.
    public static final int PARAMETER_PROBLEM_V4 = 12;

    /// ICMPv6 error: not delivered.
    public static final int UNREACHABLE_V6 = 1;

    /// Code of [#UNREACHABLE_V6]: forbidden by policy.
    public static final int PROHIBITED_V6 = 1;

    /// ICMPv6 error: too long for the way ahead.
    public static final int PACKET_TOO_BIG = 2;

    /// ICMPv6 error: on the way for too long.
    public static final int TIME_EXCEEDED_V6 = 3;

    /// ICMPv6 error: a header that makes no sense.
    public static final int PARAMETER_PROBLEM_V6 = 4;

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

    /// What the messages of one ping share.
    public static int identifier(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset + 4);
    }

    /// The largest packet that passes, in an error of code [#FRAGMENTATION_NEEDED]; old routers leave it zero.
    public static int mtu4(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset + 6);
    }

    /// The largest packet that passes, in an error of type [#PACKET_TOO_BIG]: 32 bits, unsigned.
    public static long mtu6(MemorySegment memory, long offset) {
        return NetworkOrder.i32(memory, offset + 4) & 0xffff_ffffL;
    }
}
