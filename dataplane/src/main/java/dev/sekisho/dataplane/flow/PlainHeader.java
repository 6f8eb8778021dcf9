package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.Checksum;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
import java.lang.foreign.MemorySegment;

/// What there is to know of a packet that may be one more of a live flow. A register that is filled anew for every
/// packet; owner: one thread. Allocates nothing.
///
/// Plain is IPv4 without options and IPv6 without extension headers, no fragment, with UDP, or with TCP that only
/// carries data and acknowledgments. Nothing is plain that [PacketParser] finds a fault with, but for addresses: of
/// those only that is checked which a flow between them does not say already. It began with a packet from one to the
/// other without a fault, so what is left is what may be a destination and not a source, and IPv4 in the form of IPv6.
final class PlainHeader {
    /// Version and header length of IPv4 without options.
    private static final long VERSION_AND_HEADER_4 = 0x45L;

    /// More fragments, and the offset.
    private static final long FRAGMENT = Ip4View.MORE_FRAGMENTS | Ip4View.FRAGMENT_OFFSET;

    /// Groups, and what was once reserved: no source (RFC 1122 section 3.2.1.3).
    private static final int NO_SOURCE = 0xe000_0000;

    private static final long LOW_32 = 0xffff_ffffL;
    private static final int CLASSIC_FLAGS = 0x3f;

    /// The reserved bits of TCP but that of AccECN.
    private static final long RESERVED = 0x0eL;

    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int protocol;

    /// The source's in the high bits.
    int ports;

    int totalBytes;
    int payloadBytes;

    /// What a TCP segment acknowledges.
    int acknowledgment;

    /// Reads a packet of at most `lengthBytes` bytes.
    ///
    /// @return whether it is plain; nothing else here is of use when it is not
    boolean read(MemorySegment memory, long offset, int lengthBytes) {
        if (lengthBytes < Ip4View.HEADER_BYTES + UdpView.HEADER_BYTES) {
            return false;
        }
        long first = Ip4View.firstEight(memory, offset);
        if (first >>> 56 == VERSION_AND_HEADER_4) {
            return read4(memory, offset, lengthBytes, first);
        }
        return first >>> 60 == 6 && lengthBytes >= Ip6View.HEADER_BYTES && read6(memory, offset, lengthBytes, first);
    }

    private boolean read4(MemorySegment memory, long offset, int lengthBytes, long first) {
        long second = Ip4View.secondEight(memory, offset);
        int source = (int) second;
        long third = Ip4View.thirdEight(memory, offset);
        int destination = (int) (third >>> 32);
        long sum = (first >>> 32) + (first & LOW_32) + (second >>> 32) + (second & LOW_32) + (third >>> 32);
        int bytes = (int) (first >>> 32) & 0xffff;
        if ((first & FRAGMENT) != 0
                || second >>> 56 == 0
                || bytes > lengthBytes
                || (source & NO_SOURCE) == NO_SOURCE
                || Checksum.fold(sum) != 0xffff) {
            return false;
        }
        sourceHigh = 0;
        sourceLow = Addresses.mapped(source);
        destinationHigh = 0;
        destinationLow = Addresses.mapped(destination);
        protocol = (int) (second >>> 48) & 0xff;
        ports = (int) third;
        totalBytes = bytes;
        return readTransport(memory, offset + Ip4View.HEADER_BYTES, bytes - Ip4View.HEADER_BYTES);
    }

    private boolean read6(MemorySegment memory, long offset, int lengthBytes, long first) {
        int bytes = Ip6View.HEADER_BYTES + ((int) (first >>> 16) & 0xffff);
        if (bytes > lengthBytes || bytes < Ip6View.HEADER_BYTES + UdpView.HEADER_BYTES || (first & 0xff) == 0) {
            return false;
        }
        sourceHigh = Ip6View.sourceHigh(memory, offset);
        sourceLow = Ip6View.sourceLow(memory, offset);
        destinationHigh = Ip6View.destinationHigh(memory, offset);
        destinationLow = Ip6View.destinationLow(memory, offset);
        if (sourceHigh == 0 || destinationHigh == 0) {
            return false; // IPv4 in the form of IPv6 would look like a flow of IPv4
        }
        protocol = (int) (first >>> 8) & 0xff;
        ports = UdpView.ports(memory, offset + Ip6View.HEADER_BYTES); // where TCP has them
        totalBytes = bytes;
        return readTransport(memory, offset + Ip6View.HEADER_BYTES, bytes - Ip6View.HEADER_BYTES);
    }

    private boolean readTransport(MemorySegment memory, long header, int transportBytes) {
        if (protocol == TcpView.PROTOCOL) {
            return transportBytes >= TcpView.HEADER_BYTES && readTcp(memory, header, transportBytes);
        }
        return protocol == UdpView.PROTOCOL
                && transportBytes >= UdpView.HEADER_BYTES
                && readUdp(memory, header, transportBytes);
    }

    private boolean readTcp(MemorySegment memory, long header, int transportBytes) {
        long second = TcpView.secondEight(memory, header);
        int headerBytes = (int) (second >>> 26) & 0x3c;
        int flags = (int) (second >>> 16) & CLASSIC_FLAGS;
        acknowledgment = (int) (second >>> 32);
        payloadBytes = transportBytes - headerBytes;
        return headerBytes >= TcpView.HEADER_BYTES
                && headerBytes <= transportBytes
                && (flags & ~TcpView.PSH) == TcpView.ACK
                && (second >>> 24 & RESERVED) == 0;
    }

    private boolean readUdp(MemorySegment memory, long header, int transportBytes) {
        int datagramBytes = UdpView.length(memory, header);
        payloadBytes = datagramBytes - UdpView.HEADER_BYTES;
        return datagramBytes >= UdpView.HEADER_BYTES
                && datagramBytes <= transportBytes
                && (ports & 0xffff) != 0; // a source port of zero is no fault (RFC 768)
    }
}
