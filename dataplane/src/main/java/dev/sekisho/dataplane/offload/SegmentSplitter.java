package dev.sekisho.dataplane.offload;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.wire.Checksum;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
import dev.sekisho.dataplane.wire.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Cuts one TUN frame (virtio header and IP packet, super-packet or plain) into IP packets, in the frame's own
/// memory. Owner: one worker thread. Allocates nothing after construction.
///
/// ```
/// frame:     |virtio|IP TCP|payload 0      |payload 1      |payload 2 |
/// packet 0:         |IP TCP|payload 0      |
/// packet 1:                         |IP TCP|payload 1      |
/// packet 2:                                         |IP TCP|payload 2 |
/// ```
/// The headers of a packet are written over the end of the packet before it, which the caller has used up by then.
/// Payload is never moved, and only bytes in front of a packet are written: the caller may change up to all of the
/// bytes behind a packet while it uses it, if it puts them back before [#next].
///
/// Nothing that the frame says is trusted: `hdr_len` is ignored, header lengths come from the headers themselves, and
/// every length is held against the frame before it is used. What every segment gets: TCP sequence numbers that go
/// on, CWR on the first segment only, PSH and FIN on the last only, IPv4 identifications that count up, lengths and
/// checksums. An identification of zero with don't-fragment set stays zero on all segments: such a packet is atomic
/// and its identification means nothing (RFC 6864 section 4.1), and so [SegmentMerger] can merge senders that never
/// count.
///
/// Source: Linux `net/ipv4/tcp_offload.c` `tcp_gso_segment`, `net/ipv4/udp_offload.c` `__udp_gso_segment`.
public final class SegmentSplitter {
    private static final int LAST_ONLY = TcpView.PSH | TcpView.FIN;

    /// The headers of the super-packet with the fields that differ between segments set to zero.
    private final MemorySegment template;

    private MemorySegment memory;
    private FrameFault fault = FrameFault.NONE;
    private long packet;
    private int packetBytes;
    private boolean v6;
    private int protocol;

    private boolean segmented;
    private int transport;
    private int headerBytes;
    private int payloadBytes;
    private int segmentBytes;
    private int segmentCount;
    private int index;

    private int firstIdentification;
    private int identificationStep;
    private int firstSequence;
    private int flags;
    private boolean checksummed;
    private long ipSum;
    private long transportSum;

    private long offset;
    private int lengthBytes;

    /// Makes a splitter whose scratch memory lives as long as it does.
    public SegmentSplitter() {
        this(Arena.ofAuto());
    }

    /// Makes a splitter whose scratch memory comes from `arena`.
    public SegmentSplitter(Arena arena) {
        template = arena.allocate(Limits.MAX_SPLIT_HEADER_BYTES, Long.BYTES);
        memory = template;
    }

    /// Takes the frame of `frameBytes` bytes at `frame`. The memory stays in use until the last [#next].
    ///
    /// @return false when the frame is malformed: [#reason] says why, [#next] gives nothing, the frame is unchanged
    public boolean begin(MemorySegment frameMemory, long frame, int frameBytes) {
        memory = frameMemory;
        index = 0;
        segmentCount = 0;
        fault = inspect(frame, frameBytes);
        return fault == FrameFault.NONE;
    }

    /// Why the last [#begin] said false.
    public FrameFault reason() {
        return fault;
    }

    /// Number of packets in the frame, zero when it is malformed.
    public int segmentCount() {
        return segmentCount;
    }

    /// Builds the next packet.
    ///
    /// @return false when there is none left
    public boolean next() {
        if (index == segmentCount) {
            return false;
        }
        if (segmented) {
            writeSegment(index * segmentBytes, index == segmentCount - 1);
        } else {
            offset = packet;
            lengthBytes = packetBytes;
        }
        index++;
        return true;
    }

    /// Where the current packet starts in the frame's memory.
    public long packetOffset() {
        return offset;
    }

    /// Bytes of the current packet: what its IP header says.
    public int packetLength() {
        return lengthBytes;
    }

    private FrameFault inspect(long frame, int frameBytes) {
        if (frameBytes < VirtioHeader.BYTES + Ip4View.HEADER_BYTES) {
            return FrameFault.TOO_SHORT;
        }
        if (frameBytes > VirtioHeader.BYTES + Limits.MAX_IP_BYTES) {
            return FrameFault.TOO_LONG;
        }
        packet = frame + VirtioHeader.BYTES;
        int availableBytes = frameBytes - VirtioHeader.BYTES;
        if (Ip4View.check(memory, packet, availableBytes)) {
            v6 = false;
            packetBytes = Ip4View.totalLength(memory, packet);
        } else if (Ip6View.check(memory, packet, availableBytes)) {
            v6 = true;
            packetBytes = Ip6View.totalLength(memory, packet);
        } else {
            return FrameFault.BAD_IP_HEADER;
        }
        segmented = VirtioHeader.gsoType(memory, frame) != VirtioHeader.GSO_NONE;
        return segmented ? inspectSuperPacket(frame) : completePlain(frame);
    }

    private FrameFault completePlain(long frame) {
        if (VirtioHeader.needsChecksum(memory, frame)) {
            int start = VirtioHeader.checksumStart(memory, frame);
            int ipBytes = v6 ? Ip6View.HEADER_BYTES : Ip4View.headerBytes(memory, packet);
            if (start < ipBytes
                    || !Checksum.complete(
                            memory, packet, packetBytes, start, VirtioHeader.checksumOffset(memory, frame))) {
                return FrameFault.BAD_CHECKSUM_PLACE;
            }
        }
        segmentCount = 1;
        return FrameFault.NONE;
    }

    private FrameFault inspectSuperPacket(long frame) {
        FrameFault found = locateTransport(VirtioHeader.gsoType(memory, frame));
        if (found != FrameFault.NONE) {
            return found;
        }
        int transportBytes = packetBytes - transport;
        if (protocol == TcpView.PROTOCOL) {
            if (!TcpView.check(memory, packet + transport, transportBytes)) {
                return FrameFault.BAD_TRANSPORT_HEADER;
            }
            headerBytes = transport + TcpView.headerBytes(memory, packet + transport);
        } else {
            if (!UdpView.check(memory, packet + transport, transportBytes)
                    || UdpView.length(memory, packet + transport) != transportBytes) {
                return FrameFault.BAD_TRANSPORT_HEADER;
            }
            headerBytes = transport + UdpView.HEADER_BYTES;
        }
        if (headerBytes > Limits.MAX_SPLIT_HEADER_BYTES) {
            return FrameFault.HEADERS_TOO_LONG;
        }
        boolean partial = VirtioHeader.needsChecksum(memory, frame);
        if (partial
                && (VirtioHeader.checksumStart(memory, frame) != transport
                        || VirtioHeader.checksumOffset(memory, frame) != checksumOffset())) {
            return FrameFault.BAD_CHECKSUM_PLACE;
        }
        payloadBytes = packetBytes - headerBytes;
        segmentBytes = VirtioHeader.gsoSize(memory, frame);
        if (segmentBytes == 0 || payloadBytes > (long) segmentBytes * Limits.MAX_SPLIT_SEGMENTS) {
            return FrameFault.BAD_SEGMENT_SIZE;
        }
        prepareTemplate(partial);
        segmentCount = Math.max(1, (payloadBytes + segmentBytes - 1) / segmentBytes);
        return FrameFault.NONE;
    }

    /// Sets [#protocol] and [#transport] and holds them against the type of the frame.
    private FrameFault locateTransport(int gsoType) {
        if (gsoType != VirtioHeader.GSO_TCPV4
                && gsoType != VirtioHeader.GSO_TCPV6
                && gsoType != VirtioHeader.GSO_UDP_L4) {
            return FrameFault.UNKNOWN_TYPE;
        }
        if (v6) {
            long found = Ip6View.transport(memory, packet, packetBytes);
            if (found == Ip6View.NO_TRANSPORT) {
                return FrameFault.BAD_TRANSPORT_HEADER;
            }
            protocol = Ip6View.protocolOf(found);
            transport = Ip6View.distanceOf(found);
        } else {
            if (Ip4View.isFragment(memory, packet)) {
                return FrameFault.FRAGMENT;
            }
            protocol = Ip4View.protocol(memory, packet);
            transport = Ip4View.headerBytes(memory, packet);
        }
        boolean matches = switch (gsoType) {
            case VirtioHeader.GSO_TCPV4 -> !v6 && protocol == TcpView.PROTOCOL;
            case VirtioHeader.GSO_TCPV6 -> v6 && protocol == TcpView.PROTOCOL;
            default -> protocol == UdpView.PROTOCOL;
        };
        return matches ? FrameFault.NONE : FrameFault.TYPE_MISMATCH;
    }

    private int checksumOffset() {
        return protocol == TcpView.PROTOCOL ? TcpView.CHECKSUM_OFFSET : UdpView.CHECKSUM_OFFSET;
    }

    /// Copies the headers aside, clears what differs between segments and sums the rest once.
    private void prepareTemplate(boolean partial) {
        int transportBytes = packetBytes - transport;
        int field = Checksum.load(memory, packet + transport + checksumOffset());
        // The field of a partial checksum is the pseudo-header's sum by definition; only its length has to go. That
        // holds for a routing header too, where the destination in the sum is not the one in the IP header.
        long pseudo = partial
                ? field + (~Checksum.word(transportBytes) & 0xffff)
                : v6
                        ? Checksum.pseudoHeader6(memory, packet, protocol, 0)
                        : Checksum.pseudoHeader4(memory, packet, protocol, 0);
        checksummed = partial || v6 || protocol == TcpView.PROTOCOL || field != 0;

        MemorySegment.copy(memory, packet, template, 0, headerBytes);
        Checksum.store(template, transport + checksumOffset(), 0);
        if (protocol == TcpView.PROTOCOL) {
            firstSequence = TcpView.sequence(template, transport);
            flags = TcpView.flags(template, transport);
            TcpView.setSequence(template, transport, 0);
            TcpView.setFlags(template, transport, 0);
        } else {
            UdpView.setLength(template, transport, 0);
        }
        transportSum = pseudo + Checksum.sumScalar(template, transport, headerBytes - transport);
        if (!v6) {
            firstIdentification = Ip4View.identification(template, 0);
            identificationStep = firstIdentification == 0 && Ip4View.isDontFragment(template, 0) ? 0 : 1;
            Ip4View.setTotalLength(template, 0, 0);
            Ip4View.setIdentification(template, 0, 0);
            Ip4View.setChecksum(template, 0, 0);
            ipSum = Checksum.sumScalar(template, 0, transport);
        }
    }

    private void writeSegment(int consumedBytes, boolean last) {
        int payload = last ? payloadBytes - consumedBytes : segmentBytes;
        offset = packet + consumedBytes;
        lengthBytes = headerBytes + payload;
        MemorySegment.copy(template, 0, memory, offset, headerBytes);
        if (v6) {
            Ip6View.setPayloadLength(memory, offset, lengthBytes - Ip6View.HEADER_BYTES);
        } else {
            writeIp4(firstIdentification + index * identificationStep & 0xffff);
        }
        long sum = transportSum
                + Checksum.word(lengthBytes - transport)
                + Checksum.sum(memory, offset + headerBytes, payload);
        if (protocol == TcpView.PROTOCOL) {
            writeTcp(sum, firstSequence + consumedBytes, flagsOf(last));
        } else {
            writeUdp(sum);
        }
    }

    private void writeIp4(int identification) {
        Ip4View.setTotalLength(memory, offset, lengthBytes);
        Ip4View.setIdentification(memory, offset, identification);
        long sum = ipSum + Checksum.word(lengthBytes) + Checksum.word(identification);
        Ip4View.setChecksum(memory, offset, Checksum.complement(sum));
    }

    private int flagsOf(boolean last) {
        int result = index == 0 ? flags : flags & ~TcpView.CWR;
        return last ? result : result & ~LAST_ONLY;
    }

    private void writeTcp(long payloadSum, int sequence, int segmentFlags) {
        long at = offset + transport;
        TcpView.setSequence(memory, at, sequence);
        TcpView.setFlags(memory, at, segmentFlags);
        long sum = payloadSum
                + Checksum.word(sequence >>> 16)
                + Checksum.word(sequence & 0xffff)
                + Checksum.word(segmentFlags);
        Checksum.store(memory, at + TcpView.CHECKSUM_OFFSET, Checksum.complement(sum));
    }

    private void writeUdp(long payloadSum) {
        int datagramBytes = lengthBytes - transport;
        UdpView.setLength(memory, offset + transport, datagramBytes);
        if (checksummed) {
            long sum = payloadSum + Checksum.word(datagramBytes);
            Checksum.store(memory, offset + transport + UdpView.CHECKSUM_OFFSET, Checksum.complementNonZero(sum));
        }
    }
}
