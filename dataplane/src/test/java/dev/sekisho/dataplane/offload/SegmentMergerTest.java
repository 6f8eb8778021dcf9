package dev.sekisho.dataplane.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The merger: named rules, then random traffic against [NaiveMerger], then round trips.
class SegmentMergerTest {
    private static List<byte[]> merge(byte[]... packets) {
        return Offload.merge(List.of(packets), true, 1);
    }

    private static List<byte[]> splitAll(List<byte[]> frames) {
        SegmentSplitter splitter = new SegmentSplitter();
        List<byte[]> packets = new ArrayList<>();
        frames.forEach(frame -> packets.addAll(Offload.split(splitter, frame)));
        return packets;
    }

    static Stream<TestPacket> kinds() {
        return Stream.of(TestPacket.tcp4(), TestPacket.tcp6(), TestPacket.udp(false), TestPacket.udp(true));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void mergesEqualSizesAndALastShorterOne(TestPacket packet) {
        List<byte[]> sent = List.of(
                packet.payload(1000).build(),
                packet.following(1000).build(),
                packet.following(1000).build(),
                packet.following(17).build(),
                packet.following(1000).build());

        List<byte[]> frames = Offload.merge(sent, true, 1);

        assertThat(frames).hasSize(2);
        assertThat(frames.get(0)).hasSize(10 + packet.headerBytes() + 3017);
        assertThat(frames.get(1)).isEqualTo(TestPacket.plainFrame(sent.get(4)));
        assertThat(splitAll(frames)).containsExactlyElementsOf(sent);
    }

    @Test
    void writesTheVirtioHeaderOfASuperPacket() {
        TestPacket packet = TestPacket.tcp6();
        packet.tcpOptions = new byte[12];
        byte[] frame = merge(packet.payload(500).build(), packet.following(500).build())
                .getFirst();

        ByteBuffer virtio = ByteBuffer.wrap(frame).order(ByteOrder.nativeOrder());
        assertThat(frame[0]).isEqualTo((byte) 1);
        assertThat(frame[1]).isEqualTo((byte) 4);
        assertThat(virtio.getShort(2)).isEqualTo((short) 72);
        assertThat(virtio.getShort(4)).isEqualTo((short) 500);
        assertThat(virtio.getShort(6)).isEqualTo((short) 40);
        assertThat(virtio.getShort(8)).isEqualTo((short) 16);
    }

    @Test
    void pushIsKeptAndClosesTheRun() {
        TestPacket packet = TestPacket.tcp4();
        List<byte[]> frames = merge(
                packet.payload(100).build(),
                packet.following(100).flags(TestPacket.ACK | TestPacket.PSH).build(),
                packet.following(100).flags(TestPacket.ACK).build());

        assertThat(frames).hasSize(2);
        assertThat(frames.get(0)[10 + 33]).isEqualTo((byte) (TestPacket.ACK | TestPacket.PSH));
    }

    /// Everything that must keep the second of two packets out of the first one's run.
    static Stream<Arguments> obstacles() {
        return Stream.of(
                obstacle("other acknowledgment", p -> p.acknowledgment++),
                obstacle("other window", p -> p.window++),
                obstacle("other urgent pointer", p -> p.urgent++),
                obstacle("other options", p -> p.tcpOptions[11]++),
                obstacle("longer options", p -> p.tcpOptions = new byte[16]),
                obstacle("gap in the sequence", p -> p.sequence++),
                obstacle("overlap in the sequence", p -> p.sequence--),
                obstacle("larger payload", p -> p.payload(1001)),
                obstacle("no payload", p -> p.payload(0)),
                obstacle("other TOS", p -> p.trafficClass ^= 4),
                obstacle("congestion experienced", p -> p.trafficClass ^= 3),
                obstacle("other TTL", p -> p.hops--),
                obstacle("other don't-fragment bit", p -> p.dontFragment = !p.dontFragment),
                obstacle("repeated identification", p -> p.identification--),
                obstacle("skipped identification", p -> p.identification++),
                obstacle("other source port", p -> p.sourcePort++),
                obstacle("other destination port", p -> p.destinationPort++),
                obstacle("other source", p -> p.client++),
                obstacle("other destination", p -> p.server++),
                obstacle("SYN", p -> p.flags |= TestPacket.SYN),
                obstacle("FIN", p -> p.flags |= TestPacket.FIN),
                obstacle("RST", p -> p.flags |= 4),
                obstacle("URG", p -> p.flags |= TestPacket.URG),
                obstacle("ECE", p -> p.flags |= TestPacket.ECE),
                obstacle("CWR", p -> p.flags |= TestPacket.CWR),
                obstacle("no ACK", p -> p.flags = 0),
                obstacle("reserved bit", p -> p.reserved = 1),
                obstacle("first fragment", p -> p.moreFragments = true),
                obstacle("later fragment", p -> p.fragmentOffset = 1),
                obstacle("IP options", p -> p.ipOptions = new byte[] {1, 1, 1, 1}));
    }

    private static Arguments obstacle(String name, Consumer<TestPacket> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("obstacles")
    void keepsApartAndInOrder(String name, Consumer<TestPacket> change) {
        TestPacket packet = TestPacket.tcp4();
        packet.tcpOptions = new byte[12];
        byte[] first = packet.payload(1000).build();
        packet.following(1000);
        change.accept(packet);
        byte[] second = packet.build();

        for (int runs = 1; runs <= 2; runs++) {
            assertThat(Offload.merge(List.of(first, second), true, runs))
                    .as(name)
                    .containsExactly(TestPacket.plainFrame(first), TestPacket.plainFrame(second));
        }
    }

    @Test
    void keepsApartWhatDiffersInIp6() {
        List<Consumer<TestPacket>> changes =
                List.of(p -> p.flowLabel++, p -> p.hops--, p -> p.trafficClass += 4, p -> p.client++, p -> p.server++);
        for (Consumer<TestPacket> change : changes) {
            TestPacket packet = TestPacket.tcp6();
            byte[] first = packet.payload(100).build();
            change.accept(packet.following(100));

            assertThat(merge(first, packet.build())).hasSize(2);
        }
    }

    @Test
    void leavesDatagramsWithoutChecksumAlone() {
        TestPacket packet = TestPacket.udp(false);
        packet.udpChecksum = false;

        assertThat(merge(packet.payload(100).build(), packet.following(100).build()))
                .hasSize(2);
    }

    @Test
    void leavesAWrongIp4HeaderChecksumAlone() {
        TestPacket packet = TestPacket.tcp4();
        byte[] first = packet.payload(100).build();
        byte[] second = packet.following(100).build();
        second[11] ^= 1;

        assertThat(merge(first, second)).containsExactly(TestPacket.plainFrame(first), TestPacket.plainFrame(second));
    }

    @Test
    void mergesSendersThatNeverCountIdentifications() {
        TestPacket packet = TestPacket.tcp4();
        packet.identification = 0;
        byte[] first = packet.payload(100).build();
        packet.following(100).identification = 0;
        List<byte[]> sent = List.of(first, packet.build());

        List<byte[]> frames = Offload.merge(sent, true, 1);

        assertThat(frames).hasSize(1);
        assertThat(splitAll(frames)).containsExactlyElementsOf(sent);
    }

    @Test
    void letsAnAcknowledgmentOfAnotherFlowPassAndKeepsTheRun() {
        TestPacket bulk = TestPacket.tcp4();
        TestPacket other = TestPacket.tcp6();
        byte[] acknowledgment = other.payload(0).build();
        List<byte[]> frames = merge(
                bulk.payload(100).build(),
                acknowledgment,
                bulk.following(100).build(),
                bulk.following(100).build());

        assertThat(frames).hasSize(2);
        assertThat(frames.get(0)).isEqualTo(TestPacket.plainFrame(acknowledgment));
        assertThat(frames.get(1)).hasSize(10 + 40 + 300);
    }

    @Test
    void closesAtTheSegmentLimitAndAtTheLengthLimit() {
        TestPacket small = TestPacket.udp(false).payload(10);
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            sent.add(small.build());
            small.following(10);
        }
        assertThat(Offload.merge(sent, true, 1)).extracting(f -> f.length).containsExactly(678, 678, 58);

        TestPacket large = TestPacket.tcp4().payload(9000);
        List<byte[]> jumbo = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            jumbo.add(large.build());
            large.following(9000);
        }
        List<byte[]> frames = Offload.merge(jumbo, true, 1);
        assertThat(frames).extracting(f -> f.length).containsExactly(50 + 63_000, 50 + 9000);
        assertThat(splitAll(frames)).containsExactlyElementsOf(jumbo);
    }

    @Test
    void mergesInterleavedFlowsWithEnoughRuns() {
        TestPacket a = TestPacket.tcp4();
        TestPacket b = TestPacket.tcp6();
        List<byte[]> sent =
                new ArrayList<>(List.of(a.payload(700).build(), b.payload(900).build()));
        for (int i = 0; i < 9; i++) {
            sent.add(a.following(700).build());
            sent.add(b.following(900).build());
        }

        assertThat(Offload.merge(sent, false, 2)).hasSize(2);
        assertThat(Offload.merge(sent, false, 1)).hasSize(20);
    }

    @Test
    void mergesOnlyWhatTheTunTakes() {
        TestPacket tcp = TestPacket.tcp4();
        TestPacket udp = TestPacket.udp(true);
        List<byte[]> sent = List.of(
                tcp.payload(10).build(),
                tcp.following(10).build(),
                udp.payload(10).build(),
                udp.following(10).build());
        List<byte[]> frames = new ArrayList<>();
        SegmentMerger neither = new SegmentMerger(false, false, Offload.into(frames));
        sent.forEach(packet -> Offload.accept(neither, packet));
        neither.flush();
        assertThat(frames).hasSize(4);
        assertThat(Offload.merge(sent, false, 1)).hasSize(3);
        assertThat(Offload.merge(sent, true, 1)).hasSize(2);
    }

    @Test
    void verifiesChecksumsWhenTold() {
        TestPacket packet = TestPacket.tcp4();
        byte[] first = packet.payload(100).build();
        byte[] corrupt = packet.following(100).build();
        corrupt[90] ^= 1;
        List<byte[]> frames = new ArrayList<>();
        SegmentMerger verifying = new SegmentMerger(true, true, true, 1, Offload.into(frames), Arena.ofAuto());

        Offload.accept(verifying, first);
        Offload.accept(verifying, corrupt);
        verifying.flush();

        assertThat(frames).containsExactly(TestPacket.plainFrame(first), TestPacket.plainFrame(corrupt));
        assertThat(merge(first, corrupt)).hasSize(1);
    }

    @Test
    void staysOpenAcrossRejectedPackets() {
        TestPacket packet = TestPacket.tcp4();
        byte[] first = packet.payload(20).build();
        byte[] second = packet.following(20).build();
        List<byte[]> frames = new ArrayList<>();
        SegmentMerger merger = new SegmentMerger(true, true, Offload.into(frames));

        Offload.accept(merger, first);
        Offload.reject(merger, 1400);
        Offload.accept(merger, second);
        Offload.reject(merger, 30);
        merger.flush();
        merger.flush();

        assertThat(frames).hasSize(1);
        assertThat(splitAll(frames)).containsExactlyElementsOf(List.of(first, second));
    }

    @Test
    void refusesMoreThanRoomWasMadeFor() {
        SegmentMerger merger = new SegmentMerger(true, true, (memory, offset, length) -> {});

        assertThatThrownBy(() -> merger.room(65_552)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> merger.accept(1)).isInstanceOf(IllegalArgumentException.class);
        merger.room(100);
        assertThatThrownBy(() -> merger.accept(101)).isInstanceOf(IllegalArgumentException.class);
        merger.accept(100);
        assertThatThrownBy(() -> merger.accept(100)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void matchesTheOracleOnRandomTraffic() {
        Offload.seeded(400, random -> {
            boolean tcp = random.nextInt(10) > 0;
            boolean udp = random.nextBoolean();
            boolean verify = random.nextInt(4) == 0;
            int runs = 1 + random.nextInt(5);
            NaiveMerger oracle = new NaiveMerger(tcp, udp, verify, runs);
            List<byte[]> frames = new ArrayList<>();
            try (Arena arena = Arena.ofConfined()) {
                SegmentMerger merger = new SegmentMerger(tcp, udp, verify, runs, Offload.into(frames), arena);
                for (byte[] packet : new Traffic(random, 1 + random.nextInt(6), true).packets(150)) {
                    if (random.nextInt(20) == 0) {
                        Offload.reject(merger, random.nextInt(2000));
                    }
                    if (random.nextInt(60) == 0) {
                        merger.flush();
                        oracle.flush();
                    }
                    Offload.accept(merger, packet);
                    oracle.accept(packet);
                }
                merger.flush();
                oracle.flush();
            }
            assertThat(frames).containsExactlyElementsOf(oracle.frames());
        });
    }

    @Test
    void splittingGivesBackThePacketsInTheOrderOfTheirFlows() {
        Offload.seeded(300, random -> {
            boolean udp = random.nextBoolean();
            List<byte[]> sent = new Traffic(random, 1 + random.nextInt(6), false).packets(200);

            List<byte[]> frames = Offload.merge(sent, udp, 1 + random.nextInt(4));

            Offload.assertFlowsInOrder(splitAll(frames), sent, udp);
        });
    }

    @Test
    void survivesTruncationsAndNoise() {
        Offload.seeded(300, random -> {
            byte[] packet = new Traffic(random, 3, true).packets(3).getFirst();
            List<byte[]> sent = new ArrayList<>();
            for (int length = 1; length < Math.min(packet.length, 130); length++) {
                sent.add(Offload.slice(packet, 0, length));
            }
            byte[] noise = new byte[1 + random.nextInt(3000)];
            random.nextBytes(noise);
            sent.add(noise);

            assertThat(Offload.merge(sent, true, 2)).hasSameSizeAs(sent);
        });
    }

    @Test
    void takesTheLargestPackets() {
        TestPacket packet = TestPacket.tcp4().payload(65_495);
        byte[] largest = packet.build();
        TestPacket small = TestPacket.udp(false);

        List<byte[]> frames =
                merge(small.payload(1).build(), largest, small.following(1).build(), largest);

        assertThat(frames).hasSize(4);
        assertThat(frames.get(1)).isEqualTo(TestPacket.plainFrame(largest));
    }
}
