package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;

/// An IPv6 extension header in place. Call [#check] once; behind it every accessor stays inside the header.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+-------------------------------+
/// |  Next Header  |  Length in 8  | Options, from here to the end |  0 (hop-by-hop, destination)
/// +---------------+---------------+---------------+---------------+
/// |  Next Header  |  Length in 8  | Routing Type  | Segments Left |  0 (routing)
/// +---------------+---------------+---------------+-----------+-+-+
/// |  Next Header  |   Reserved    |     Fragment Offset     |Res|M|  0 (fragment)
/// +---------------+---------------+-------------------------+---+-+
/// |                         Identification                        |  4
/// +---------------------------------------------------------------+
/// ```
/// The length does not count the first eight bytes; a fragment header has none and is eight bytes long. Source: RFC
/// 8200 sections 4.3 to 4.6.
public final class Ip6ExtensionView {
    /// Options for every router on the way; only directly behind the fixed header.
    public static final int HOP_BY_HOP = 0;

    /// A way to take.
    public static final int ROUTING = 43;

    /// A piece of a packet.
    public static final int FRAGMENT = 44;

    /// Options for the destination.
    public static final int DESTINATION_OPTIONS = 60;

    /// Where options start.
    public static final int OPTIONS_OFFSET = 2;

    private static final int MIN_BYTES = 8;

    private Ip6ExtensionView() {}

    /// Whether a header of this number is followed by another one that we could find. Encrypted content (ESP)
    /// and "nothing follows" are not.
    public static boolean isExtension(int number) {
        return number == HOP_BY_HOP || number == ROUTING || number == FRAGMENT || number == DESTINATION_OPTIONS;
    }

    /// Whether `lengthBytes` bytes at `offset` start with a whole extension header of this number.
    public static boolean check(MemorySegment memory, long offset, int lengthBytes, int number) {
        return lengthBytes >= MIN_BYTES && headerBytes(memory, offset, number) <= lengthBytes;
    }

    /// Bytes of the header.
    public static int headerBytes(MemorySegment memory, long offset, int number) {
        return number == FRAGMENT ? MIN_BYTES : MIN_BYTES + 8 * NetworkOrder.u8(memory, offset + 1);
    }

    /// What follows this header.
    public static int nextHeader(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset);
    }

    /// The kind of a routing header.
    public static int routingType(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset + 2);
    }

    /// Stations of a routing header that are still ahead.
    public static int segmentsLeft(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset + 3);
    }

    /// Where the data behind a fragment header belongs, in bytes.
    public static int fragmentOffset(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset + 2) & 0xfff8;
    }

    /// Whether more fragments follow.
    public static boolean hasMoreFragments(MemorySegment memory, long offset) {
        return (NetworkOrder.u16(memory, offset + 2) & 1) != 0;
    }

    /// What the fragments of one packet share.
    public static int identification(MemorySegment memory, long offset) {
        return NetworkOrder.i32(memory, offset + 4);
    }
}
