package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;

/// An IPv4 header in place. Call [#check] once; behind it every accessor stays inside the packet.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------+-------+---------------+-------------------------------+
/// |Version|  IHL  |Type of Service|          Total Length         |  0
/// +-------+-------+---------------+-----+-------------------------+
/// |         Identification        |Flags|     Fragment Offset     |  4
/// +---------------+---------------+-----+-------------------------+
/// | Time to Live  |    Protocol   |        Header Checksum        |  8
/// +---------------+---------------+-------------------------------+
/// |                        Source Address                         | 12
/// +---------------------------------------------------------------+
/// |                      Destination Address                      | 16
/// +---------------------------------------------------------------+
/// |                 Options, padded to 4 bytes                    | 20..60
/// +---------------------------------------------------------------+
/// ```
/// Source: RFC 791 section 3.1.
public final class Ip4View {
    /// Bytes of a header without options.
    public static final int HEADER_BYTES = 20;

    /// The don't-fragment bit of [#fragmentField].
    public static final int DONT_FRAGMENT = 0x4000;

    /// The more-fragments bit of [#fragmentField].
    public static final int MORE_FRAGMENTS = 0x2000;

    /// The fragment offset bits of [#fragmentField], in units of eight bytes.
    public static final int FRAGMENT_OFFSET = 0x1fff;

    /// Time to live of packets of our own: what RFC 1700 recommends.
    static final int HOPS = 64;

    static final int CHECKSUM_OFFSET = 10;
    static final int SOURCE_OFFSET = 12;

    private Ip4View() {}

    /// Whether `lengthBytes` bytes at `offset` start with a whole IPv4 header whose total length fits into them.
    public static boolean check(MemorySegment memory, long offset, int lengthBytes) {
        if (lengthBytes < HEADER_BYTES || NetworkOrder.u8(memory, offset) >>> 4 != 4) {
            return false;
        }
        int headerBytes = headerBytes(memory, offset);
        int total = totalLength(memory, offset);
        return headerBytes >= HEADER_BYTES && headerBytes <= total && total <= lengthBytes;
    }

    /// Version and header length as they share one byte: `0x45` without options.
    public static int firstByte(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset);
    }

    /// Header bytes with options: 20..60.
    public static int headerBytes(MemorySegment memory, long offset) {
        return (NetworkOrder.u8(memory, offset) & 0x0f) * 4;
    }

    /// Bytes of the packet, header included.
    public static int totalLength(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset + 2);
    }

    /// Stores the bytes of the packet; the header checksum is left stale.
    public static void setTotalLength(MemorySegment memory, long offset, int lengthBytes) {
        NetworkOrder.put16(memory, offset + 2, lengthBytes);
    }

    /// The identification that fragments of one packet share.
    public static int identification(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset + 4);
    }

    /// Stores the low 16 bits of `value`; the header checksum is left stale.
    public static void setIdentification(MemorySegment memory, long offset, int value) {
        NetworkOrder.put16(memory, offset + 4, value);
    }

    /// Flags and fragment offset as one number.
    public static int fragmentField(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset + 6);
    }

    /// Whether the packet is a piece of a fragmented one.
    public static boolean isFragment(MemorySegment memory, long offset) {
        return (fragmentField(memory, offset) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0;
    }

    /// Whether routers may not fragment the packet.
    public static boolean isDontFragment(MemorySegment memory, long offset) {
        return (fragmentField(memory, offset) & DONT_FRAGMENT) != 0;
    }

    /// Routers that the packet may still pass.
    public static int timeToLive(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset + 8);
    }

    /// The transport protocol: [TcpView#PROTOCOL], [UdpView#PROTOCOL] or another of the IANA list.
    public static int protocol(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset + 9);
    }

    /// The source address, first byte in the highest bits.
    public static int source(MemorySegment memory, long offset) {
        return NetworkOrder.i32(memory, offset + SOURCE_OFFSET);
    }

    /// The destination address, first byte in the highest bits.
    public static int destination(MemorySegment memory, long offset) {
        return NetworkOrder.i32(memory, offset + 16);
    }

    /// Bytes 0 to 7, the first in the highest bits: for who needs most of them, at the price of one load.
    public static long firstEight(MemorySegment memory, long offset) {
        return NetworkOrder.i64(memory, offset);
    }

    /// Bytes 8 to 15: time to live, protocol, checksum and source.
    public static long secondEight(MemorySegment memory, long offset) {
        return NetworkOrder.i64(memory, offset + 8);
    }

    /// Bytes 16 to 23: the destination and, where there are no options, the first four of what the packet carries.
    public static long thirdEight(MemorySegment memory, long offset) {
        return NetworkOrder.i64(memory, offset + 16);
    }

    /// Stores the header checksum as [Checksum] gives it.
    public static void setChecksum(MemorySegment memory, long offset, int folded) {
        Checksum.store(memory, offset + CHECKSUM_OFFSET, folded);
    }

    /// Whether the header checksum fits the header.
    public static boolean isChecksumValid(MemorySegment memory, long offset) {
        int headerBytes = headerBytes(memory, offset);
        // With a constant length the compiler makes three loads of the loop.
        long sum = headerBytes == HEADER_BYTES
                ? Checksum.sumScalar(memory, offset, HEADER_BYTES)
                : Checksum.sumScalar(memory, offset, headerBytes);
        return Checksum.fold(sum) == 0xffff;
    }

    /// Recomputes the header checksum.
    public static void updateChecksum(MemorySegment memory, long offset) {
        setChecksum(memory, offset, 0);
        long sum = Checksum.sum(memory, offset, headerBytes(memory, offset));
        setChecksum(memory, offset, Checksum.complement(sum));
    }

    /// Writes a header without options, checksum included: don't fragment, identification 0 (RFC 6864), 64
    /// hops.
    public static void writeHeader(
            MemorySegment memory, long offset, int totalBytes, int protocol, int source, int destination) {
        NetworkOrder.put32(memory, offset, 0x4500_0000 | totalBytes);
        NetworkOrder.put32(memory, offset + 4, DONT_FRAGMENT);
        NetworkOrder.put32(memory, offset + 8, HOPS << 24 | protocol << 16);
        NetworkOrder.put32(memory, offset + SOURCE_OFFSET, source);
        NetworkOrder.put32(memory, offset + 16, destination);
        updateChecksum(memory, offset);
    }
}
