package dev.sekisho.dataplane.offload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The splitter: named cases, then random ones against [NaiveSplitter], then nonsense.
class SegmentSplitterTest {
    private final SegmentSplitter splitter = new SegmentSplitter();

    private List<byte[]> split(byte[] frame) {
        return Offload.split(splitter, frame);
    }

    private void assertRefused(byte[] frame, FrameFault reason) {
        assertThat(split(frame)).isEmpty();
        assertThat(splitter.reason()).isEqualTo(reason);
    }

    @Test
    void givesBackAPlainPacketUnchanged() {
        byte[] packet = TestPacket.tcp4().payload(100).build();

        assertThat(split(TestPacket.plainFrame(packet))).containsExactly(packet);
    }

    @Test
    void completesThePartialChecksumOfAPlainPacket() {
        TestPacket packet = TestPacket.udp(false).payload(333);
        byte[] frame = packet.superFrame(0);
        frame[1] = 0;

        assertThat(split(frame)).containsExactly(packet.build());
    }

    @Test
    void sendsAUdpChecksumOfZeroAsAllOnes() {
        TestPacket packet = TestPacket.udp(true).payload(2);
        // With its own checksum as payload the datagram sums to 0xffff, whose complement is zero.
        packet.payload = new byte[2];
        int checksum = ByteBuffer.wrap(packet.build()).getShort(46);
        ByteBuffer.wrap(packet.payload).putShort((short) checksum);
        byte[] frame = packet.superFrame(1000);

        assertThat(ByteBuffer.wrap(split(frame).getFirst()).getShort(46)).isEqualTo((short) 0xffff);
        frame[1] = 0;
        assertThat(ByteBuffer.wrap(split(frame).getFirst()).getShort(46)).isEqualTo((short) 0xffff);
    }

    @Test
    void keepsAnAbsentUdpChecksumAbsent() {
        TestPacket packet = TestPacket.udp(false).payload(100);
        packet.udpChecksum = false;
        byte[] frame = packet.superFrame(40);
        ByteBuffer.wrap(frame).putShort(10 + 26, (short) 0);
        frame[0] = 0;

        List<byte[]> packets = split(frame);

        assertThat(packets).hasSize(3);
        assertThat(packets)
                .allSatisfy(p -> assertThat(ByteBuffer.wrap(p).getShort(26)).isZero());
    }

    @Test
    void putsCwrFirstAndPushAndFinLast() {
        TestPacket packet = TestPacket.tcp4().payload(250);
        packet.flags = TestPacket.ACK | TestPacket.CWR | TestPacket.PSH | TestPacket.FIN;
        byte[] frame = packet.superFrame(100);
        frame[1] |= (byte) 0x80;

        List<byte[]> packets = split(frame);

        assertThat(packets).extracting(p -> p[33] & 0xff).containsExactly(0x90, 0x10, 0x19);
        assertThat(packets).extracting(p -> ByteBuffer.wrap(p).getInt(24)).containsExactly(1000, 1100, 1200);
        assertThat(packets)
                .extracting(p -> ByteBuffer.wrap(p).getShort(4))
                .containsExactly((short) 100, (short) 101, (short) 102);
        assertThat(packets).extracting(p -> p.length).containsExactly(140, 140, 90);
    }

    @Test
    void wrapsSequenceAndIdentification() {
        TestPacket packet = TestPacket.tcp4();
        packet.sequence = -50;
        packet.identification = 0xffff;

        List<byte[]> packets = split(packet.payload(150).superFrame(100));

        assertThat(packets).containsExactlyElementsOf(NaiveSplitter.split(packet.superFrame(100)));
        assertThat(ByteBuffer.wrap(packets.get(1)).getInt(24)).isEqualTo(50);
        assertThat(ByteBuffer.wrap(packets.get(1)).getShort(4)).isZero();
    }

    @Test
    void repeatsTheMeaninglessIdentificationZeroOfAtomicPackets() {
        TestPacket packet = TestPacket.tcp4().payload(300);
        packet.identification = 0;

        assertThat(split(packet.superFrame(100)))
                .allSatisfy(p -> assertThat(ByteBuffer.wrap(p).getShort(4)).isZero());
        packet.dontFragment = false;
        assertThat(split(packet.superFrame(100)))
                .extracting(p -> (int) ByteBuffer.wrap(p).getShort(4))
                .containsExactly(0, 1, 2);
    }

    @Test
    void keepsWhatARoutingHeaderMeansForTheChecksum() {
        TestPacket packet = TestPacket.tcp6().payload(200);
        packet.extensions = new byte[24];
        packet.firstExtension = 43;
        ByteBuffer.wrap(packet.extensions)
                .put((byte) 6)
                .put((byte) 2)
                .put((byte) 2)
                .put((byte) 1);
        byte[] frame = packet.superFrame(100);
        // The kernel sums the final destination, whatever that is: here one that differs by 0x0101.
        int at = 10 + 40 + 24 + 16;
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        int partial = bytes.getShort(at) & 0xffff;
        bytes.putShort(at, (short) TestPacket.fold(partial + 0x0101L));

        for (byte[] p : split(frame)) {
            long pseudo = TestPacket.pseudoHeader(p, 64, 6) + 0x0101;
            assertThat(TestPacket.internetChecksum(p, 64, p.length - 64, pseudo))
                    .isZero();
        }
    }

    @Test
    void matchesTheOracleOnRandomSuperPackets() {
        Offload.seeded(3000, random -> {
            TestPacket packet = randomPacket(random);
            int segmentBytes = 1 + random.nextInt(random.nextBoolean() ? 60 : 1500);
            packet.payload = new byte[random.nextInt(1 + Math.min(60_000, segmentBytes * 80))];
            random.nextBytes(packet.payload);
            byte[] frame = packet.superFrame(segmentBytes);
            if (random.nextInt(3) == 0) {
                byte[] whole = packet.build();
                System.arraycopy(whole, 0, frame, 10, whole.length);
                frame[0] = 0;
            }

            List<byte[]> packets = split(frame);

            assertThat(packets).containsExactlyElementsOf(NaiveSplitter.split(frame));
        });
    }

    private static TestPacket randomPacket(Random random) {
        TestPacket packet = random.nextInt(4) == 0 ? TestPacket.udp(random.nextBoolean()) : TestPacket.tcp4();
        if (packet.protocol == 6) {
            packet.v6 = random.nextBoolean();
        }
        packet.trafficClass = random.nextInt(256);
        packet.flowLabel = random.nextInt(1 << 20);
        packet.hops = random.nextInt(256);
        packet.dontFragment = random.nextBoolean();
        packet.identification = random.nextInt(4) == 0 ? 0 : random.nextInt(0x10000);
        packet.sequence = random.nextInt();
        packet.acknowledgment = random.nextInt();
        packet.flags = random.nextInt(256);
        packet.window = random.nextInt(0x10000);
        packet.tcpOptions = new byte[4 * random.nextInt(11)];
        random.nextBytes(packet.tcpOptions);
        packet.ipOptions = new byte[random.nextInt(3) == 0 ? 4 * random.nextInt(11) : 0];
        if (packet.v6 && random.nextInt(3) == 0) {
            packet.firstExtension = 0;
            packet.extensions = new byte[24];
            packet.extensions[0] = 60;
            packet.extensions[1] = 1;
            packet.extensions[16] = (byte) packet.protocol;
        }
        return packet;
    }

    @Test
    void splitsTheLargestFrameIntoTheSmallestSegments() {
        TestPacket packet = TestPacket.tcp4().payload(65_535 - 40);

        assertThat(split(packet.superFrame(8))).containsExactlyElementsOf(NaiveSplitter.split(packet.superFrame(8)));
        assertRefused(packet.superFrame(7), FrameFault.BAD_SEGMENT_SIZE);
    }

    @Test
    void refusesASegmentSizeOfZero() {
        assertRefused(TestPacket.tcp4().payload(100).superFrame(0), FrameFault.BAD_SEGMENT_SIZE);
    }

    @Test
    void refusesATypeThatContradictsThePacket() {
        byte[] v4 = TestPacket.tcp4().payload(100).superFrame(50);
        for (int type : new int[] {4, 5}) {
            v4[1] = (byte) type;
            assertRefused(v4, FrameFault.TYPE_MISMATCH);
        }
        for (int type : new int[] {2, 3, 6, 0x21, 0x7f}) {
            v4[1] = (byte) type;
            assertRefused(v4, FrameFault.UNKNOWN_TYPE);
        }
    }

    @Test
    void refusesAFragmentedSuperPacket() {
        TestPacket packet = TestPacket.tcp4().payload(100);
        packet.moreFragments = true;
        assertRefused(packet.superFrame(50), FrameFault.FRAGMENT);
        packet.moreFragments = false;
        packet.fragmentOffset = 9;
        assertRefused(packet.superFrame(50), FrameFault.FRAGMENT);
    }

    @Test
    void refusesAChecksumAtTheWrongPlace() {
        for (int field = 6; field < 10; field++) {
            byte[] frame = TestPacket.tcp4().payload(100).superFrame(50);
            frame[field] ^= 1;
            assertRefused(frame, FrameFault.BAD_CHECKSUM_PLACE);
        }
        byte[] plain = TestPacket.tcp4().payload(100).superFrame(0);
        plain[1] = 0;
        TestPacket.virtio(plain, 1, 0, 0, 0, 19, 0);
        assertRefused(plain, FrameFault.BAD_CHECKSUM_PLACE);
        TestPacket.virtio(plain, 1, 0, 0, 0, 0xffff, 0xffff);
        assertRefused(plain, FrameFault.BAD_CHECKSUM_PLACE);
        TestPacket.virtio(plain, 1, 0, 0, 0, 20, 119);
        assertRefused(plain, FrameFault.BAD_CHECKSUM_PLACE);
    }

    @Test
    void refusesHeadersThatDoNotFit() {
        byte[] frame = TestPacket.tcp4().payload(10).superFrame(5);
        frame[10 + 32] = (byte) 0xf0;
        assertRefused(frame, FrameFault.BAD_TRANSPORT_HEADER);
        frame[10 + 32] = (byte) 0x40;
        assertRefused(frame, FrameFault.BAD_TRANSPORT_HEADER);
        byte[] udp = TestPacket.udp(true).payload(100).superFrame(50);
        udp[10 + 45] ^= 1;
        assertRefused(udp, FrameFault.BAD_TRANSPORT_HEADER);
        TestPacket long6 = TestPacket.tcp6().payload(100);
        long6.firstExtension = 60;
        long6.extensions = new byte[256];
        long6.extensions[0] = 6;
        long6.extensions[1] = 31;
        assertRefused(long6.superFrame(50), FrameFault.HEADERS_TOO_LONG);
    }

    @Test
    void refusesWhatIsNoIpPacket() {
        byte[] frame = TestPacket.plainFrame(TestPacket.tcp4().payload(10).build());
        frame[10] = 0x55;
        assertRefused(frame, FrameFault.BAD_IP_HEADER);
        assertRefused(new byte[29], FrameFault.TOO_SHORT);
        assertRefused(new byte[10 + 65_536], FrameFault.TOO_LONG);
        assertRefused(new byte[0], FrameFault.TOO_SHORT);
    }

    @Test
    void cutsOffWhatLiesBehindTheIpPacket() {
        byte[] packet = TestPacket.tcp6().payload(10).build();

        assertThat(split(Arrays.copyOf(TestPacket.plainFrame(packet), 10 + packet.length + 7)))
                .containsExactly(packet);
    }

    @Test
    void survivesEveryTruncation() {
        for (TestPacket packet : List.of(
                TestPacket.tcp4().payload(300),
                TestPacket.tcp6().payload(300),
                TestPacket.udp(false).payload(300))) {
            byte[] frame = packet.superFrame(100);
            for (int length = 0; length < frame.length; length++) {
                assertThat(split(Arrays.copyOf(frame, length))).isEmpty();
            }
        }
    }

    @Test
    void survivesFlippedBits() {
        Offload.seeded(5000, random -> {
            TestPacket packet = randomPacket(random);
            packet.payload = new byte[random.nextInt(600)];
            byte[] frame = packet.superFrame(1 + random.nextInt(200));
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                frame[random.nextInt(Math.min(frame.length, 140))] ^= (byte) (1 << random.nextInt(8));
            }
            for (byte[] p : split(frame)) {
                assertThat(p.length).isBetween(20, frame.length - 10);
            }
        });
    }

    @Test
    void startsAfreshAfterAFault() {
        assertRefused(new byte[30], FrameFault.BAD_IP_HEADER);

        assertThat(split(TestPacket.tcp4().payload(100).superFrame(50))).hasSize(2);
    }
}
