package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/// Runs [PacketParser] against [SlowParser]. Every packet lies against the end of the memory, so that a read
/// behind it throws.
final class ParserCheck {
    private static final long ROOM = 70_000;

    final Packet packet = new Packet();
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
