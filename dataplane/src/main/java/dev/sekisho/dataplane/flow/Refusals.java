package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.wire.Checksum;
import dev.sekisho.dataplane.wire.IcmpErrors;
import dev.sekisho.dataplane.wire.IcmpView;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Builds the packet that tells a sender no, so that nobody waits for a time-out: a reset for TCP,
/// "administratively prohibited" for the rest. Owner: the engine's thread. Allocates nothing.
///
/// The answer stands at [#offset] of [#memory] until the next call, complete with checksums. In front of it is
/// a virtio header of zeros, behind it [Limits#PADDING_BYTES] that sealing may overwrite. It comes from the
/// address that was asked for. Whoever sends it limits the rate. Source: RFC 9293 section 3.10.7, RFC 1122
/// section 3.2.2, RFC 1812 section 5.2.7.1, RFC 4443 sections 2.4 and 3.1.
public final class Refusals {
    private final MemorySegment memory;

    /// Takes its buffer from `arena`.
    public Refusals(Arena arena) {
        memory = arena.allocate(VirtioHeader.BYTES + IcmpErrors.LARGEST_BYTES + Limits.PADDING_BYTES, Long.BYTES);
        VirtioHeader.writePlain(memory, 0);
    }

    /// Where answers are built.
    public MemorySegment memory() {
        return memory;
    }

    /// Where the IP packet of an answer starts; the virtio header starts at 0.
    public long offset() {
        return VirtioHeader.BYTES;
    }

    /// Refuses the packet at `offset` of `from`, as it was read into `packet`.
    ///
    /// @return bytes of the answer's IP packet, or 0 when there must be none: for resets, ICMP errors and
    ///     fragments other than the first
    public int refuse(MemorySegment from, long offset, Packet packet) {
        return switch (packet.kind()) {
            case LATER_FRAGMENT, ICMP_ERROR -> 0;
            case TCP -> resetOf(packet);
            case UDP, ECHO_REQUEST, ECHO_REPLY, OTHER ->
                packet.v4()
                        ? IcmpErrors.unreachable4(memory, offset(), IcmpView.PROHIBITED_V4, from, offset)
                        : IcmpErrors.unreachable6(memory, offset(), IcmpView.PROHIBITED_V6, from, offset);
        };
    }

    /// Builds the reset that ends a live connection for its end `to`, as if the other end, `from`,
    /// had sent it. Addresses are as in [Packet].
    ///
    /// @param sequence what the receiver expects next, exactly: anything else it only challenges (RFC 5961)
    /// @param acknowledgment what the receiver has sent so far
    /// @return bytes of the IP packet
    public int reset(
            long fromHigh,
            long fromLow,
            int fromPort,
            long toHigh,
            long toLow,
            int toPort,
            int sequence,
            int acknowledgment) {
        long tcp = writeIp(fromHigh, fromLow, toHigh, toLow);
        int ports = fromPort << 16 | toPort;
        return writeTcp(tcp, ports, sequence, acknowledgment, TcpView.RST | TcpView.ACK);
    }

    /// The reset that a closed port sends. Where the segment acknowledges something, the reset starts there;
    /// else it acknowledges the segment, in which a SYN counts as a byte (a FIN never comes without ACK).
    private int resetOf(Packet packet) {
        int flags = packet.tcpFlags();
        if ((flags & TcpView.RST) != 0) {
            return 0;
        }
        long tcp = writeIp(packet.destinationHigh(), packet.destinationLow(), packet.sourceHigh(), packet.sourceLow());
        int ports = packet.destinationPort() << 16 | packet.sourcePort();
        if ((flags & TcpView.ACK) != 0) {
            return writeTcp(tcp, ports, packet.tcpAcknowledgment(), 0, TcpView.RST);
        }
        int syn = (flags & TcpView.SYN) == 0 ? 0 : 1;
        int segmentLength = packet.payloadBytes() + syn;
        return writeTcp(tcp, ports, 0, packet.tcpSequence() + segmentLength, TcpView.RST | TcpView.ACK);
    }

    /// Writes the IP header; returns where the TCP header goes.
    private long writeIp(long fromHigh, long fromLow, long toHigh, long toLow) {
        long ip = offset();
        if (Addresses.isMapped(toHigh, toLow)) {
            int totalBytes = Ip4View.HEADER_BYTES + TcpView.HEADER_BYTES;
            Ip4View.writeHeader(memory, ip, totalBytes, TcpView.PROTOCOL, (int) fromLow, (int) toLow);
            return ip + Ip4View.HEADER_BYTES;
        }
        Ip6View.writeHeader(memory, ip, TcpView.HEADER_BYTES, TcpView.PROTOCOL);
        Ip6View.writeSource(memory, ip, fromHigh, fromLow);
        Ip6View.writeDestination(memory, ip, toHigh, toLow);
        return ip + Ip6View.HEADER_BYTES;
    }

    /// Writes a TCP header that ends the packet; returns the packet's length.
    private int writeTcp(long tcp, int ports, int sequence, int acknowledgment, int flags) {
        TcpView.writeHeader(memory, tcp, ports, sequence, acknowledgment, flags);
        long ip = offset();
        int ipBytes = (int) (tcp - ip);
        long pseudoHeader = ipBytes == Ip4View.HEADER_BYTES
                ? Checksum.pseudoHeader4(memory, ip, TcpView.PROTOCOL, TcpView.HEADER_BYTES)
                : Checksum.pseudoHeader6(memory, ip, TcpView.PROTOCOL, TcpView.HEADER_BYTES);
        int checksum = Checksum.complement(pseudoHeader + Checksum.sum(memory, tcp, TcpView.HEADER_BYTES));
        Checksum.store(memory, tcp + TcpView.CHECKSUM_OFFSET, checksum);
        return ipBytes + TcpView.HEADER_BYTES;
    }
}
