package dev.sekisho.dataplane.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.LocalIdentity;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Platform;
import dev.sekisho.tun.Poller;
import dev.sekisho.tun.TunDevice;
import dev.sekisho.tun.UdpOptions;
import dev.sekisho.tun.UdpSocket;
import dev.sekisho.tun.memory.MemoryNetwork;
import dev.sekisho.tun.memory.MemoryPlatform;
import dev.sekisho.tun.memory.MemoryTun;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whole data planes, with their threads, over an in-memory network.
///
/// ```text
/// left 10.9.0.1 -- [tun] plane -- 192.0.2.1:1001  ~~~ switch ~~~  192.0.2.2:1002 -- plane [tun] -- 10.9.0.2 right
/// ```
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DataPlaneTest {
    private static final String LEFT = "10.9.0.1";
    private static final String RIGHT = "10.9.0.2";

    private final MemoryNetwork network = new MemoryNetwork(7);
    private final Side left = new Side("192.0.2.1", "skmem0");
    private final Side right = new Side("192.0.2.2", "skmem1");

    @AfterEach
    void closeBoth() {
        left.close();
        right.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 1"})
    void packetsPassBothWays(int leftWorkers, int rightWorkers) throws Exception {
        left.open(leftWorkers);
        right.open(rightWorkers);
        left.meet(right, 1001, RIGHT);
        right.meet(left, 1002, LEFT);
        for (int i = 0; i < 20; i++) {
            byte[] there = packet(LEFT, RIGHT, 100 + i);
            assertThat(left.tun().putPacket(there)).isTrue();
            assertThat(right.tun().takePacket()).isEqualTo(there);
            byte[] back = packet(RIGHT, LEFT, 1000 - i);
            assertThat(right.tun().putPacket(back)).isTrue();
            assertThat(left.tun().takePacket()).isEqualTo(back);
        }
        PeerStatus status = left.plane().status().peers().getFirst();
        assertThat(status.lastHandshakeEpochNanos()).isPositive();
        assertThat(status.sentBytes()).isGreaterThan(2000);
        assertThat(status.receivedBytes()).isGreaterThan(2000);
        assertThat(status.endpoint()).contains(Endpoint.parse("192.0.2.2:1002"));
    }

    @Test
    void aPeerAddedAndRemovedWhileRunningGainsAndLosesTheTunnel() throws Exception {
        left.open(1);
        right.open(1);
        left.meet(right, 1001, RIGHT);
        right.meet(left, 1002, LEFT);
        byte[] hello = packet(LEFT, RIGHT, 200);
        left.tun().putPacket(hello);
        assertThat(right.tun().takePacket()).isEqualTo(hello);
        right.plane().configure(DeviceUpdate.ofPeers(List.of(removal(left.publicKey()))));
        assertThat(right.plane().status().peers()).isEmpty();
        left.tun().putPacket(hello);
        right.meet(left, 1002, LEFT);
        // A new session is needed now: the right side asks for one when it has something to say.
        byte[] again = packet(RIGHT, LEFT, 300);
        right.tun().putPacket(again);
        assertThat(left.tun().takePacket()).isEqualTo(again);
    }

    @Test
    void aPresharedKeyMustMatch() throws Exception {
        left.open(1);
        right.open(1);
        SecretKey psk = SecretKey.generate(Entropy.system());
        left.meet(right, 1001, RIGHT, psk);
        right.meet(left, 1002, LEFT, psk);
        byte[] hello = packet(LEFT, RIGHT, 64);
        left.tun().putPacket(hello);
        assertThat(right.tun().takePacket()).isEqualTo(hello);
        assertThat(left.plane().status().peers().getFirst().presharedKey()).isPresent();
    }

    @Test
    void anotherListenPortMovesTheSocketAndThePeerFollows() throws Exception {
        left.open(1);
        right.open(1);
        left.meet(right, 1001, RIGHT);
        right.meet(left, 1002, LEFT);
        byte[] hello = packet(LEFT, RIGHT, 64);
        left.tun().putPacket(hello);
        assertThat(right.tun().takePacket()).isEqualTo(hello);
        left.plane()
                .configure(new DeviceUpdate(
                        Optional.empty(), OptionalInt.of(2001), OptionalInt.empty(), false, List.of()));
        assertThat(left.plane().status().listenPort()).isEqualTo(2001);
        left.tun().putPacket(hello);
        assertThat(right.tun().takePacket()).isEqualTo(hello);
        // The packet may come out a moment before its sender's address is noted down.
        Endpoint moved = Endpoint.parse("192.0.2.1:2001");
        while (!right.plane().status().peers().getFirst().endpoint().equals(Optional.of(moved))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aBusyPortIsRefusedAndTheOldOneKept() {
        left.open(1);
        left.listen(1001);
        Side neighbour = new Side(left.platform, "skmem2");
        neighbour.open(1);
        neighbour.listen(1003);
        assertThatThrownBy(() -> neighbour.listen(1001))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.reason()).isEqualTo(ConfigurationException.Reason.PORT_IN_USE))
                .hasMessageContaining("1001");
        assertThat(neighbour.plane().status().listenPort()).isEqualTo(1003);
        neighbour.close();
    }

    @Test
    void nobodyIsAPeerOfItself() {
        left.open(1);
        left.listen(1001);
        left.plane().configure(DeviceUpdate.ofPeers(List.of(addition(left.publicKey(), Optional.empty(), RIGHT))));
        assertThat(left.plane().status().peers()).isEmpty();
    }

    @Test
    void aBlockGivenToAnotherPeerLeavesItsFormerOwner() {
        left.open(1);
        PublicKey first = newPublicKey();
        PublicKey second = newPublicKey();
        left.plane().configure(DeviceUpdate.ofPeers(List.of(addition(first, Optional.empty(), RIGHT))));
        left.plane().configure(DeviceUpdate.ofPeers(List.of(addition(second, Optional.empty(), RIGHT))));
        List<PeerStatus> peers = left.plane().status().peers();
        assertThat(peers.get(0).allowedIps()).isEmpty();
        assertThat(peers.get(1).allowedIps()).containsExactly(Cidr.parse(RIGHT));
    }

    @Test
    void dropsAreCountedByReason() throws Exception {
        left.open(1);
        right.open(1);
        left.meet(right, 1001, RIGHT);
        right.meet(left, 1002, LEFT);
        byte[] hello = packet(LEFT, RIGHT, 64);
        left.tun().putPacket(packet(LEFT, "172.31.0.1", 64));
        left.tun().putPacket(hello);
        assertThat(right.tun().takePacket()).isEqualTo(hello);
        assertThat(left.plane().drops()).containsEntry("NO_PEER", 1L);
    }

    @Test
    void anotherPrivateKeyEndsTheSessionsOfTheFirst() throws Exception {
        left.open(1);
        right.open(1);
        left.meet(right, 1001, RIGHT);
        right.meet(left, 1002, LEFT);
        byte[] hello = packet(LEFT, RIGHT, 64);
        left.tun().putPacket(hello);
        assertThat(right.tun().takePacket()).isEqualTo(hello);
        SecretKey other = SecretKey.generate(Entropy.system());
        left.plane()
                .configure(new DeviceUpdate(
                        Optional.of(other), OptionalInt.empty(), OptionalInt.empty(), false, List.of()));
        left.tun().putPacket(packet(LEFT, RIGHT, 99));
        // The right side does not know the new key: only the packet sealed under its own, later, gets through.
        right.plane()
                .configure(DeviceUpdate.ofPeers(List.of(
                        removal(left.publicKey()),
                        addition(
                                LocalIdentity.of(other).publicKey(),
                                Optional.of(Endpoint.parse("192.0.2.1:1001")),
                                LEFT))));
        byte[] back = packet(RIGHT, LEFT, 120);
        right.tun().putPacket(back);
        assertThat(left.tun().takePacket()).isEqualTo(back);
        assertThat(right.tun().takePacket()).isEqualTo(packet(LEFT, RIGHT, 99));
    }

    @Test
    void anInterfaceRemovedFromOutsideEndsThePlane() throws Exception {
        left.open(1);
        left.platform.links().delete(left.plane().interfaceIndex());
        assertThat(left.plane().awaitStop()).isEqualTo(DataPlane.StopReason.DEVICE_REMOVED);
    }

    @Test
    void closingIsIdempotentAndEndsTheWait() throws Exception {
        left.open(1);
        left.plane().close();
        left.plane().close();
        assertThat(left.plane().awaitStop()).isEqualTo(DataPlane.StopReason.CLOSED);
        assertThatThrownBy(() -> left.listen(1001)).isInstanceOf(ConfigurationException.class);
    }

    // ---- helpers

    /// One node of the network with a plane on it.
    private final class Side implements AutoCloseable {
        private final MemoryPlatform platform;
        private final String name;
        private final SecretKey key = SecretKey.generate(Entropy.system());
        private @Nullable DataPlane plane;
        private @Nullable MemoryTun tun;

        Side(String address, String name) {
            this(network.node(address(address)), name);
        }

        Side(MemoryPlatform platform, String name) {
            this.platform = platform;
            this.name = name;
        }

        void open(int workers) {
            plane = DataPlane.open(DataPlaneOptions.of(name).withWorkers(workers), new Remembering());
            platform.links().up(plane().interfaceIndex());
        }

        DataPlane plane() {
            return Objects.requireNonNull(plane);
        }

        MemoryTun tun() {
            return Objects.requireNonNull(tun);
        }

        PublicKey publicKey() {
            return LocalIdentity.of(PeerBook.copy(key)).publicKey();
        }

        void listen(int port) {
            plane().configure(new DeviceUpdate(
                    Optional.of(key), OptionalInt.of(port), OptionalInt.empty(), false, List.of()));
        }

        void meet(Side other, int port, String block) {
            meet(other, port, block, SecretKey.copyOf(new byte[SecretKey.BYTES], 0));
        }

        void meet(Side other, int port, String block, SecretKey psk) {
            listen(port);
            int theirs = port == 1001 ? 1002 : 1001;
            Endpoint there = Endpoint.parse((port == 1001 ? "192.0.2.2:" : "192.0.2.1:") + theirs);
            PeerUpdate peer = new PeerUpdate(
                    other.publicKey(),
                    false,
                    false,
                    Optional.of(psk),
                    Optional.of(there),
                    OptionalInt.empty(),
                    true,
                    List.of(Cidr.parse(block)),
                    List.of());
            plane().configure(DeviceUpdate.ofPeers(List.of(peer)));
        }

        @Override
        public void close() {
            if (plane != null) {
                plane.close();
            }
        }

        /// The node's platform, whose TUN device the test keeps a hand on.
        private final class Remembering implements Platform {
            @Override
            public TunDevice openTun(String wanted, int queues, int mtu) {
                MemoryTun opened = platform.openTun(wanted, queues, mtu);
                tun = opened;
                return opened;
            }

            @Override
            public UdpSocket openUdp(UdpOptions options) {
                return platform.openUdp(options);
            }

            @Override
            public Poller openPoller() {
                return platform.openPoller();
            }

            @Override
            public Links links() {
                return platform.links();
            }
        }
    }

    private static PeerUpdate addition(PublicKey key, Optional<Endpoint> endpoint, String block) {
        return new PeerUpdate(
                key,
                false,
                false,
                Optional.empty(),
                endpoint,
                OptionalInt.empty(),
                false,
                List.of(Cidr.parse(block)),
                List.of());
    }

    private static PeerUpdate removal(PublicKey key) {
        return new PeerUpdate(
                key, true, false, Optional.empty(), Optional.empty(), OptionalInt.empty(), false, List.of(), List.of());
    }

    private static PublicKey newPublicKey() {
        return LocalIdentity.of(SecretKey.generate(Entropy.system())).publicKey();
    }

    private static InetAddress address(String text) {
        return Cidr.parseAddress(text);
    }

    /// A UDP-like IPv4 packet; the engine looks at addresses and lengths only.
    private static byte[] packet(String from, String to, int lengthBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
        bytes.put(0, (byte) 0x45)
                .putShort(2, (short) lengthBytes)
                .put(8, (byte) 64)
                .put(9, (byte) 253);
        bytes.position(12).put(address(from).getAddress()).put(address(to).getAddress());
        for (int i = 20; i < lengthBytes; i++) {
            bytes.put(i, (byte) i);
        }
        return bytes.array();
    }
}
