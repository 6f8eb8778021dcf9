package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The header in front of every packet on a TUN device opened with `IFF_VNET_HDR`. Fields are in native byte order.
///
/// ```
///  0       1       2               4               6               8              10
/// +-------+-------+---------------+---------------+---------------+---------------+
/// | flags |  gso  |    hdr_len    |   gso_size    |  csum_start   |  csum_offset  |
/// |       |  type | of all headers| payload bytes | from packet   | from          |
/// |       |       | (a hint)      | per segment   | start         | csum_start    |
/// +-------+-------+---------------+---------------+---------------+---------------+
/// ```
/// Source: Linux `include/uapi/linux/virtio_net.h`, `struct virtio_net_hdr`.
public final class VirtioHeader {
    /// Bytes of the header.
    public static final int BYTES = 10;

    /// Flag: the checksum at `csum_start + csum_offset` holds the pseudo-header sum only and must be completed.
    public static final int NEEDS_CSUM = 1;

    /// Not a super-packet.
    public static final int GSO_NONE = 0;

    /// TCP over IPv4.
    public static final int GSO_TCPV4 = 1;

    /// UDP to be fragmented by IP (the old UFO). Never asked for, so never expected.
    public static final int GSO_UDP = 3;

    /// TCP over IPv6.
    public static final int GSO_TCPV6 = 4;

    /// UDP datagrams of equal size, either IP version (USO).
    public static final int GSO_UDP_L4 = 5;

    /// Flag on the type: CWR is set and belongs on the first segment only.
    public static final int GSO_ECN = 0x80;

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED;

    private VirtioHeader() {}

    /// The flag byte.
    public static int flags(MemorySegment memory, long offset) {
        return memory.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    /// Whether a checksum is to be completed.
    public static boolean needsChecksum(MemorySegment memory, long offset) {
        return (flags(memory, offset) & NEEDS_CSUM) != 0;
    }

    /// The type byte without [#GSO_ECN].
    public static int gsoType(MemorySegment memory, long offset) {
        return memory.get(ValueLayout.JAVA_BYTE, offset + 1) & 0xff & ~GSO_ECN;
    }

    /// Bytes of all headers. A hint that the kernel does not keep exact for forwarded packets.
    public static int headerLength(MemorySegment memory, long offset) {
        return memory.get(U16, offset + 2) & 0xffff;
    }

    /// Payload bytes of every segment but the last.
    public static int gsoSize(MemorySegment memory, long offset) {
        return memory.get(U16, offset + 4) & 0xffff;
    }

    /// Where checksumming starts, counted from the first byte of the packet.
    public static int checksumStart(MemorySegment memory, long offset) {
        return memory.get(U16, offset + 6) & 0xffff;
    }

    /// Where the checksum goes, counted from [#checksumStart].
    public static int checksumOffset(MemorySegment memory, long offset) {
        return memory.get(U16, offset + 8) & 0xffff;
    }

    /// Writes the header of a plain packet: all zero.
    public static void writePlain(MemorySegment memory, long offset) {
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, 0);
        memory.set(U16, offset + 8, (short) 0);
    }

    /// Writes flags and type; the type may carry [#GSO_ECN].
    public static void writeKind(MemorySegment memory, long offset, int flags, int gsoType) {
        memory.set(ValueLayout.JAVA_BYTE, offset, (byte) flags);
        memory.set(ValueLayout.JAVA_BYTE, offset + 1, (byte) gsoType);
    }

    /// Writes how a super-packet is to be cut.
    public static void writeSegments(MemorySegment memory, long offset, int headerLength, int gsoSize) {
        memory.set(U16, offset + 2, (short) headerLength);
        memory.set(U16, offset + 4, (short) gsoSize);
    }

    /// Writes where the checksum is to be completed.
    public static void writeChecksum(MemorySegment memory, long offset, int checksumStart, int checksumOffset) {
        memory.set(U16, offset + 6, (short) checksumStart);
        memory.set(U16, offset + 8, (short) checksumOffset);
    }
}
