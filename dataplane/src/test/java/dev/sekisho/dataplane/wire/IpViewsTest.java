package dev.sekisho.dataplane.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The views on recorded bytes, on every truncation, and on noise.
class IpViewsTest {
    private static final String TCP4 = "46b80038 1c46 4000 40 06 9f1e c0000201 c6336402 01010101"
            + "9c4001bb 00000001 00000002 7018 0200 1234 0000 0101080a0102030405060708";
    private static final String TCP6 = "6abcdef1 0028 3c 40 20010db8000000000000000000000001"
            + "20010db8000000000000000000000002 0600010400000000"
            + "9c4001bb 00000001 00000002 8010 0200 1234 0000 0101080a0102030405060708";

    private static MemorySegment bytes(Arena arena, String hex) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void readsAnIp4HeaderWithOptions() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = bytes(arena, TCP4);

            assertThat(Ip4View.check(packet, 0, 56)).isTrue();
            assertThat(Ip4View.headerBytes(packet, 0)).isEqualTo(24);
            assertThat(Ip4View.totalLength(packet, 0)).isEqualTo(56);
            assertThat(Ip4View.identification(packet, 0)).isEqualTo(0x1c46);
            assertThat(Ip4View.isDontFragment(packet, 0)).isTrue();
            assertThat(Ip4View.isFragment(packet, 0)).isFalse();
            assertThat(Ip4View.protocol(packet, 0)).isEqualTo(TcpView.PROTOCOL);
            assertThat(Ip4View.source(packet, 0)).isEqualTo(0xc0000201);
            assertThat(Ip4View.destination(packet, 0)).isEqualTo(0xc6336402);
            assertThat(TcpView.headerBytes(packet, 24)).isEqualTo(28);
        }
    }

    @Test
    void updatesTheIp4ChecksumSoThatItVerifies() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = bytes(arena, TCP4);
            Ip4View.setTotalLength(packet, 0, 1500);
            assertThat(Ip4View.isChecksumValid(packet, 0)).isFalse();

            Ip4View.updateChecksum(packet, 0);

            assertThat(Ip4View.isChecksumValid(packet, 0)).isTrue();
        }
    }

    @Test
    void readsAnIp6HeaderAndWalksItsExtensions() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = bytes(arena, TCP6);
            int length = (int) packet.byteSize();

            assertThat(Ip6View.check(packet, 0, length)).isTrue();
            assertThat(Ip6View.totalLength(packet, 0)).isEqualTo(80);
            assertThat(Ip6View.sourceHigh(packet, 0)).isEqualTo(0x2001_0db8_0000_0000L);
            assertThat(Ip6View.destinationLow(packet, 0)).isEqualTo(2);
            long transport = Ip6View.transport(packet, 0, length);
            assertThat(Ip6View.protocolOf(transport)).isEqualTo(TcpView.PROTOCOL);
            assertThat(Ip6View.distanceOf(transport)).isEqualTo(48);
            assertThat(TcpView.check(packet, 48, length - 48)).isTrue();
            assertThat(TcpView.sourcePort(packet, 48)).isEqualTo(40_000);
            assertThat(TcpView.destinationPort(packet, 48)).isEqualTo(443);
            assertThat(TcpView.window(packet, 48)).isEqualTo(512);
        }
    }

    @Test
    void refusesEveryTruncation() {
        try (Arena arena = Arena.ofConfined()) {
            for (String hex : new String[] {TCP4, TCP6}) {
                MemorySegment packet = bytes(arena, hex);
                for (int length = 0; length < packet.byteSize(); length++) {
                    MemorySegment cut = packet.asSlice(0, length);
                    assertThat(Ip4View.check(cut, 0, length)).isFalse();
                    assertThat(Ip6View.check(cut, 0, length)).isFalse();
                    TcpView.check(cut, 0, length);
                    UdpView.check(cut, 0, length);
                }
            }
        }
    }

    @Test
    void refusesFragmentsAndEndlessExtensionChains() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(200);
            packet.set(ValueLayout.JAVA_BYTE, 6, (byte) 44);
            assertThat(Ip6View.transport(packet, 0, 200)).isEqualTo(Ip6View.NO_TRANSPORT);
            packet.set(ValueLayout.JAVA_BYTE, 6, (byte) 0);
            assertThat(Ip6View.transport(packet, 0, 200)).isEqualTo(Ip6View.NO_TRANSPORT);
            assertThat(Ip6View.transport(packet, 0, 41)).isEqualTo(Ip6View.NO_TRANSPORT);
            packet.set(ValueLayout.JAVA_BYTE, 41, (byte) 255);
            assertThat(Ip6View.transport(packet, 0, 200)).isEqualTo(Ip6View.NO_TRANSPORT);
        }
    }

    @Test
    void neverReadsOutsideOnNoise() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(120)];
            random.nextBytes(noise);
            if (noise.length > 6) {
                noise[0] = (byte) (random.nextBoolean() ? 0x45 + random.nextInt(11) : 0x60);
                noise[6] = (byte) new int[] {0, 43, 60, 6}[random.nextInt(4)];
            }
            MemorySegment memory = MemorySegment.ofArray(Arrays.copyOf(noise, noise.length));
            if (Ip4View.check(memory, 0, noise.length)) {
                Ip4View.isChecksumValid(memory, 0);
            }
            if (noise.length >= 40) {
                long transport = Ip6View.transport(memory, 0, noise.length);
                if (transport != Ip6View.NO_TRANSPORT) {
                    int distance = Ip6View.distanceOf(transport);
                    assertThat(distance).isBetween(40, noise.length);
                    TcpView.check(memory, distance, noise.length - distance);
                }
            }
        }
    }

    @Test
    void readsUdpAndIcmp() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment udp = bytes(arena, "0035c001 000c abcd 01020304");
            assertThat(UdpView.check(udp, 0, 12)).isTrue();
            assertThat(UdpView.sourcePort(udp, 0)).isEqualTo(53);
            assertThat(UdpView.destinationPort(udp, 0)).isEqualTo(49_153);
            assertThat(UdpView.checksum(udp, 0)).isEqualTo(0xabcd);
            UdpView.setLength(udp, 0, 7);
            assertThat(UdpView.check(udp, 0, 12)).isFalse();

            MemorySegment echo = bytes(arena, "0800abcd12340001");
            assertThat(IcmpView.check(8)).isTrue();
            assertThat(IcmpView.check(7)).isFalse();
            assertThat(IcmpView.type(echo, 0)).isEqualTo(8);
            assertThat(IcmpView.code(echo, 0)).isZero();
        }
    }
}
