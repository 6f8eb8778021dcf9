package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.wire.TcpView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/// Runs [PacketParser] and [PlainHeader] against [SlowParser]. Every packet lies against the end of the memory, so that
/// a read behind it throws.
final class ParserCheck {
    private static final long ROOM = 70_000;

    /// What a flow between the ends of a packet says already: such ends have none.
    private static final Set<PacketFault> OF_ENDS = EnumSet.of(
            PacketFault.BAD_SOURCE,
            PacketFault.BAD_DESTINATION,
            PacketFault.SAME_ADDRESSES,
            PacketFault.TRANSLATED_ADDRESS,
            PacketFault.BAD_PORT);

    final Packet packet = new Packet();

    /// Packets so far that were plain.
    int plain;

    private final PlainHeader header = new PlainHeader();
    private final PacketParser parser = new PacketParser();
    private final MemorySegment memory = Arena.ofAuto().allocate(ROOM);

    PacketFault parse(byte[] bytes) {
        long offset = ROOM - bytes.length;
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
        return parser.parse(memory, offset, bytes.length, packet);
    }

    /// Both parsers agree: on the facts when nothing is wrong, else on one of the things that are.
    PacketFault parseAndCompare(byte[] bytes) {
        PacketFault fault = parse(bytes);
        SlowParser slow = new SlowParser(bytes);
        comparePlain(bytes, slow, fault);
        if (fault != PacketFault.NONE) {
            if (!slow.faults.contains(fault)) {
                throw new AssertionError(fault + " but found " + slow.faults + " in " + hex(bytes));
            }
            return fault;
        }
        if (!slow.faults.isEmpty() || !slow.facts.equals(SlowParser.facts(packet))) {
            assertThat(slow.faults).as(hex(bytes)).isEmpty();
            assertThat(SlowParser.facts(packet)).as(hex(bytes)).isEqualTo(slow.facts);
        }
        checkBounds(bytes);
        return fault;
    }

    /// Whatever is plain is sound but for its ends, and means the same.
    private void comparePlain(byte[] bytes, SlowParser slow, PacketFault fault) {
        if (!header.read(memory, ROOM - bytes.length, bytes.length)) {
            return;
        }
        plain++;
        if (!OF_ENDS.containsAll(slow.faults)) {
            throw new AssertionError("plain with " + slow.faults + " in " + hex(bytes));
        }
        if (fault != PacketFault.NONE) {
            return;
        }
        boolean same = header.sourceHigh == packet.sourceHigh()
                && header.sourceLow == packet.sourceLow()
                && header.destinationHigh == packet.destinationHigh()
                && header.destinationLow == packet.destinationLow()
                && header.protocol == packet.protocol()
                && header.ports == (packet.sourcePort() << 16 | packet.destinationPort())
                && header.totalBytes == packet.totalBytes()
                && header.payloadBytes == packet.payloadBytes()
                && !packet.isFragment();
        boolean sameTcp = packet.kind() != Packet.Kind.TCP
                || (header.acknowledgment == packet.tcpAcknowledgment()
                        && (packet.tcpFlags() & 0x3f & ~TcpView.PSH) == TcpView.ACK);
        if (!same || !sameTcp) {
            throw new AssertionError("plain, but not " + SlowParser.facts(packet) + " in " + hex(bytes));
        }
    }

    private void checkBounds(byte[] bytes) {
        int behindPayload = packet.transportOffset() + packet.payloadBytes();
        if (packet.totalBytes() > bytes.length
                || packet.transportOffset() < 20
                || packet.payloadBytes() < 0
                || behindPayload > packet.totalBytes()) {
            throw new AssertionError("out of bounds: " + SlowParser.facts(packet) + " in " + hex(bytes));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
