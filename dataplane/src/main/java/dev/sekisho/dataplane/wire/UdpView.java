package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;

/// A UDP header in place. Call [#check] once; behind it every accessor stays inside the datagram.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |          Source Port          |       Destination Port        |  0
/// +-------------------------------+-------------------------------+
/// |            Length             |            Checksum           |  4
/// +-------------------------------+-------------------------------+
/// ```
/// A checksum of zero means "none" (IPv4 only); one that computes to zero travels as `0xffff`. Source: RFC 768.
public final class UdpView {
    /// The number of UDP in an IP header.
    public static final int PROTOCOL = 17;

    /// Bytes of the header.
    public static final int HEADER_BYTES = 8;

    /// Where the checksum sits.
    public static final int CHECKSUM_OFFSET = 6;

    private UdpView() {}

    /// Whether `lengthBytes` bytes at `offset` start with a UDP header whose length fits into them.
    public static boolean check(MemorySegment memory, long offset, int lengthBytes) {
        if (lengthBytes < HEADER_BYTES) {
            return false;
        }
        int datagramBytes = length(memory, offset);
        return datagramBytes >= HEADER_BYTES && datagramBytes <= lengthBytes;
    }

    /// The sender's port.
    public static int sourcePort(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset);
    }

    /// The receiver's port.
    public static int destinationPort(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset + 2);
    }

    /// Both ports, the source in the high bits.
    public static int ports(MemorySegment memory, long offset) {
        return NetworkOrder.i32(memory, offset);
    }

    /// Bytes of the datagram, header included.
    public static int length(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset + 4);
    }

    /// Stores the bytes of the datagram; the checksum is left stale.
    public static void setLength(MemorySegment memory, long offset, int lengthBytes) {
        NetworkOrder.put16(memory, offset + 4, lengthBytes);
    }

    /// The checksum; zero means none.
    public static int checksum(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset + CHECKSUM_OFFSET);
    }
}
