package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.sim.InnerPackets;
import dev.sekisho.dataplane.wire.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {
    private static final int RST = 4;
    private static final int RST_ACK = 0x14;

    private final Refusals refusals = new Refusals(Arena.ofAuto());
    private final PacketParser parser = new PacketParser();
    private final Packet refused = new Packet();
    private final Packet answer = new Packet();

    @Test
    void aSynIsResetAsAClosedPortWould() {
        answer("tcp4-syn");
        assertThat(answer.kind()).isEqualTo(Packet.Kind.TCP);
        assertThat(answer.tcpFlags()).isEqualTo(RST_ACK);
        assertThat(answer.tcpSequence()).isZero();
        assertThat(answer.tcpAcknowledgment()).as("SYN counts").isEqualTo(1001);
        assertMirrored();
        answer("tcp6-syn");
        assertThat(answer.tcpFlags()).isEqualTo(RST_ACK);
        assertThat(answer.tcpAcknowledgment()).isEqualTo(1001);
        assertMirrored();
    }

    @Test
    void aSegmentIsResetWhereItAcknowledges() {
        answer("tcp4-data");
        assertThat(answer.tcpFlags()).isEqualTo(RST);
        assertThat(answer.tcpSequence()).isEqualTo(7);
        assertThat(answer.tcpAcknowledgment()).isZero();
        assertMirrored();
    }

    @Test
    void dataOfASynIsAcknowledgedToo() {
        byte[] syn = Corpus.packet("tcp4-data");
        syn[33] = 2;
        assertThat(answer(syn)).isPositive();
        assertThat(answer.tcpAcknowledgment()).isEqualTo(1000 + 1 + 5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tcp4-rst", "error4-unreachable", "error6-unreachable", "fragment4-later", "fragment6-later"})
    void resetsErrorsAndLaterFragmentsAreNotAnswered(String name) {
        assertThat(answer(Corpus.packet(name))).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "udp4",
                "echo4",
                "other4-gre",
                "options4-no-operation-to-the-end",
                "fragment4-first",
                "udp4-padded"
            })
    void restOfIpv4IsProhibited(String name) {
        byte[] original = Corpus.packet(name.equals("udp4-padded") ? "udp4" : name);
        byte[] packet = name.equals("udp4-padded") ? Arrays.copyOf(original, original.length + 9) : original;
        int bytes = answer(packet);
        byte[] built = built(bytes);
        assertThat(InnerPackets.checksum(Arrays.copyOf(built, 20))).isZero();
        assertThat(InnerPackets.checksum(Arrays.copyOfRange(built, 20, bytes))).isZero();
        assertThat(Arrays.copyOfRange(built, 20, 22)).containsExactly(3, 13);
        assertThat(Arrays.copyOfRange(built, 28, bytes)).isEqualTo(original);
        assertThat(answer.sourceLow()).isEqualTo(refused.destinationLow());
        assertThat(answer.destinationLow()).isEqualTo(refused.sourceLow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp6", "echo6", "extensions6-router-alert", "fragment6-first", "other6-esp"})
    void restOfIpv6IsProhibited(String name) {
        byte[] packet = Corpus.packet(name);
        int bytes = answer(packet);
        byte[] built = built(bytes);
        assertThat(Arrays.copyOfRange(built, 40, 42)).containsExactly(1, 1);
        assertThat(Arrays.copyOfRange(built, 48, bytes)).isEqualTo(packet);
        assertThat(answer.sourceHigh()).isEqualTo(refused.destinationHigh());
        assertThat(answer.sourceLow()).isEqualTo(refused.destinationLow());
        assertThat(answer.destinationHigh()).isEqualTo(refused.sourceHigh());
        assertThat(answer.destinationLow()).isEqualTo(refused.sourceLow());
    }

    /// The answer to a flow that both parsers understand is one that a flow's own checks let pass.
    @Test
    void anAnswerQuotesTheFlow() {
        answer("udp4");
        assertThat(answer.kind()).isEqualTo(Packet.Kind.ICMP_ERROR);
        assertThat(answer.quotedSourcePort()).isEqualTo(refused.sourcePort());
        assertThat(answer.quotedDestinationPort()).isEqualTo(refused.destinationPort());
        assertThat(answer.quotedDestinationLow()).isEqualTo(refused.destinationLow());
    }

    @Test
    void longPacketsAreQuotedInPart() {
        assertThat(answer(InnerPackets.udp("10.66.0.2", "10.0.1.5", 1, 60_000))).isEqualTo(576);
        assertThat(answer(InnerPackets.udp("fd00:66::2", "fd00:1::5", 1, 60_000)))
                .isEqualTo(1280);
        assertThat(refusals.memory().byteSize() - refusals.offset())
                .as("room to seal the longest")
                .isGreaterThanOrEqualTo(1280 + Limits.PADDING_BYTES);
    }

    @Test
    void aLiveFlowIsCutInBothDirections() {
        parse(Corpus.packet("tcp4-syn"), refused);
        int bytes = refusals.reset(0, refused.destinationLow(), 443, 0, refused.sourceLow(), 40_000, -5, 77);
        parse(built(bytes), answer);
        assertMirrored();
        assertThat(answer.tcpFlags()).isEqualTo(RST_ACK);
        assertThat(answer.tcpSequence()).isEqualTo(-5);
        assertThat(answer.tcpAcknowledgment()).isEqualTo(77);
        assertTcpChecksum(bytes);
        bytes = refusals.reset(0xfd00_0066_0000_0000L, 2, 40_000, 0xfd00_0001_0000_0000L, 5, 443, 5, 6);
        parse(built(bytes), answer);
        assertThat(answer.sourceHigh()).isEqualTo(0xfd00_0066_0000_0000L);
        assertThat(answer.destinationLow()).isEqualTo(5);
        assertThat(answer.destinationPort()).isEqualTo(443);
        assertTcpChecksum(bytes);
    }

    @Test
    void theVirtioHeaderStaysPlain() {
        answer("udp6");
        answer("tcp4-syn");
        assertThat(refusals.offset()).isEqualTo(VirtioHeader.BYTES);
        byte[] header = refusals.memory().asSlice(0, VirtioHeader.BYTES).toArray(ValueLayout.JAVA_BYTE);
        assertThat(header).containsOnly(0);
    }

    private void answer(String name) {
        int bytes = answer(Corpus.packet(name));
        assertThat(bytes).isPositive();
        if (answer.kind() == Packet.Kind.TCP) {
            assertTcpChecksum(bytes);
        }
    }

    private int answer(byte[] packet) {
        MemorySegment memory = parse(packet, refused);
        int bytes = refusals.refuse(memory, 3, refused);
        if (bytes > 0) {
            MemorySegment own = refusals.memory();
            Packet.Kind kind = refused.kind();
            PacketFault fault = parser.parse(own, refusals.offset(), bytes, answer);
            // What no flow can have caused is quoted all the same, and then not understood.
            assertThat(fault)
                    .isIn(PacketFault.NONE, kind == Packet.Kind.OTHER ? PacketFault.BAD_QUOTE : PacketFault.NONE);
        }
        return bytes;
    }

    private MemorySegment parse(byte[] packet, Packet into) {
        MemorySegment memory = Arena.ofAuto().allocate(packet.length + 3L);
        MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, 3, packet.length);
        assertThat(parser.parse(memory, 3, packet.length, into)).isEqualTo(PacketFault.NONE);
        return memory;
    }

    private byte[] built(int bytes) {
        return refusals.memory().asSlice(refusals.offset(), bytes).toArray(ValueLayout.JAVA_BYTE);
    }

    private void assertMirrored() {
        assertThat(answer.v4()).isEqualTo(refused.v4());
        assertThat(answer.sourceHigh()).isEqualTo(refused.destinationHigh());
        assertThat(answer.sourceLow()).isEqualTo(refused.destinationLow());
        assertThat(answer.destinationHigh()).isEqualTo(refused.sourceHigh());
        assertThat(answer.destinationLow()).isEqualTo(refused.sourceLow());
        assertThat(answer.sourcePort()).isEqualTo(refused.destinationPort());
        assertThat(answer.destinationPort()).isEqualTo(refused.sourcePort());
    }

    private void assertTcpChecksum(int bytes) {
        byte[] built = built(bytes);
        boolean v4 = built[0] >> 4 == 4;
        int tcp = v4 ? 20 : 40;
        byte[] addresses = Arrays.copyOfRange(built, v4 ? 12 : 8, tcp);
        byte[] words = ByteBuffer.allocate(8).putInt(bytes - tcp).putInt(6).array();
        assertThat(InnerPackets.checksum(addresses, words, Arrays.copyOfRange(built, tcp, bytes)))
                .isZero();
    }
}
