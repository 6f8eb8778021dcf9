package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.wire.Checksum;
import dev.sekisho.dataplane.wire.IcmpView;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6ExtensionView;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
import java.lang.foreign.MemorySegment;

/// Says what an IP packet is, or what is wrong with it. Owner: one thread. Allocates nothing.
///
/// The server forwards only what it understands whole, so that nothing means one thing here and another at the
/// target. Verified are the checksum of the IPv4 header and that of ICMP errors, which are acted upon here.
/// Those of TCP, UDP and echo are the receiver's business; in a frame of a TUN they may not be complete yet.
///
/// Source: RFC 791, 8200, 9293, 768, 792, 4443; RFC 1858 and 3128 (fragments), RFC 7112 (header chains), RFC
/// 5927 (ICMP).
public final class PacketParser {
    /// Bit n is set when the six classic flags (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32) may be n.
    private static final long SOUND_FLAGS = soundFlags();

    /// The protocol number of IPsec's authentication header (RFC 4302): another transport header follows.
    private static final int AUTHENTICATION_HEADER = 51;

    private static final int CLASSIC_FLAGS = 0x3f;

    /// All reserved bits but the one that AccECN uses (RFC 9768).
    private static final int UNUSED_BITS = 0x0e;

    private static final long LOW_32 = 0xffff_ffffL;

    private final ExtensionHeaders headers = new ExtensionHeaders();
    private final QuotedPacket quoted = new QuotedPacket();

    /// A parser for one thread.
    public PacketParser() {}

    /// Reads the packet of at most `lengthBytes` bytes at `offset`; padding behind its stated length is fine.
    ///
    /// Behind a fault `into` holds addresses, protocol and ports as far as they could be read, ports 0 where they
    /// could not, and nothing else of use; behind [PacketFault#BAD_IP_HEADER] nothing at all.
    ///
    /// @return [PacketFault#NONE], or why the packet must go no further
    public PacketFault parse(MemorySegment memory, long offset, int lengthBytes, Packet into) {
        into.sourcePort = 0;
        into.destinationPort = 0;
        if (Ip4View.check(memory, offset, lengthBytes)) {
            return parse4(memory, offset, into);
        }
        if (Ip6View.check(memory, offset, lengthBytes)) {
            return parse6(memory, offset, into);
        }
        into.sourceHigh = 0;
        into.sourceLow = 0;
        into.destinationHigh = 0;
        into.destinationLow = 0;
        into.protocol = 0;
        return PacketFault.BAD_IP_HEADER;
    }

    /// Reads the header in three loads: a load from a segment costs as much as what is done with it.
    private PacketFault parse4(MemorySegment memory, long packet, Packet into) {
        long first = Ip4View.firstEight(memory, packet);
        long second = Ip4View.secondEight(memory, packet);
        int source = (int) second;
        int destination = Ip4View.destination(memory, packet);
        int headerBytes = (int) (first >>> 54) & 0x3c;
        into.v4 = true;
        into.sourceHigh = 0;
        into.sourceLow = Addresses.mapped(source);
        into.destinationHigh = 0;
        into.destinationLow = Addresses.mapped(destination);
        into.protocol = (int) (second >>> 48) & 0xff;
        into.totalBytes = (int) (first >>> 32) & 0xffff;
        into.transportOffset = headerBytes;
        into.fragment = false;
        boolean hasOptions = headerBytes > Ip4View.HEADER_BYTES;
        boolean isSound = hasOptions
                ? Ip4View.isChecksumValid(memory, packet)
                : Checksum.fold((first >>> 32)
                                + (first & LOW_32)
                                + (second >>> 32)
                                + (second & LOW_32)
                                + (destination & LOW_32))
                        == 0xffff;
        if (!isSound) {
            return PacketFault.HEADER_CHECKSUM;
        }
        if (second >>> 56 == 0) {
            return PacketFault.HOP_LIMIT;
        }
        PacketFault fault = Addresses.check4(source, destination);
        if (fault == PacketFault.NONE && hasOptions) {
            fault = Options.check4(memory, packet + Ip4View.HEADER_BYTES, headerBytes - Ip4View.HEADER_BYTES);
        }
        if (fault == PacketFault.NONE && (first & (Ip4View.MORE_FRAGMENTS | Ip4View.FRAGMENT_OFFSET)) != 0) {
            fault = readFragment4(memory, packet, into);
        }
        return fault == PacketFault.NONE ? readTransport(memory, packet, into) : fault;
    }

    private static PacketFault readFragment4(MemorySegment memory, long packet, Packet into) {
        int field = Ip4View.fragmentField(memory, packet);
        into.moreFragments = (field & Ip4View.MORE_FRAGMENTS) != 0;
        into.fragmentOffset = (field & Ip4View.FRAGMENT_OFFSET) * 8;
        into.fragmentId = Ip4View.identification(memory, packet);
        return checkFragment(into, into.transportOffset, into.transportOffset);
    }

    private PacketFault parse6(MemorySegment memory, long packet, Packet into) {
        into.v4 = false;
        into.sourceHigh = Ip6View.sourceHigh(memory, packet);
        into.sourceLow = Ip6View.sourceLow(memory, packet);
        into.destinationHigh = Ip6View.destinationHigh(memory, packet);
        into.destinationLow = Ip6View.destinationLow(memory, packet);
        into.protocol = Ip6View.nextHeader(memory, packet);
        into.totalBytes = Ip6View.totalLength(memory, packet);
        into.transportOffset = Ip6View.HEADER_BYTES;
        into.fragment = false;
        if (Ip6View.hopLimit(memory, packet) == 0) {
            return PacketFault.HOP_LIMIT;
        }
        PacketFault fault =
                Addresses.check6(into.sourceHigh, into.sourceLow, into.destinationHigh, into.destinationLow);
        if (fault == PacketFault.NONE && Ip6ExtensionView.isExtension(into.protocol)) {
            fault = readExtensions(memory, packet, into);
        }
        return fault == PacketFault.NONE ? readTransport(memory, packet, into) : fault;
    }

    private PacketFault readExtensions(MemorySegment memory, long packet, Packet into) {
        PacketFault fault = headers.walk(memory, packet, into.totalBytes);
        if (fault != PacketFault.NONE) {
            return fault;
        }
        into.protocol = headers.protocol;
        into.transportOffset = headers.distance;
        if (headers.fragmentHeader == 0) {
            return PacketFault.NONE;
        }
        long header = packet + headers.fragmentHeader;
        into.moreFragments = Ip6ExtensionView.hasMoreFragments(memory, header);
        into.fragmentOffset = Ip6ExtensionView.fragmentOffset(memory, header);
        into.fragmentId = Ip6ExtensionView.identification(memory, header);
        if (!into.moreFragments && into.fragmentOffset == 0) {
            return PacketFault.NONE; // atomic: the whole packet (RFC 6946)
        }
        int start = headers.fragmentHeader + Ip6ExtensionView.headerBytes(memory, header, Ip6ExtensionView.FRAGMENT);
        return checkFragment(into, start, headers.fragmentHeader - Ip6View.HEADER_BYTES);
    }

    /// Checks the place of a fragment whose data starts at `start`. Of the datagram, `unfragmentedBytes` stand
    /// outside of the pieces and count towards the length that its IP header can state.
    private static PacketFault checkFragment(Packet into, int start, int unfragmentedBytes) {
        into.fragment = true;
        into.fragmentBytes = into.totalBytes - start;
        int end = unfragmentedBytes + into.fragmentOffset + into.fragmentBytes;
        if (into.fragmentBytes == 0
                || (into.moreFragments && into.fragmentBytes % 8 != 0)
                || end > Limits.MAX_IP_BYTES) {
            return PacketFault.BAD_FRAGMENT;
        }
        boolean overHeader = into.fragmentOffset > 0 && into.fragmentOffset < TcpView.HEADER_BYTES;
        return overHeader && into.protocol == TcpView.PROTOCOL ? PacketFault.TINY_FRAGMENT : PacketFault.NONE;
    }

    private PacketFault readTransport(MemorySegment memory, long packet, Packet into) {
        long header = packet + into.transportOffset;
        int transportBytes = into.totalBytes - into.transportOffset;
        into.tcpFlags = 0;
        into.payloadBytes = transportBytes;
        if (into.fragment && into.fragmentOffset > 0) {
            into.kind = Packet.Kind.LATER_FRAGMENT;
            return PacketFault.NONE;
        }
        return switch (into.protocol) {
            case TcpView.PROTOCOL -> readTcp(memory, header, transportBytes, into);
            case UdpView.PROTOCOL -> readUdp(memory, header, transportBytes, into);
            case IcmpView.PROTOCOL_V4, IcmpView.PROTOCOL_V6 -> readIcmp(memory, packet, header, transportBytes, into);
            case AUTHENTICATION_HEADER -> PacketFault.AUTHENTICATION_HEADER;
            default -> {
                into.kind = Packet.Kind.OTHER;
                yield PacketFault.NONE;
            }
        };
    }

    private static PacketFault readTcp(MemorySegment memory, long header, int transportBytes, Packet into) {
        if (transportBytes < TcpView.HEADER_BYTES) {
            readPorts(memory, header, transportBytes, into);
            return misfit(into);
        }
        long second = TcpView.secondEight(memory, header);
        int headerBytes = (int) (second >>> 26) & 0x3c;
        if (headerBytes < TcpView.HEADER_BYTES || headerBytes > transportBytes) {
            readPorts(memory, header, transportBytes, into);
            return misfit(into);
        }
        long first = TcpView.firstEight(memory, header);
        into.kind = Packet.Kind.TCP;
        into.sourcePort = (int) (first >>> 48);
        into.destinationPort = (int) (first >>> 32) & 0xffff;
        into.tcpSequence = (int) first;
        into.tcpAcknowledgment = (int) (second >>> 32);
        into.tcpFlags = (int) (second >>> 16) & 0xff;
        into.tcpWindow = (int) second & 0xffff;
        into.payloadBytes = transportBytes - headerBytes;
        if ((SOUND_FLAGS >>> (into.tcpFlags & CLASSIC_FLAGS) & 1) == 0 || (second >>> 24 & UNUSED_BITS) != 0) {
            return PacketFault.BAD_FLAGS;
        }
        return into.sourcePort == 0 || into.destinationPort == 0 ? PacketFault.BAD_PORT : PacketFault.NONE;
    }

    /// What a header without its rest says of where it goes: TCP and UDP begin with the same ports.
    private static void readPorts(MemorySegment memory, long header, int transportBytes, Packet into) {
        if (transportBytes >= 2 * Short.BYTES) {
            into.sourcePort = UdpView.sourcePort(memory, header);
            into.destinationPort = UdpView.destinationPort(memory, header);
        }
    }

    private static PacketFault readUdp(MemorySegment memory, long header, int transportBytes, Packet into) {
        // The length is that of the whole datagram, of which the first fragment holds only a part.
        boolean fits = into.fragment
                ? transportBytes >= UdpView.HEADER_BYTES && UdpView.length(memory, header) >= UdpView.HEADER_BYTES
                : UdpView.check(memory, header, transportBytes);
        if (!fits) {
            readPorts(memory, header, transportBytes, into);
            return misfit(into);
        }
        into.kind = Packet.Kind.UDP;
        into.sourcePort = UdpView.sourcePort(memory, header);
        into.destinationPort = UdpView.destinationPort(memory, header);
        into.payloadBytes = Math.min(UdpView.length(memory, header), transportBytes) - UdpView.HEADER_BYTES;
        // A source port of zero says that no answer is wanted (RFC 768).
        return into.destinationPort == 0 ? PacketFault.BAD_PORT : PacketFault.NONE;
    }

    private PacketFault readIcmp(MemorySegment memory, long packet, long header, int transportBytes, Packet into) {
        if (into.v4 != (into.protocol == IcmpView.PROTOCOL_V4)) {
            return PacketFault.ICMP_TYPE;
        }
        if (!IcmpView.check(transportBytes)) {
            return misfit(into);
        }
        int type = IcmpView.type(memory, header);
        int code = IcmpView.code(memory, header);
        into.icmpType = type;
        into.icmpCode = code;
        into.payloadBytes = transportBytes - IcmpView.HEADER_BYTES;
        boolean request = type == (into.v4 ? IcmpView.ECHO_REQUEST_V4 : IcmpView.ECHO_REQUEST_V6);
        boolean reply = type == (into.v4 ? IcmpView.ECHO_REPLY_V4 : IcmpView.ECHO_REPLY_V6);
        if (request || reply) {
            into.kind = request ? Packet.Kind.ECHO_REQUEST : Packet.Kind.ECHO_REPLY;
            into.sourcePort = IcmpView.identifier(memory, header);
            return code == 0 ? PacketFault.NONE : PacketFault.ICMP_TYPE;
        }
        if (code > (into.v4 ? largestErrorCode4(type) : largestErrorCode6(type))) {
            return PacketFault.ICMP_TYPE;
        }
        into.kind = Packet.Kind.ICMP_ERROR;
        return readError(memory, packet, header, transportBytes, into);
    }

    private PacketFault readError(MemorySegment memory, long packet, long header, int transportBytes, Packet into) {
        if (into.fragment) {
            return PacketFault.BAD_FRAGMENT; // no error is so long that it must be one
        }
        long pseudo = into.v4 ? 0 : Checksum.pseudoHeader6(memory, packet, into.protocol, transportBytes);
        if (Checksum.fold(pseudo + Checksum.sum(memory, header, transportBytes)) != 0xffff) {
            return PacketFault.ICMP_CHECKSUM;
        }
        into.pathMtu = 0;
        if (into.v4 && into.icmpType == IcmpView.UNREACHABLE_V4 && into.icmpCode == IcmpView.FRAGMENTATION_NEEDED) {
            into.pathMtu = IcmpView.mtu4(memory, header);
            if (into.pathMtu < Limits.SMALLEST_MTU_V4) {
                return PacketFault.PATH_MTU;
            }
        } else if (!into.v4 && into.icmpType == IcmpView.PACKET_TOO_BIG) {
            long mtu = IcmpView.mtu6(memory, header);
            if (mtu < Limits.SMALLEST_MTU_V6) {
                return PacketFault.PATH_MTU;
            }
            into.pathMtu = (int) Math.min(mtu, Integer.MAX_VALUE);
        }
        return quoted.read(memory, header + IcmpView.HEADER_BYTES, into.payloadBytes, into)
                ? PacketFault.NONE
                : PacketFault.BAD_QUOTE;
    }

    /// The largest code that is defined for a type of error, -1 for what is no error. Source quench (RFC 6633)
    /// and redirect are none that we pass on.
    private static int largestErrorCode4(int type) {
        return switch (type) {
            case IcmpView.UNREACHABLE_V4 -> 15;
            case IcmpView.TIME_EXCEEDED_V4 -> 1;
            case IcmpView.PARAMETER_PROBLEM_V4 -> 2;
            default -> -1;
        };
    }

    private static int largestErrorCode6(int type) {
        return switch (type) {
            case IcmpView.UNREACHABLE_V6 -> 8;
            case IcmpView.PACKET_TOO_BIG -> 0;
            case IcmpView.TIME_EXCEEDED_V6 -> 1;
            case IcmpView.PARAMETER_PROBLEM_V6 -> 10;
            default -> -1;
        };
    }

    private static PacketFault misfit(Packet into) {
        return into.fragment ? PacketFault.TINY_FRAGMENT : PacketFault.BAD_TRANSPORT;
    }

    private static long soundFlags() {
        long sound = 0;
        for (int flags = 0; flags <= CLASSIC_FLAGS; flags++) {
            if (isSound(flags)) {
                sound |= 1L << flags;
            }
        }
        return sound;
    }

    /// Without ACK a segment opens a connection or ends one, and does nothing else.
    private static boolean isSound(int flags) {
        if ((flags & TcpView.ACK) == 0) {
            return flags == TcpView.SYN || flags == TcpView.RST;
        }
        return switch (flags & (TcpView.SYN | TcpView.RST | TcpView.FIN)) {
            case 0, TcpView.FIN -> true;
            case TcpView.SYN, TcpView.RST -> (flags & TcpView.URG) == 0;
            default -> false;
        };
    }
}
