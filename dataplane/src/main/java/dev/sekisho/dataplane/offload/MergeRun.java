package dev.sekisho.dataplane.offload;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.wire.Checksum;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
import dev.sekisho.dataplane.wire.VirtioHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A super-packet in the making: the headers of its first packet and the payloads of all, one behind the other, at
/// the start of a region of the merger's slab. Owner: the merger's thread. Open while [#segmentCount] is above zero.
///
/// A packet extends the run when its headers equal the first one's in every bit but those that differ between
/// segments of one super-packet, and those that differ are what the splitter would make of them.
final class MergeRun {
    // Which bits of the headers must be equal, as the words of the drawings in `wire`; what follows must be equal too.

    /// TOS but not length; flags but not identification; TTL and protocol but not checksum; addresses.
    private static final int[] EQUAL_IP4 = {0xffff_0000, 0x0000_ffff, 0xffff_0000, -1, -1};

    /// All but the payload length.
    private static final int[] EQUAL_IP6 = {-1, 0x0000_ffff, -1, -1, -1, -1, -1, -1, -1, -1};

    /// Ports; sequence; acknowledgment; offset, flags without PSH, window; checksum and urgent pointer; options.
    private static final int[] EQUAL_TCP = {-1, 0, -1, ~(TcpView.PSH << 16), 0x0000_ffff};

    /// Ports; length and checksum.
    private static final int[] EQUAL_UDP = {-1, 0};

    private static final int[] EQUAL_TCP4 = join(EQUAL_IP4, EQUAL_TCP);
    private static final int[] EQUAL_TCP6 = join(EQUAL_IP6, EQUAL_TCP);
    private static final int[] EQUAL_UDP4 = join(EQUAL_IP4, EQUAL_UDP);
    private static final int[] EQUAL_UDP6 = join(EQUAL_IP6, EQUAL_UDP);

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment memory;

    /// Where the virtio header goes; the packet follows it.
    final long frame;

    final long packet;

    /// The headers of the first packet: the ones in the region may be overlaid by the packet that is arriving.
    private final int[] headers = new int[Limits.MAX_MERGED_HEADER_BYTES / 4];

    private int[] equal = EQUAL_TCP4;
    private boolean v6;
    private int protocol;
    private int transport;
    private int segmentBytes;
    private int nextSequence;
    private int nextIdentification;
    private int identificationStep;

    long flow;
    int segmentCount;
    int headerBytes;
    int packetBytes;

    MergeRun(MemorySegment memory, long frame) {
        this.memory = memory;
        this.frame = frame;
        this.packet = frame + VirtioHeader.BYTES;
    }

    private static int[] join(int[] first, int[] second) {
        int[] joined = new int[Limits.MAX_MERGED_HEADER_BYTES / 4];
        Arrays.fill(joined, -1);
        System.arraycopy(first, 0, joined, 0, first.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    /// Starts with a mergeable packet, which lies at [#packet] already.
    void start(ArrivedPacket arrived) {
        flow = arrived.flow;
        v6 = arrived.v6;
        protocol = arrived.protocol;
        transport = arrived.transport;
        headerBytes = arrived.headerBytes;
        segmentBytes = arrived.payloadBytes;
        packetBytes = headerBytes + segmentBytes;
        segmentCount = 1;
        nextSequence = arrived.sequence + segmentBytes;
        // The splitter counts identifications up, save zero with don't-fragment, which it repeats.
        identificationStep = v6 || (arrived.identification == 0 && arrived.dontFragment) ? 0 : 1;
        nextIdentification = arrived.identification + identificationStep & 0xffff;
        boolean isTcp = protocol == TcpView.PROTOCOL;
        equal = v6 ? (isTcp ? EQUAL_TCP6 : EQUAL_UDP6) : isTcp ? EQUAL_TCP4 : EQUAL_UDP4;
        for (int i = 0; i < headerBytes >>> 2; i++) {
            headers[i] = memory.get(WORD, packet + 4L * i) & equal[i];
        }
    }

    /// Whether the packet, whose headers lie at `at`, continues this run.
    boolean continues(ArrivedPacket arrived, long at) {
        return arrived.mergeable
                && arrived.protocol == protocol
                && arrived.v6 == v6
                && arrived.headerBytes == headerBytes
                && arrived.payloadBytes <= segmentBytes
                && packetBytes + arrived.payloadBytes <= Limits.MAX_IP_BYTES
                && (protocol != TcpView.PROTOCOL || arrived.sequence == nextSequence)
                && (v6 || arrived.identification == nextIdentification)
                && headersEqual(at);
    }

    private boolean headersEqual(long at) {
        int different = 0;
        for (int i = 0; i < headerBytes >>> 2; i++) {
            different |= (memory.get(WORD, at + 4L * i) & equal[i]) ^ headers[i];
        }
        return different == 0;
    }

    /// Takes in a packet that continues the run; its payload lies behind the run's own already.
    void extend(ArrivedPacket arrived) {
        packetBytes += arrived.payloadBytes;
        segmentCount++;
        nextSequence += arrived.payloadBytes;
        nextIdentification = nextIdentification + identificationStep & 0xffff;
        if (arrived.push) {
            long flagsAt = packet + transport;
            TcpView.setFlags(memory, flagsAt, TcpView.flags(memory, flagsAt) | TcpView.PSH);
        }
    }

    /// Whether the packet taken in last ends the run: it pushes, is shorter than the first, or nothing fits behind
    /// it.
    boolean endsWith(ArrivedPacket arrived) {
        return arrived.push
                || arrived.payloadBytes < segmentBytes
                || segmentCount == Limits.MAX_MERGED_SEGMENTS
                || packetBytes + segmentBytes > Limits.MAX_IP_BYTES;
    }

    /// Where the payload of the next packet belongs.
    long end() {
        return packet + packetBytes;
    }

    /// Writes the virtio header and, for more than one packet, makes the headers those of a super-packet. Closes.
    ///
    /// @return bytes of the frame at [#frame]
    int close() {
        if (segmentCount == 1) {
            VirtioHeader.writePlain(memory, frame);
        } else {
            writeSuperPacket();
        }
        segmentCount = 0;
        return VirtioHeader.BYTES + packetBytes;
    }

    private void writeSuperPacket() {
        boolean isTcp = protocol == TcpView.PROTOCOL;
        int transportBytes = packetBytes - transport;
        int checksumOffset = isTcp ? TcpView.CHECKSUM_OFFSET : UdpView.CHECKSUM_OFFSET;
        int tcpType = v6 ? VirtioHeader.GSO_TCPV6 : VirtioHeader.GSO_TCPV4;
        VirtioHeader.writeKind(memory, frame, VirtioHeader.NEEDS_CSUM, isTcp ? tcpType : VirtioHeader.GSO_UDP_L4);
        VirtioHeader.writeSegments(memory, frame, headerBytes, segmentBytes);
        VirtioHeader.writeChecksum(memory, frame, transport, checksumOffset);
        long pseudo;
        if (v6) {
            Ip6View.setPayloadLength(memory, packet, packetBytes - Ip6View.HEADER_BYTES);
            pseudo = Checksum.pseudoHeader6(memory, packet, protocol, transportBytes);
        } else {
            Ip4View.setTotalLength(memory, packet, packetBytes);
            Ip4View.updateChecksum(memory, packet);
            pseudo = Checksum.pseudoHeader4(memory, packet, protocol, transportBytes);
        }
        if (!isTcp) {
            UdpView.setLength(memory, packet + transport, transportBytes);
        }
        Checksum.store(memory, packet + transport + checksumOffset, Checksum.fold(pseudo));
    }
}
