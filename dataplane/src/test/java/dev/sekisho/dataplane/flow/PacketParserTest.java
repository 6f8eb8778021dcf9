package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.sim.InnerPackets;
import dev.sekisho.dataplane.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PacketParserTest {
    private static final long V4 = 0xffff_0000_0000L;
    private static final int MUTATIONS = 20_000;

    private final ParserCheck check = new ParserCheck();
    private final Packet packet = check.packet;

    static List<Corpus.Entry> corpus() {
        return Corpus.entries();
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void everyNamedPacketIsWhatItsLineSays(Corpus.Entry entry) {
        PacketFault fault = check.parseAndCompare(entry.bytes());
        String outcome = fault == PacketFault.NONE ? packet.kind().name() : fault.name();
        assertThat(outcome).isEqualTo(entry.expected());
    }

    @Test
    void theCorpusHasEveryFaultAndEveryKind() {
        Set<String> expected = corpus().stream().map(Corpus.Entry::expected).collect(Collectors.toSet());
        Set<String> all = new TreeSet<>();
        EnumSet.complementOf(EnumSet.of(PacketFault.NONE)).forEach(fault -> all.add(fault.name()));
        Stream.of(Packet.Kind.values()).forEach(kind -> all.add(kind.name()));
        assertThat(expected).isEqualTo(all);
    }

    /// Mutations of the named packets, their header checksums repaired so that the change is met, not the
    /// checksum.
    @Test
    void agreesWithTheSlowParserOnDamagedPackets() {
        List<byte[]> corpus = corpus().stream().map(Corpus.Entry::bytes).toList();
        int[] sound = {0};
        Seeds.forEach(10, seed -> {
            SplittableRandom random = Seeds.random(seed);
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] bytes = mutate(random, corpus.get(random.nextInt(corpus.size())));
                sound[0] += check.parseAndCompare(bytes) == PacketFault.NONE ? 1 : 0;
            }
        });
        assertThat(sound[0]).as("damaged packets that are still sound").isGreaterThan(MUTATIONS / 10);
        assertThat(check.plain).as("damaged packets that are still plain").isGreaterThan(MUTATIONS / 100);
    }

    @Test
    void readsATcpSegmentBehindIpv4Options() {
        byte[] bytes = Corpus.packet("options4-port-confusion");
        assertThat(check.parse(bytes)).isEqualTo(PacketFault.NONE);
        assertThat(packet.kind()).isEqualTo(Packet.Kind.TCP);
        assertThat(packet.v4()).isTrue();
        assertThat(packet.sourceHigh()).isZero();
        assertThat(packet.sourceLow()).isEqualTo(V4 | 0x0a42_0002L);
        assertThat(packet.destinationHigh()).isZero();
        assertThat(packet.destinationLow()).isEqualTo(V4 | 0x0a00_0105L);
        assertThat(packet.protocol()).isEqualTo(6);
        assertThat(packet.sourcePort()).isEqualTo(40_000);
        assertThat(packet.destinationPort()).isEqualTo(22);
        assertThat(packet.tcpFlags()).isEqualTo(2);
        assertThat(packet.tcpSequence()).isEqualTo(1000);
        assertThat(packet.tcpWindow()).isEqualTo(64_240);
        assertThat(packet.transportOffset()).isEqualTo(28);
        assertThat(packet.totalBytes()).isEqualTo(bytes.length);
        assertThat(packet.payloadBytes()).isZero();
        assertThat(packet.isFragment()).isFalse();
    }

    @Test
    void readsAnIpv6FragmentBehindOptions() {
        byte[] bytes = Corpus.packet("fragment6-first-behind-options");
        assertThat(check.parse(bytes)).isEqualTo(PacketFault.NONE);
        assertThat(packet.v4()).isFalse();
        assertThat(packet.sourceHigh()).isEqualTo(0xfd00_0066_0000_0000L);
        assertThat(packet.sourceLow()).isEqualTo(2);
        assertThat(packet.destinationHigh()).isEqualTo(0xfd00_0001_0000_0000L);
        assertThat(packet.destinationLow()).isEqualTo(5);
        assertThat(packet.protocol()).isEqualTo(6);
        assertThat(packet.transportOffset()).isEqualTo(40 + 8 + 8 + 8);
        assertThat(packet.payloadBytes()).isEqualTo(4);
        assertThat(packet.isFirstFragment()).isTrue();
        assertThat(packet.isLastFragment()).isFalse();
        assertThat(packet.fragmentBytes()).isEqualTo(32);
        assertThat(packet.fragmentId()).isEqualTo(77);
    }

    @Test
    void readsWhatAnErrorQuotes() {
        assertThat(check.parse(Corpus.packet("error4-pmtu-576"))).isEqualTo(PacketFault.NONE);
        assertThat(packet.sourceLow()).isEqualTo(V4 | 0x0a00_00feL);
        assertThat(packet.icmpType()).isEqualTo(3);
        assertThat(packet.icmpCode()).isEqualTo(4);
        assertThat(packet.pathMtu()).isEqualTo(576);
        assertThat(packet.quotedSourceHigh()).isZero();
        assertThat(packet.quotedSourceLow()).isEqualTo(V4 | 0x0a42_0002L);
        assertThat(packet.quotedDestinationHigh()).isZero();
        assertThat(packet.quotedDestinationLow()).isEqualTo(V4 | 0x0a00_0105L);
        assertThat(packet.quotedProtocol()).isEqualTo(6);
        assertThat(packet.quotedSourcePort()).isEqualTo(40_000);
        assertThat(packet.quotedDestinationPort()).isEqualTo(443);
        assertThat(packet.quotedSequence()).isEqualTo(1000);
        assertThat(check.parse(Corpus.packet("error6-about-echo"))).isEqualTo(PacketFault.NONE);
        assertThat(packet.quotedProtocol()).isEqualTo(58);
        assertThat(packet.quotedSourcePort()).as("identifier").isEqualTo(0x1234);
        assertThat(packet.quotedDestinationPort()).isZero();
        assertThat(packet.quotedSequence()).isZero();
        assertThat(packet.pathMtu()).isZero();
    }

    @Test
    void aRegisterForgetsThePacketBefore() {
        check.parse(Corpus.packet("fragment4-first-tcp"));
        check.parse(Corpus.packet("echo4"));
        assertThat(packet.kind()).isEqualTo(Packet.Kind.ECHO_REQUEST);
        assertThat(packet.isFragment()).isFalse();
        assertThat(packet.tcpFlags()).isZero();
        assertThat(packet.sourcePort()).as("identifier").isEqualTo(0x1234);
        assertThat(packet.destinationPort()).isZero();
        check.parse(Corpus.packet("other4-gre"));
        assertThat(packet.sourcePort()).isZero();
    }

    @Test
    void theLargestPacketsAreRead() {
        byte[] largest = InnerPackets.udp("10.66.0.2", "10.0.1.5", 1, 65_535 - 28);
        assertThat(check.parseAndCompare(largest)).isEqualTo(PacketFault.NONE);
        assertThat(packet.totalBytes()).isEqualTo(65_535);
        byte[] largest6 = InnerPackets.udp("fd00:66::2", "fd00:1::5", 1, 65_535 - 8);
        assertThat(check.parseAndCompare(largest6)).isEqualTo(PacketFault.NONE);
        assertThat(packet.payloadBytes()).isEqualTo(65_527);
    }

    @Test
    void everyFaultHasASentenceOfItsOwn() {
        assertThat(PacketFault.values()).extracting(PacketFault::sentence).doesNotHaveDuplicates();
    }

    private static byte[] mutate(SplittableRandom random, byte[] original) {
        byte[] bytes = random.nextInt(8) == 0
                ? Arrays.copyOf(original, random.nextInt(original.length + 9))
                : original.clone();
        for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
            int at = random.nextInt(Math.min(bytes.length, random.nextBoolean() ? 48 : bytes.length));
            bytes[at] = (byte)
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextInt();
                        case 1 -> bytes[at] ^ 1 << random.nextInt(8);
                        case 2 -> bytes[at] + random.nextInt(-2, 3);
                        default -> new int[] {0, 1, 6, 17, 43, 44, 51, 58, 60, 255}[random.nextInt(10)];
                    };
        }
        repair(bytes);
        return bytes;
    }

    /// Repairs the checksums of an IPv4 header and of an ICMP message right behind an IP header.
    private static void repair(byte[] bytes) {
        if (bytes.length >= 20 && bytes[0] >> 4 == 4) {
            int header = Math.min(bytes.length, (bytes[0] & 15) * 4);
            if (header >= 20) {
                bytes[10] = 0;
                bytes[11] = 0;
                store(bytes, 10, InnerPackets.checksum(Arrays.copyOf(bytes, header)));
                if (bytes[9] == 1 && header + 8 <= bytes.length) {
                    repairIcmp(bytes, header, new byte[0]);
                }
            }
        } else if (bytes.length >= 48 && bytes[0] >> 4 == 6 && bytes[6] == 58) {
            byte[] pseudo = ByteBuffer.allocate(40)
                    .put(bytes, 8, 32)
                    .putInt(bytes.length - 40)
                    .putInt(58)
                    .array();
            repairIcmp(bytes, 40, pseudo);
        }
    }

    private static void repairIcmp(byte[] bytes, int icmp, byte[] pseudo) {
        store(bytes, icmp + 2, 0);
        store(bytes, icmp + 2, InnerPackets.checksum(pseudo, Arrays.copyOfRange(bytes, icmp, bytes.length)));
    }

    private static void store(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).putShort(at, (short) value);
    }
}
