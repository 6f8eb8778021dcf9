package dev.sekisho.dataplane.engine;

import static dev.sekisho.dataplane.engine.Tunnel.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.sim.InnerPackets;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnreachablesTest {
    private static final int VIRTIO = 10;

    private final Tunnel tunnel = new Tunnel("192.0.2.1:1001");

    @Test
    void nobodyBehindAnIpv4Address() {
        byte[] packet = InnerPackets.udp("10.0.0.1", "10.9.9.9", 7, 100);
        tunnel.send(packet);
        assertThat(tunnel.drops(DropReason.NO_PEER)).isOne();
        byte[] answer = answer();
        assertThat(answer).hasSize(20 + 8 + packet.length);
        assertThat(InnerPackets.checksum(Arrays.copyOf(answer, 20))).isZero();
        assertThat(answer[9]).as("ICMP").isEqualTo((byte) 1);
        assertThat(Arrays.copyOfRange(answer, 12, 16)).containsExactly(10, 9, 9, 9);
        assertThat(Arrays.copyOfRange(answer, 16, 20)).containsExactly(10, 0, 0, 1);
        byte[] icmp = Arrays.copyOfRange(answer, 20, answer.length);
        assertThat(InnerPackets.checksum(icmp)).isZero();
        assertThat(icmp[0]).as("destination unreachable").isEqualTo((byte) 3);
        assertThat(icmp[1]).as("network").isZero();
        assertThat(Arrays.copyOfRange(icmp, 8, icmp.length)).isEqualTo(packet);
    }

    @Test
    void nobodyBehindAnIpv6Address() {
        byte[] packet = InnerPackets.udp("fd00::1", "fd00::99", 7, 100);
        tunnel.send(packet);
        byte[] answer = answer();
        byte[] icmp = Arrays.copyOfRange(answer, 40, answer.length);
        assertThat(answer[6]).as("ICMPv6").isEqualTo((byte) 58);
        assertThat(ByteBuffer.wrap(answer).getShort(4)).isEqualTo((short) icmp.length);
        byte[] pseudo = ByteBuffer.allocate(40)
                .put(answer, 8, 32)
                .putInt(icmp.length)
                .putInt(58)
                .array();
        assertThat(InnerPackets.checksum(pseudo, icmp)).isZero();
        assertThat(icmp[0]).as("destination unreachable").isEqualTo((byte) 1);
        assertThat(icmp[1]).as("no route").isZero();
        assertThat(Arrays.copyOfRange(icmp, 8, icmp.length)).isEqualTo(packet);
    }

    @Test
    void aPeerWithoutEndpointIsAnUnreachableHost() {
        tunnel.peer(Optional.empty(), "10.0.0.2/32", "fd00::2/128");
        tunnel.send(InnerPackets.udp("10.0.0.1", "10.0.0.2", 7, 8));
        assertThat(answer()[21]).isEqualTo((byte) 1);
        tunnel.send(InnerPackets.udp("fd00::1", "fd00::2", 7, 8));
        assertThat(answer()[41]).isEqualTo((byte) 3);
        assertThat(tunnel.drops(DropReason.NO_ENDPOINT)).isEqualTo(2);
        assertThat(tunnel.initiations).isEmpty();
    }

    @Test
    void longPacketsAreQuotedInPart() {
        tunnel.send(InnerPackets.udp("10.0.0.1", "10.9.9.9", 7, 60_000));
        assertThat(answer()).hasSize(576);
        tunnel.send(InnerPackets.udp("fd00::1", "fd00::99", 7, 60_001));
        assertThat(answer()).hasSize(1280);
        byte[] icmp = Arrays.copyOfRange(answer(), 40, 1280);
        byte[] pseudo = ByteBuffer.allocate(40)
                .put(answer(), 8, 32)
                .putInt(icmp.length)
                .putInt(58)
                .array();
        assertThat(InnerPackets.checksum(pseudo, icmp)).isZero();
    }

    @Test
    void errorsGroupsAndLaterFragmentsAreNotAnswered() {
        byte[] echo = {8, 0, 0, 0, 0, 0, 0, 0};
        byte[] error = {3, 1, 0, 0, 0, 0, 0, 0};
        tunnel.send(InnerPackets.ip("10.0.0.1", "10.9.9.9", 1, error));
        tunnel.send(InnerPackets.ip("10.0.0.1", "10.9.9.9", 1, new byte[4]));
        tunnel.send(InnerPackets.ip("fd00::1", "fd00::99", 58, error));
        tunnel.send(InnerPackets.ip("10.0.0.1", "224.0.0.1", 17, echo));
        tunnel.send(InnerPackets.ip("10.0.0.1", "255.255.255.255", 17, echo));
        tunnel.send(InnerPackets.ip("0.0.0.0", "10.9.9.9", 17, echo));
        tunnel.send(InnerPackets.ip("fd00::1", "ff02::2", 17, echo));
        tunnel.send(InnerPackets.ip("::", "fd00::99", 17, echo));
        byte[] fragment = InnerPackets.ip("10.0.0.1", "10.9.9.9", 17, echo);
        fragment[7] = 9;
        tunnel.send(fragment);
        assertThat(tunnel.frames).isEmpty();
        assertThat(tunnel.drops(DropReason.NO_PEER)).isEqualTo(9);
        tunnel.send(InnerPackets.ip("10.0.0.1", "10.9.9.9", 1, echo));
        tunnel.send(InnerPackets.ip("fd00::1", "fd00::99", 58, new byte[] {(byte) 128, 0, 0, 0, 0, 0, 0, 0}));
        assertThat(tunnel.frames).hasSize(2);
    }

    @Test
    void theRateIsLimited() {
        byte[] packet = InnerPackets.udp("10.0.0.1", "10.9.9.9", 7, 8);
        for (int i = 0; i < 1000; i++) {
            tunnel.send(packet);
        }
        assertThat(tunnel.frames).hasSize(Limits.UNREACHABLES_BURST);
        tunnel.nowNanos = 10 * SECOND;
        for (int i = 0; i < 1000; i++) {
            tunnel.send(packet);
        }
        assertThat(tunnel.frames).as("credit does not grow").hasSize(2 * Limits.UNREACHABLES_BURST);
        tunnel.frames.clear();
        for (int i = 0; i < 10_000; i++) {
            tunnel.nowNanos += SECOND / 1000;
            tunnel.send(packet);
        }
        assertThat(tunnel.frames).hasSizeBetween(999, 1001);
    }

    @Test
    void aFrameThatIsNoPacketIsMalformed() {
        byte[] packet = InnerPackets.udp("10.0.0.1", "10.9.9.9", 7, 8);
        tunnel.send(new byte[0]);
        tunnel.send(Arrays.copyOf(packet, 19));
        packet[0] = 0x55;
        tunnel.send(packet);
        assertThat(tunnel.drops(DropReason.MALFORMED_FRAME)).isEqualTo(3);
        assertThat(tunnel.frames).isEmpty();
    }

    private byte[] answer() {
        byte[] frame = tunnel.frames.getLast();
        assertThat(Arrays.copyOf(frame, VIRTIO)).containsOnly(0);
        return Arrays.copyOfRange(frame, VIRTIO, frame.length);
    }
}
