package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;

/// A TCP header in place. Call [#check] once; behind it every accessor stays inside the segment.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |          Source Port          |       Destination Port        |  0
/// +-------------------------------+-------------------------------+
/// |                        Sequence Number                        |  4
/// +---------------------------------------------------------------+
/// |                    Acknowledgment Number                      |  8
/// +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
/// | Data  | Rsrvd |C|E|U|A|P|R|S|F|            Window             | 12
/// | Offset|       |W|C|R|C|S|S|Y|I|                               |
/// +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
/// |           Checksum            |         Urgent Pointer        | 16
/// +-------------------------------+-------------------------------+
/// |                 Options, padded to 4 bytes                    | 20..60
/// +---------------------------------------------------------------+
/// ```
/// Source: RFC 9293 section 3.1.
public final class TcpView {
    /// The number of TCP in an IP header.
    public static final int PROTOCOL = 6;

    /// Bytes of a header without options.
    public static final int HEADER_BYTES = 20;

    /// Bytes of the longest header.
    public static final int MAX_HEADER_BYTES = 60;

    /// Where the flags sit.
    public static final int FLAGS_OFFSET = 13;

    /// Where the checksum sits.
    public static final int CHECKSUM_OFFSET = 16;

    /// No more data.
    public static final int FIN = 0x01;

    /// The sequence number is the first of a connection.
    public static final int SYN = 0x02;

    /// The connection is no more.
    public static final int RST = 0x04;

    /// Push: hand what you have to the application.
    public static final int PSH = 0x08;

    /// The acknowledgment number counts.
    public static final int ACK = 0x10;

    /// The urgent pointer counts.
    public static final int URG = 0x20;

    /// Congestion window reduced (RFC 3168).
    public static final int CWR = 0x80;

    private TcpView() {}

    /// Whether `lengthBytes` bytes at `offset` start with a whole TCP header, options included.
    public static boolean check(MemorySegment memory, long offset, int lengthBytes) {
        if (lengthBytes < HEADER_BYTES) {
            return false;
        }
        int headerBytes = headerBytes(memory, offset);
        return headerBytes >= HEADER_BYTES && headerBytes <= lengthBytes;
    }

    /// Bytes 0 to 7, the first in the highest bits: ports and sequence number.
    public static long firstEight(MemorySegment memory, long offset) {
        return NetworkOrder.i64(memory, offset);
    }

    /// Bytes 8 to 15: acknowledgment, data offset, flags and window.
    public static long secondEight(MemorySegment memory, long offset) {
        return NetworkOrder.i64(memory, offset + 8);
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

    /// Number of the first payload byte, modulo 2^32.
    public static int sequence(MemorySegment memory, long offset) {
        return NetworkOrder.i32(memory, offset + 4);
    }

    /// Stores the number of the first payload byte; the checksum is left stale.
    public static void setSequence(MemorySegment memory, long offset, int sequence) {
        NetworkOrder.put32(memory, offset + 4, sequence);
    }

    /// Number of the next byte that the sender expects, modulo 2^32.
    public static int acknowledgment(MemorySegment memory, long offset) {
        return NetworkOrder.i32(memory, offset + 8);
    }

    /// Header bytes with options: 20..60 in a valid header.
    public static int headerBytes(MemorySegment memory, long offset) {
        return (NetworkOrder.u8(memory, offset + 12) >>> 4) * 4;
    }

    /// The four reserved bits; AccECN uses the lowest.
    public static int reserved(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset + 12) & 0x0f;
    }

    /// The eight flags CWR to FIN.
    public static int flags(MemorySegment memory, long offset) {
        return NetworkOrder.u8(memory, offset + FLAGS_OFFSET);
    }

    /// Stores the eight flags; the checksum is left stale.
    public static void setFlags(MemorySegment memory, long offset, int flags) {
        NetworkOrder.put8(memory, offset + FLAGS_OFFSET, flags);
    }

    /// The unscaled window.
    public static int window(MemorySegment memory, long offset) {
        return NetworkOrder.u16(memory, offset + 14);
    }

    /// Writes a header without options: window, checksum and urgent pointer are zero.
    ///
    /// @param ports as [#ports] reads them
    public static void writeHeader(
            MemorySegment memory, long offset, int ports, int sequence, int acknowledgment, int flags) {
        NetworkOrder.put32(memory, offset, ports);
        NetworkOrder.put32(memory, offset + 4, sequence);
        NetworkOrder.put32(memory, offset + 8, acknowledgment);
        NetworkOrder.put32(memory, offset + 12, ((HEADER_BYTES / 4) << 28) | (flags << 16));
        NetworkOrder.put32(memory, offset + CHECKSUM_OFFSET, 0);
    }
}
