package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.IcmpView;
import dev.sekisho.dataplane.wire.TcpView;

/// What a [PacketParser] read from one IP packet. A register that is filled anew for every packet; owner: one
/// thread.
///
/// Addresses are two longs, first byte in the highest bits, IPv4 in the mapped form `::ffff:a.b.c.d` as in
/// `dev.sekisho.policy.Cidr`. Lengths and offsets are bytes. What a kind of packet does not have is unspecified
/// unless an accessor says otherwise; what holds behind a fault says [PacketParser#parse].
public final class Packet {
    /// What there is to decide about a packet.
    public enum Kind {
        /// A TCP segment, or the first fragment of one with its whole header.
        TCP,
        /// A UDP datagram, or the first fragment of one.
        UDP,
        /// A ping.
        ECHO_REQUEST,
        /// The answer to a ping.
        ECHO_REPLY,
        /// An ICMP error that quotes a packet: see the `quoted` accessors.
        ICMP_ERROR,
        /// A fragment that is not the first: addresses, protocol and identification are all there is.
        LATER_FRAGMENT,
        /// Any other protocol, told by its number only.
        OTHER
    }

    Kind kind = Kind.OTHER;
    boolean v4;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int protocol;
    int sourcePort;
    int destinationPort;
    int totalBytes;
    int transportOffset;
    int payloadBytes;

    int tcpFlags;
    int tcpSequence;
    int tcpAcknowledgment;
    int tcpWindow;

    int icmpType;
    int icmpCode;
    int pathMtu;

    boolean fragment;
    boolean moreFragments;
    int fragmentOffset;
    int fragmentBytes;
    int fragmentId;

    long quotedSourceHigh;
    long quotedSourceLow;
    long quotedDestinationHigh;
    long quotedDestinationLow;
    int quotedProtocol;
    int quotedSourcePort;
    int quotedDestinationPort;
    int quotedSequence;

    /// A register in which nothing was read yet.
    public Packet() {}

    /// What the packet is.
    public Kind kind() {
        return kind;
    }

    /// Whether the packet may be the first of a flow.
    boolean mayOpenFlow() {
        return switch (kind) {
            case TCP -> (tcpFlags & (TcpView.SYN | TcpView.ACK)) == TcpView.SYN;
            case UDP, ECHO_REQUEST -> true;
            case ECHO_REPLY, ICMP_ERROR, LATER_FRAGMENT, OTHER -> false;
        };
    }

    /// Whether the packet is IPv4.
    public boolean v4() {
        return v4;
    }

    /// First eight bytes of the source; zero for IPv4.
    public long sourceHigh() {
        return sourceHigh;
    }

    /// Last eight bytes of the source.
    public long sourceLow() {
        return sourceLow;
    }

    /// First eight bytes of the destination; zero for IPv4.
    public long destinationHigh() {
        return destinationHigh;
    }

    /// Last eight bytes of the destination.
    public long destinationLow() {
        return destinationLow;
    }

    /// IP protocol number behind all extension headers. Of a later IPv6 fragment: what its fragment header
    /// says, which may be another extension header.
    public int protocol() {
        return protocol;
    }

    /// Source port of TCP and UDP, identifier of an echo, else 0.
    public int sourcePort() {
        return sourcePort;
    }

    /// Destination port of TCP and UDP, else 0.
    public int destinationPort() {
        return destinationPort;
    }

    /// Length of the packet as its IP header states it; padding behind it does not count.
    public int totalBytes() {
        return totalBytes;
    }

    /// Distance from the start of the packet to the transport header (of a later fragment: to its data).
    public int transportOffset() {
        return transportOffset;
    }

    /// What follows the transport header, as far as it is in this packet. Of other protocols and later
    /// fragments all that follows the IP headers.
    public int payloadBytes() {
        return payloadBytes;
    }

    /// The eight TCP flags, CWR to FIN, as in `TcpView`; 0 when the packet is not TCP.
    public int tcpFlags() {
        return tcpFlags;
    }

    /// TCP sequence number, modulo 2^32.
    public int tcpSequence() {
        return tcpSequence;
    }

    /// TCP acknowledgment number, modulo 2^32; without meaning unless ACK is among the flags.
    public int tcpAcknowledgment() {
        return tcpAcknowledgment;
    }

    /// TCP window, unscaled.
    public int tcpWindow() {
        return tcpWindow;
    }

    /// ICMP type of an echo or error.
    public int icmpType() {
        return icmpType;
    }

    /// ICMP code of an echo or error.
    public int icmpCode() {
        return icmpCode;
    }

    /// Largest packet that the way carries, when an ICMP error says so, else 0. At least 576 (IPv4) or 1280
    /// (IPv6).
    public int pathMtu() {
        return pathMtu;
    }

    /// Whether an ICMP error says that somebody is there and does not want: port or protocol unreachable, prohibited.
    /// That there is no way to a destination says nothing about who asked for it.
    public boolean isRefusal() {
        if (v4) {
            return icmpType == IcmpView.UNREACHABLE_V4
                    && (icmpCode == 2 || icmpCode == 3 || icmpCode == 9 || icmpCode == 10 || icmpCode == 13);
        }
        return icmpType == 1 && (icmpCode == 1 || icmpCode == 4);
    }

    /// Whether the packet is a piece of a datagram. An IPv6 fragment that is the whole ("atomic") is none.
    public boolean isFragment() {
        return fragment;
    }

    /// Whether the packet is the piece with the transport header.
    public boolean isFirstFragment() {
        return fragment && fragmentOffset == 0;
    }

    /// Whether the packet is the piece that ends the datagram.
    public boolean isLastFragment() {
        return fragment && !moreFragments;
    }

    /// Where the data of a fragment belongs.
    public int fragmentOffset() {
        return fragmentOffset;
    }

    /// Data of a fragment: at least 1, of all but the last a multiple of 8.
    public int fragmentBytes() {
        return fragmentBytes;
    }

    /// What the fragments of a datagram share: 16 bits for IPv4, 32 for IPv6.
    public int fragmentId() {
        return fragmentId;
    }

    /// First eight bytes of the quoted source, which is the destination of the error.
    public long quotedSourceHigh() {
        return quotedSourceHigh;
    }

    /// Last eight bytes of the quoted source.
    public long quotedSourceLow() {
        return quotedSourceLow;
    }

    /// First eight bytes of the quoted destination.
    public long quotedDestinationHigh() {
        return quotedDestinationHigh;
    }

    /// Last eight bytes of the quoted destination.
    public long quotedDestinationLow() {
        return quotedDestinationLow;
    }

    /// Protocol of the quoted packet: TCP, UDP or the ICMP of its IP version.
    public int quotedProtocol() {
        return quotedProtocol;
    }

    /// Source port of the quoted packet, or the identifier of the quoted echo.
    public int quotedSourcePort() {
        return quotedSourcePort;
    }

    /// Destination port of the quoted packet, 0 for an echo.
    public int quotedDestinationPort() {
        return quotedDestinationPort;
    }

    /// Sequence number of a quoted TCP segment, else 0.
    public int quotedSequence() {
        return quotedSequence;
    }
}
