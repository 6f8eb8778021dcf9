package dev.sekisho.dataplane.offload;

import dev.sekisho.dataplane.wire.Checksum;
import dev.sekisho.dataplane.wire.IcmpView;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
import java.lang.foreign.MemorySegment;

/// What a [SegmentMerger] needs to know about the packet in hand. One object per merger, read anew for every packet;
/// owner: the merger's thread.
///
/// A packet is one of three things: *opaque* (it could belong to any flow, so every run must end before it), of a
/// known flow, or of no flow that is ever merged ([#flow] is zero). One of a known flow may also be *mergeable*.
final class ArrivedPacket {
    /// The flow of packets that are never merged.
    static final long NO_FLOW = 0;

    private static final int PLAIN_IP4 = 0x45;
    private static final int MERGEABLE_FRAGMENT_FIELD = Ip4View.DONT_FRAGMENT;

    // Odd constants with well-mixed bits (from the fractional part of the golden ratio and of sqrt 3), as multipliers.
    private static final long MIX_A = 0x9e37_79b9_7f4a_7c15L;
    private static final long MIX_B = 0xbb67_ae85_84ca_a73bL;

    private final boolean tcp;
    private final boolean udp;
    private final boolean verifyChecksums;

    /// Whether the packet could belong to any flow: a fragment, one with options or extension headers, a malformed
    /// one.
    boolean opaque;
    /// Equal for two packets of one flow; two flows may collide, which costs a merge and nothing else.
    long flow;
    /// Whether the packet may start or extend a run.
    boolean mergeable;

    boolean v6;
    int protocol;
    /// Bytes of the IP header.
    int transport;
    int headerBytes;
    int payloadBytes;
    int identification;
    boolean dontFragment;
    int sequence;
    boolean push;

    ArrivedPacket(boolean tcp, boolean udp, boolean verifyChecksums) {
        this.tcp = tcp;
        this.udp = udp;
        this.verifyChecksums = verifyChecksums;
    }

    /// Reads the packet of `lengthBytes` bytes at `packet`.
    void read(MemorySegment memory, long packet, int lengthBytes) {
        opaque = true;
        flow = NO_FLOW;
        mergeable = false;
        if (Ip4View.check(memory, packet, lengthBytes)) {
            readIp4(memory, packet, lengthBytes);
        } else if (Ip6View.check(memory, packet, lengthBytes)) {
            readIp6(memory, packet, lengthBytes);
        }
    }

    private void readIp4(MemorySegment memory, long packet, int lengthBytes) {
        int fragmentField = Ip4View.fragmentField(memory, packet);
        if (Ip4View.firstByte(memory, packet) != PLAIN_IP4
                || Ip4View.totalLength(memory, packet) != lengthBytes
                || (fragmentField & ~MERGEABLE_FRAGMENT_FIELD) != 0) {
            return;
        }
        v6 = false;
        transport = Ip4View.HEADER_BYTES;
        protocol = Ip4View.protocol(memory, packet);
        identification = Ip4View.identification(memory, packet);
        dontFragment = fragmentField != 0;
        long addresses =
                (long) Ip4View.source(memory, packet) << 32 | (Ip4View.destination(memory, packet) & 0xffff_ffffL);
        readTransport(memory, packet, lengthBytes, addresses * MIX_A);
        mergeable = mergeable && Ip4View.isChecksumValid(memory, packet);
    }

    private void readIp6(MemorySegment memory, long packet, int lengthBytes) {
        if (Ip6View.totalLength(memory, packet) != lengthBytes) {
            return;
        }
        v6 = true;
        transport = Ip6View.HEADER_BYTES;
        protocol = Ip6View.nextHeader(memory, packet);
        long source = (Ip6View.sourceHigh(memory, packet) * MIX_A) ^ Ip6View.sourceLow(memory, packet);
        long destination = (Ip6View.destinationHigh(memory, packet) * MIX_A) ^ Ip6View.destinationLow(memory, packet);
        readTransport(memory, packet, lengthBytes, (source * MIX_B + destination) * MIX_A);
    }

    private void readTransport(MemorySegment memory, long packet, int lengthBytes, long addresses) {
        long header = packet + transport;
        int transportBytes = lengthBytes - transport;
        if (protocol == TcpView.PROTOCOL) {
            if (!tcp) {
                opaque = false;
            } else if (TcpView.check(memory, header, transportBytes)) {
                opaque = false;
                flow = flowOf(addresses, TcpView.ports(memory, header));
                readTcp(memory, header, transportBytes);
            }
        } else if (protocol == UdpView.PROTOCOL) {
            if (!udp) {
                opaque = false;
            } else if (UdpView.check(memory, header, transportBytes)) {
                opaque = false;
                flow = flowOf(addresses, UdpView.ports(memory, header));
                readUdp(memory, header, transportBytes);
            }
        } else {
            // IPv6 may hide TCP behind an extension header; what is certain is that ICMPv6 is none.
            opaque = v6 && protocol != IcmpView.PROTOCOL_V6;
        }
        if (mergeable && verifyChecksums) {
            mergeable = isTransportChecksumValid(memory, packet, transportBytes);
        }
    }

    private long flowOf(long addresses, int ports) {
        long mixed = (addresses ^ (ports & 0xffff_ffffL)) * MIX_B + protocol;
        return mixed | 1; // never NO_FLOW
    }

    private void readTcp(MemorySegment memory, long header, int transportBytes) {
        int flags = TcpView.flags(memory, header);
        int tcpBytes = TcpView.headerBytes(memory, header);
        headerBytes = transport + tcpBytes;
        payloadBytes = transportBytes - tcpBytes;
        sequence = TcpView.sequence(memory, header);
        push = (flags & TcpView.PSH) != 0;
        mergeable = payloadBytes > 0 && (flags & ~TcpView.PSH) == TcpView.ACK && TcpView.reserved(memory, header) == 0;
    }

    private void readUdp(MemorySegment memory, long header, int transportBytes) {
        headerBytes = transport + UdpView.HEADER_BYTES;
        payloadBytes = transportBytes - UdpView.HEADER_BYTES;
        sequence = 0;
        push = false;
        // Without a checksum the datagrams of a super-packet would get one that they never had.
        mergeable = payloadBytes > 0
                && UdpView.length(memory, header) == transportBytes
                && UdpView.checksum(memory, header) != 0;
    }

    private boolean isTransportChecksumValid(MemorySegment memory, long packet, int transportBytes) {
        long pseudo = v6
                ? Checksum.pseudoHeader6(memory, packet, protocol, transportBytes)
                : Checksum.pseudoHeader4(memory, packet, protocol, transportBytes);
        return Checksum.fold(pseudo + Checksum.sum(memory, packet + transport, transportBytes)) == 0xffff;
    }
}
