package dev.sekisho.tun.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sekisho.tun.LinkException;
import dev.sekisho.tun.LinkListener;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Poller;
import dev.sekisho.tun.ReceiveBatch;
import dev.sekisho.tun.Rule;
import dev.sekisho.tun.SendBatch;
import dev.sekisho.tun.TunException;
import dev.sekisho.tun.TunQueue;
import dev.sekisho.tun.UdpOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryNetworkTest {
    private static final InetAddress A4 = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress A6 = InetAddress.ofLiteral("2001:db8::1");
    private static final InetAddress B4 = InetAddress.ofLiteral("192.0.2.2");
    private static final InetAddress B6 = InetAddress.ofLiteral("2001:db8::2");
    private static final InetAddress C4 = InetAddress.ofLiteral("192.0.2.3");

    private final MemoryNetwork network = new MemoryNetwork(42);
    private final MemoryPlatform nodeA = network.node(A4, A6);
    private final MemoryPlatform nodeB = network.node(B4, B6);
    private final MemoryUdp a = nodeA.openUdp(UdpOptions.port(1000));
    private final MemoryUdp b = nodeB.openUdp(UdpOptions.port(2000));
    private final ReceiveBatch received = new ReceiveBatch(8, 65_535);

    /// Sends `totalBytes` bytes that count up from `first`.
    private int send(MemoryUdp from, InetAddress to, int port, int first, int totalBytes, int segmentBytes) {
        MemorySegment memory = Arena.ofAuto().allocate(totalBytes);
        for (int i = 0; i < totalBytes; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) (first + i));
        }
        Address address = Address.of(to);
        SendBatch batch = new SendBatch(1);
        batch.add(address.high(), address.low(), port, 0, 0, 0, 0, memory, 0, totalBytes, segmentBytes);
        return from.send(batch);
    }

    private List<Integer> firstBytes(MemoryUdp socket) {
        List<Integer> bytes = new ArrayList<>();
        int count = socket.receive(received);
        while (count > 0) {
            for (int i = 0; i < count; i++) {
                bytes.add(received.memory().get(ValueLayout.JAVA_BYTE, received.offset(i)) & 0xff);
            }
            count = socket.receive(received);
        }
        return bytes;
    }

    @Test
    void trainArrivesWholeWithBothAddresses() {
        assertThat(send(a, B6, 2000, 5, 250, 100)).isZero();

        assertThat(b.receive(received)).isEqualTo(1);
        assertThat(received.length(0)).isEqualTo(250);
        assertThat(received.segmentBytes(0)).isEqualTo(100);
        assertThat(received.port(0)).isEqualTo(1000);
        assertThat(new Address(received.addressHigh(0), received.addressLow(0))).isEqualTo(Address.of(A6));
        assertThat(new Address(received.localHigh(0), received.localLow(0))).isEqualTo(Address.of(B6));
        assertThat(received.interfaceIndex(0)).isPositive();
        assertThat(b.receive(received)).isZero();
    }

    @Test
    void trainArrivesAsDatagramsWhereOneSideCannotDoMore() {
        a.capabilities(false, true);
        send(a, B4, 2000, 0, 250, 100);
        assertThat(b.receive(received)).isEqualTo(3);
        assertThat(received.length(2)).isEqualTo(50);

        a.capabilities(true, true);
        b.capabilities(true, false);
        send(a, B4, 2000, 0, 250, 100);
        assertThat(b.receive(received)).isEqualTo(3);
        assertThat(received.segmentBytes(0)).isEqualTo(100);
    }

    @Test
    void whatNobodyHearsIsLost() {
        assertThat(send(a, B4, 2001, 0, 10, 10)).isZero();
        assertThat(send(a, C4, 2000, 0, 250, 100)).isZero();
        assertThat(network.lost()).isEqualTo(4);
    }

    @Test
    void aNodeWithoutAnAddressOfTheFamilyRefuses() {
        MemoryUdp c = network.node(C4).openUdp(UdpOptions.port(0));
        assertThat(send(c, B6, 2000, 0, 10, 10)).isEqualTo(1);
        assertThat(c.errors().unreachable()).isEqualTo(1);
    }

    @Test
    void aMovedNodeIsHeardFromItsNewAddress() {
        nodeA.addresses(C4);
        send(a, B4, 2000, 0, 10, 10);
        b.receive(received);
        assertThat(new Address(received.addressHigh(0), received.addressLow(0))).isEqualTo(Address.of(C4));
        send(b, A4, 1000, 0, 10, 10);
        assertThat(network.lost()).isEqualTo(1);
    }

    @Test
    void theSameSeedGivesTheSameFaults() {
        List<List<Integer>> runs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            MemoryNetwork again = new MemoryNetwork(7);
            again.faults(new Faults(0.3, 0.2, 0.3));
            MemoryUdp from = again.node(A4).openUdp(UdpOptions.port(1000));
            MemoryUdp to = again.node(B4).openUdp(UdpOptions.port(2000));
            for (int i = 0; i < 100; i++) {
                send(from, B4, 2000, i, 20, 10);
            }
            again.faults(Faults.NONE);
            runs.add(firstBytes(to));
        }
        assertThat(runs.get(0)).isEqualTo(runs.get(1));
        assertThat(runs.get(0)).isNotEqualTo(runs.get(0).stream().sorted().toList());
        assertThat(runs.get(0).size()).isBetween(100, 250).isNotEqualTo(200);
    }

    @Test
    void duplicatesAndReordersWhenTold() {
        network.faults(new Faults(0, 1, 0));
        send(a, B4, 2000, 1, 10, 10);
        assertThat(firstBytes(b)).containsExactly(1, 1);
        network.faults(new Faults(0, 0, 1));
        send(a, B4, 2000, 2, 10, 10);
        assertThat(firstBytes(b)).isEmpty();
        network.faults(Faults.NONE);
        assertThat(firstBytes(b)).containsExactly(2);
        assertThatIllegalArgumentException().isThrownBy(() -> new Faults(1.1, 0, 0));
    }

    @Test
    void busyPortIsRefusedUnlessShared() {
        assertThatExceptionOfType(TunException.class)
                .isThrownBy(() -> nodeA.openUdp(UdpOptions.port(1000)))
                .withMessageContaining("UDP port 1000 is in use");
        UdpOptions shared = new UdpOptions(3000, true, 0, 0, 0);
        try (MemoryUdp one = nodeB.openUdp(shared);
                MemoryUdp two = nodeB.openUdp(shared)) {
            for (int i = 0; i < 5; i++) {
                send(a, B4, 3000, i, 10, 10);
            }
            assertThat(firstBytes(one).size() + firstBytes(two).size()).isEqualTo(5);
        }
        b.close();
        assertThat(nodeB.openUdp(UdpOptions.port(2000)).port()).isEqualTo(2000);
    }

    @Test
    void framesPassBetweenHostAndQueue() throws Exception {
        MemoryTun tun = nodeA.openTun("wg0", 2, 1420);
        assertThat(tun.putPacket(new byte[] {0x45})).isFalse();
        nodeA.links().up(tun.interfaceIndex());
        MemorySegment buffer = Arena.ofAuto().allocate(100);

        assertThat(tun.putPacket(new byte[] {0x45})).isTrue();

        assertThat(tun.queue(1).read(buffer, 0, 100)).isZero();
        assertThat(tun.queue(0).read(buffer, 5, 95)).isEqualTo(TunQueue.HEADER_BYTES + 1);
        assertThat(tun.queue(1).write(buffer, 5, TunQueue.HEADER_BYTES + 1)).isEqualTo(TunQueue.HEADER_BYTES + 1);
        assertThat(tun.takePacket()).containsExactly(0x45);
        assertThat(tun.pollFrame()).isNull();
    }

    @Test
    void aRemovedDeviceAnswersWithErrors() {
        MemoryTun tun = nodeA.openTun("wg0", 1, 1420);
        MemorySegment buffer = Arena.ofAuto().allocate(100);
        assertThat(tun.queue(0).write(buffer, 0, 50)).isNegative();
        assertThat(tun.isGone()).isFalse();

        nodeA.links().delete(tun.interfaceIndex());

        assertThat(tun.isGone()).isTrue();
        assertThat(tun.queue(0).read(buffer, 0, 50)).isNegative();
        assertThat(tun.queue(0).write(buffer, 0, 50)).isNegative();
        tun.close();
    }

    @Test
    void pollerWaitsForMembersAndWakes() throws Exception {
        try (Poller poller = nodeB.openPoller()) {
            poller.add(b);
            poller.await(0);
            Thread sender = Thread.ofPlatform().start(() -> send(a, B4, 2000, 0, 10, 10));
            poller.await(-1);
            sender.join();
            assertThat(firstBytes(b)).hasSize(1);
            Thread waker = Thread.ofPlatform().start(poller::wake);
            poller.await(-1);
            waker.join();
            poller.remove(b);
            send(a, B4, 2000, 0, 10, 10);
            poller.wake();
            poller.await(-1);
        }
    }

    @Test
    void linksRememberAndRefuseLikeTheRealOnes() throws Exception {
        MemoryLinks links = nodeA.links();
        int index = nodeA.openTun("wg0", 1, 1420).interfaceIndex();
        List<String> told = new ArrayList<>();
        LinkListener listener = new LinkListener() {
            @Override
            public void changed(boolean up, int mtu) {
                told.add(up + " " + mtu);
            }

            @Override
            public void removed() {
                told.add("removed");
            }
        };
        Links.Monitor monitor = links.monitor(index, listener);
        links.up(index);
        links.mtu(index, 1300);
        links.addAddress(index, A4, 24);
        links.addRoute(B4, 32, index, 0);
        links.addRule(Rule.unmarked(true, 1, 2));
        links.addLocalRoute(B4, 32, 0x8000_0000);

        assertThat(links.index("wg0")).isEqualTo(index);
        assertThat(links.addresses(index)).containsExactly("192.0.2.1/24");
        assertThat(links.routes())
                .containsExactly(
                        "192.0.2.2/32 dev " + index + " table 254", "local 192.0.2.2/32 dev 0 table 2147483648");
        assertThat(links.rules()).containsExactly(Rule.unmarked(true, 1, 2));
        for (Runnable again : List.<Runnable>of(
                () -> links.addAddress(index, A4, 24),
                () -> links.addRoute(B4, 32, index, 0),
                () -> links.addLocalRoute(B4, 32, 0x8000_0000),
                () -> links.addRule(Rule.unmarked(true, 1, 2)))) {
            assertThatExceptionOfType(LinkException.class)
                    .isThrownBy(again::run)
                    .matches(e -> e.reason() == LinkException.Reason.EXISTS);
        }
        links.removeAddress(index, A4, 24);
        links.deleteRule(Rule.unmarked(true, 1, 2));
        links.delete(index);
        assertThat(links.routes()).hasSize(1);
        links.deleteLocalRoute(B4, 32, 0x8000_0000);
        assertThat(links.routes()).isEmpty();
        assertThat(told).containsExactly("false 1420", "true 1420", "true 1300", "removed");
        assertThatExceptionOfType(LinkException.class)
                .isThrownBy(() -> links.up(index))
                .matches(e -> e.reason() == LinkException.Reason.MISSING);
        monitor.close();
    }
}
