package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.IcmpView;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6ExtensionView;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
import java.lang.foreign.MemorySegment;

/// Reads the packet that an ICMP error quotes. Owner: one parser.
///
/// Accepted is the start of a TCP, UDP or echo packet that the receiver of the error may have sent: from its
/// own address, with at least the first eight bytes of the transport header. Never an error about an error.
/// Source: RFC 792, RFC 4443 section 2.4, RFC 5927 section 4.
final class QuotedPacket {
    /// What every router quotes: ports, or the header of an echo.
    private static final int MIN_TRANSPORT_BYTES = 8;

    private final ExtensionHeaders headers = new ExtensionHeaders();

    /// Reads the quote of `availableBytes` at `quote` into the quoted half of `into`, whose other half is read.
    ///
    /// @return false when it is not what its receiver may have sent
    boolean read(MemorySegment memory, long quote, int availableBytes, Packet into) {
        return into.v4 ? read4(memory, quote, availableBytes, into) : read6(memory, quote, availableBytes, into);
    }

    private static boolean read4(MemorySegment memory, long quote, int availableBytes, Packet into) {
        if (availableBytes < Ip4View.HEADER_BYTES + MIN_TRANSPORT_BYTES
                || Ip4View.firstByte(memory, quote) >>> 4 != 4) {
            return false;
        }
        int headerBytes = Ip4View.headerBytes(memory, quote);
        int needed = headerBytes + MIN_TRANSPORT_BYTES;
        if (headerBytes < Ip4View.HEADER_BYTES
                || needed > availableBytes
                || needed > Ip4View.totalLength(memory, quote)
                || (Ip4View.fragmentField(memory, quote) & Ip4View.FRAGMENT_OFFSET) != 0) {
            return false;
        }
        int destination = Ip4View.destination(memory, quote);
        into.quotedSourceHigh = 0;
        into.quotedSourceLow = Addresses.mapped(Ip4View.source(memory, quote));
        into.quotedDestinationHigh = 0;
        into.quotedDestinationLow = Addresses.mapped(destination);
        into.quotedProtocol = Ip4View.protocol(memory, quote);
        return Addresses.isDestination4(destination)
                && isOfReceiver(into)
                && readTransport(memory, quote + headerBytes, into);
    }

    private boolean read6(MemorySegment memory, long quote, int availableBytes, Packet into) {
        if (availableBytes < Ip6View.HEADER_BYTES + MIN_TRANSPORT_BYTES
                || Ip4View.firstByte(memory, quote) >>> 4 != 6
                || headers.walk(memory, quote, availableBytes) != PacketFault.NONE) {
            return false;
        }
        int needed = headers.distance + MIN_TRANSPORT_BYTES;
        int fragment = headers.fragmentHeader;
        if (needed > availableBytes
                || needed > Ip6View.totalLength(memory, quote)
                || (fragment != 0 && Ip6ExtensionView.fragmentOffset(memory, quote + fragment) != 0)) {
            return false;
        }
        into.quotedSourceHigh = Ip6View.sourceHigh(memory, quote);
        into.quotedSourceLow = Ip6View.sourceLow(memory, quote);
        into.quotedDestinationHigh = Ip6View.destinationHigh(memory, quote);
        into.quotedDestinationLow = Ip6View.destinationLow(memory, quote);
        into.quotedProtocol = headers.protocol;
        return Addresses.isDestination6(into.quotedDestinationHigh, into.quotedDestinationLow)
                && isOfReceiver(into)
                && readTransport(memory, quote + headers.distance, into);
    }

    private static boolean isOfReceiver(Packet into) {
        return into.quotedSourceHigh == into.destinationHigh && into.quotedSourceLow == into.destinationLow;
    }

    private static boolean readTransport(MemorySegment memory, long header, Packet into) {
        int protocol = into.quotedProtocol;
        into.quotedSequence = 0;
        if (protocol == TcpView.PROTOCOL || protocol == UdpView.PROTOCOL) {
            into.quotedSourcePort = TcpView.sourcePort(memory, header);
            into.quotedDestinationPort = TcpView.destinationPort(memory, header);
            if (protocol == UdpView.PROTOCOL) {
                return into.quotedDestinationPort != 0;
            }
            into.quotedSequence = TcpView.sequence(memory, header);
            return into.quotedSourcePort != 0 && into.quotedDestinationPort != 0;
        }
        into.quotedSourcePort = IcmpView.identifier(memory, header);
        into.quotedDestinationPort = 0;
        int type = IcmpView.type(memory, header);
        return into.v4
                ? protocol == IcmpView.PROTOCOL_V4
                        && (type == IcmpView.ECHO_REQUEST_V4 || type == IcmpView.ECHO_REPLY_V4)
                : protocol == IcmpView.PROTOCOL_V6
                        && (type == IcmpView.ECHO_REQUEST_V6 || type == IcmpView.ECHO_REPLY_V6);
    }
}
