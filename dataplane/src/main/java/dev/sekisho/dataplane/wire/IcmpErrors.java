package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;

/// Writes "destination unreachable" for a packet, from the packet's destination to its source, quoting as much
/// of it as such an error may. Stateless.
///
/// That the error claims to come from the address that was asked for is deliberate: whoever writes it may have
/// no address of its own, and that one passes every reverse-path filter. Source: RFC 792, RFC 1812 section
/// 4.3.2, RFC 4443 section 3.1.
public final class IcmpErrors {
    /// Bytes of the longest error.
    public static final int LARGEST_BYTES = 1280;

    /// RFC 1812: an error quotes as much as fits into 576 bytes.
    private static final int LARGEST_V4 = 576;

    /// RFC 4443: an error quotes as much as fits into the smallest MTU.
    private static final int LARGEST_V6 = LARGEST_BYTES;

    private IcmpErrors() {}

    /// Writes the error for the IPv4 packet at `packet`, whose header and length were checked, to `offset` of
    /// `target`.
    ///
    /// @return bytes of the packet written
    public static int unreachable4(MemorySegment target, long offset, int code, MemorySegment memory, long packet) {
        int headerBytes = Ip4View.HEADER_BYTES + IcmpView.HEADER_BYTES;
        int quoted = Math.min(Ip4View.totalLength(memory, packet), LARGEST_V4 - headerBytes);
        int source = Ip4View.destination(memory, packet);
        int destination = Ip4View.source(memory, packet);
        Ip4View.writeHeader(target, offset, headerBytes + quoted, IcmpView.PROTOCOL_V4, source, destination);
        long icmp = offset + Ip4View.HEADER_BYTES;
        write(target, icmp, IcmpView.UNREACHABLE_V4, code, memory, packet, quoted);
        finish(target, icmp, IcmpView.HEADER_BYTES + quoted, 0);
        return headerBytes + quoted;
    }

    /// Writes the error for the IPv6 packet at `packet`, whose header and length were checked, to `offset` of
    /// `target`.
    ///
    /// @return bytes of the packet written
    public static int unreachable6(MemorySegment target, long offset, int code, MemorySegment memory, long packet) {
        int room = LARGEST_V6 - Ip6View.HEADER_BYTES - IcmpView.HEADER_BYTES;
        int quoted = Math.min(Ip6View.totalLength(memory, packet), room);
        int payload = IcmpView.HEADER_BYTES + quoted;
        Ip6View.writeHeader(target, offset, payload, IcmpView.PROTOCOL_V6);
        Ip6View.writeSource(
                target, offset, Ip6View.destinationHigh(memory, packet), Ip6View.destinationLow(memory, packet));
        Ip6View.writeDestination(target, offset, Ip6View.sourceHigh(memory, packet), Ip6View.sourceLow(memory, packet));
        long icmp = offset + Ip6View.HEADER_BYTES;
        write(target, icmp, IcmpView.UNREACHABLE_V6, code, memory, packet, quoted);
        finish(target, icmp, payload, Checksum.pseudoHeader6(target, offset, IcmpView.PROTOCOL_V6, payload));
        return Ip6View.HEADER_BYTES + payload;
    }

    private static void write(
            MemorySegment target, long icmp, int type, int code, MemorySegment memory, long packet, int quoted) {
        NetworkOrder.put32(target, icmp, type << 24 | code << 16);
        NetworkOrder.put32(target, icmp + 4, 0);
        MemorySegment.copy(memory, packet, target, icmp + IcmpView.HEADER_BYTES, quoted);
    }

    private static void finish(MemorySegment target, long icmp, int bytes, long pseudoHeader) {
        int checksum = Checksum.complement(pseudoHeader + Checksum.sum(target, icmp, bytes));
        Checksum.store(target, icmp + IcmpView.CHECKSUM_OFFSET, checksum);
    }
}
