package dev.sekisho.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sekisho.tun.Links;
import dev.sekisho.tun.SendBatch;
import dev.sekisho.tun.TunDevice;
import dev.sekisho.tun.TunException;
import dev.sekisho.tun.TunOffload;
import dev.sekisho.tun.TunQueue;
import dev.sekisho.tun.UdpSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@InNamespace
class LinuxTunTest {
    private static final int TRANSFER_BYTES = 4 << 20;
    private static final int TCP_V4 = 1;
    private static final int TCP_V6 = 4;
    private static final int UDP_L4 = 5;

    private final LinuxPlatform platform = new LinuxPlatform();

    @Test
    void opensWithEverythingThisKernelHas() {
        try (TunDevice tun = platform.openTun("sktst0", 2, 1420)) {
            assertThat(tun.name()).isEqualTo("sktst0");
            assertThat(tun.interfaceIndex()).isPositive();
            assertThat(tun.queueCount()).isEqualTo(2);
            assertThat(tun.offload().vnetHeader()).isTrue();
            assertThat(tun.offload().checksum()).isTrue();
            assertThat(tun.offload().tcp()).isTrue();
            assertThat(tun.isGone()).isFalse();
            assertThat(platform.links().mtu(tun.interfaceIndex())).isEqualTo(1420);
        }
    }

    @Test
    void letsTheKernelChooseANumber() {
        try (TunDevice first = platform.openTun("sktst%d", 1, 1420);
                TunDevice second = platform.openTun("sktst%d", 1, 1420)) {
            assertThat(List.of(first.name(), second.name())).containsExactly("sktst0", "sktst1");
        }
    }

    @Test
    void fallsBackStepByStepWhereTheKernelLacksOffloads() {
        assertThat(offload(-1, LinuxTun.F_CSUM | LinuxTun.F_TSO)).isEqualTo(new TunOffload(true, true, true, false));
        assertThat(offload(-1, LinuxTun.F_CSUM)).isEqualTo(new TunOffload(true, true, false, false));
        assertThat(offload(-1, 0)).isEqualTo(new TunOffload(true, false, false, false));
        assertThat(offload(~LinuxTun.IFF_VNET_HDR, -1)).isEqualTo(new TunOffload(false, false, false, false));
        LinuxTun.Wanted wanted = new LinuxTun.Wanted("sktst0", 2, 1420, ~LinuxTun.IFF_MULTI_QUEUE, -1);
        try (LinuxTun tun = LinuxTun.open(wanted, new LinuxLinks())) {
            assertThat(tun.queueCount()).isEqualTo(1);
        }
    }

    private static TunOffload offload(int features, int offloads) {
        LinuxTun.Wanted wanted = new LinuxTun.Wanted("sktst0", 1, 1420, features, offloads);
        try (LinuxTun tun = LinuxTun.open(wanted, new LinuxLinks())) {
            return tun.offload();
        }
    }

    @Test
    void busyNameIsRefusedAlsoForSeveralQueues() {
        try (TunDevice tun = platform.openTun("sktst0", 2, 1420)) {
            for (int queues : new int[] {1, 2}) {
                assertThatExceptionOfType(TunException.class)
                        .isThrownBy(() -> platform.openTun(tun.name(), queues, 1420))
                        .withMessageContaining("interface name sktst0 is in use");
            }
        }
        assertThatExceptionOfType(TunException.class)
                .isThrownBy(() -> platform.openTun("lo", 1, 1420))
                .withMessageContaining("interface name lo is in use");
    }

    @Test
    void aRefusedMtuLeavesNothingBehind() {
        assertThatExceptionOfType(TunException.class)
                .isThrownBy(() -> platform.openTun("sktst0", 2, 10))
                .withMessageContaining("set the MTU");
        assertThat(platform.links().exists("sktst0")).isFalse();
    }

    @Test
    void readsWhatTheKernelRoutesIntoIt() throws Exception {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420);
                Epoll poller = new Epoll()) {
            Links links = platform.links();
            links.addAddress(tun.interfaceIndex(), InetAddress.ofLiteral("198.18.0.1"), 24);
            links.up(tun.interfaceIndex());
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(new byte[100], 100, InetAddress.ofLiteral("198.18.0.9"), 4242));
            }
            MemorySegment frame = Arena.ofAuto().allocate(2000);
            poller.add(tun.queue(0));
            int length;
            do {
                poller.await(-1);
                length = tun.queue(0).read(frame, 16, 1900);
                assertThat(length).isPositive();
            } while (frame.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 26) != 0x45);

            assertThat(length).isEqualTo(TunQueue.HEADER_BYTES + 20 + 8 + 100);
            assertThat(tun.queue(0).read(frame, 0, 2000)).isNotNegative();
        }
    }

    static Stream<Arguments> devices() {
        int all = -1;
        return Stream.of(TunPair.FAR_V4, TunPair.FAR_V6)
                .flatMap(far -> Stream.of(
                        Arguments.of(far, 1, all, all),
                        Arguments.of(far, 2, all, all),
                        Arguments.of(far, 1, all, LinuxTun.F_CSUM),
                        Arguments.of(far, 1, ~LinuxTun.IFF_VNET_HDR, all)));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void tcpCrossesTwoDevicesUnchanged(InetAddress far, int queues, int features, int offloads) throws Exception {
        byte[] sent = UdpFixture.random(TRANSFER_BYTES, 1);
        LinuxTun.Wanted wanted = new LinuxTun.Wanted("sktst0", queues, 1420, features, offloads);
        try (TunPair pair = new TunPair(wanted);
                ServerSocket server = pair.onFarSide(() -> new ServerSocket(0, 1, far))) {
            Thread echo = pair.startOnFarSide(() -> echo(server));
            try (Socket client = new Socket(far, server.getLocalPort())) {
                Thread writer = Thread.ofPlatform().start(() -> write(client, sent));
                assertThat(client.getInputStream().readNBytes(TRANSFER_BYTES)).isEqualTo(sent);
                writer.join();
            }
            echo.join();
            boolean segmented = pair.near.offload().tcp();
            int type = far.equals(TunPair.FAR_V4) ? TCP_V4 : TCP_V6;
            assertThat(pair.superFrames[type].get() > 0).isEqualTo(segmented);
            assertThat(pair.refusedWrites).hasValue(0);
        }
    }

    private static void echo(ServerSocket server) {
        try (Socket socket = server.accept();
                InputStream in = socket.getInputStream()) {
            in.transferTo(socket.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void udpTrainCrossesTwoDevices(InetAddress far, int queues, int features, int offloads) throws Exception {
        byte[] train = UdpFixture.random(20 * 1200 + 7, 2);
        LinuxTun.Wanted wanted = new LinuxTun.Wanted("sktst0", queues, 1420, features, offloads);
        try (TunPair pair = new TunPair(wanted);
                UdpSocket near = UdpFixture.open();
                UdpSocket server = pair.onFarSide(UdpFixture::open)) {
            assertThat(UdpFixture.send(near, far, server.port(), train, 1200)).isZero();

            List<UdpFixture.Received> received = UdpFixture.receive(server, train.length);

            assertThat(UdpFixture.joined(received)).isEqualTo(train);
            if (pair.near.offload().udp()) {
                assertThat(received).hasSize(1);
                assertThat(pair.superFrames[UDP_L4].get()).isPositive();
            }
        }
    }

    @Test
    void flowsSpreadOverTheQueues() throws Exception {
        try (TunPair pair = new TunPair(new LinuxTun.Wanted("sktst0", 2, 1420));
                UdpSocket server = pair.onFarSide(UdpFixture::open)) {
            for (int flow = 0; flow < 64; flow++) {
                try (UdpSocket client = UdpFixture.open()) {
                    SendBatch batch = new SendBatch(1);
                    byte[] bytes = UdpFixture.random(100, flow);
                    UdpFixture.add(batch, TunPair.FAR_V4, server.port(), UdpFixture.any(), bytes, 100);
                    client.send(batch);
                }
            }
            assertThat(UdpFixture.receive(server, 6400)).hasSize(64);
            assertThat(pair.framesOfQueue[0].get()).isPositive();
            assertThat(pair.framesOfQueue[1].get()).isPositive();
        }
    }

    @Test
    void downIsAnErrorThatEndsWhenTheLinkComesUp() {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420)) {
            MemorySegment frame = Arena.ofAuto().allocate(2000);
            assertThat(tun.queue(0).write(frame, 0, 100)).isNegative();
            assertThat(tun.queue(0).read(frame, 0, 2000)).isNotPositive();
            assertThat(tun.isGone()).isFalse();

            platform.links().up(tun.interfaceIndex());

            assertThat(tun.queue(0).read(frame, 0, 2000)).isNotNegative();
        }
    }

    @Test
    void malformedFramesAreRefusedWithAnErrorNumber() {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420)) {
            platform.links().up(tun.interfaceIndex());
            MemorySegment frame = Arena.ofAuto().allocate(2000);
            assertThat(tun.queue(0).write(frame, 0, 10)).isNegative();
            assertThat(tun.queue(0).write(frame, 0, 100)).isEqualTo(-Errno.EINVAL);
        }
    }

    @Test
    void aRemovedDeviceIsGoneAndLeavesThePoller() {
        try (TunDevice tun = platform.openTun("sktst0", 1, 1420);
                Epoll poller = new Epoll()) {
            LinuxTunQueue queue = (LinuxTunQueue) tun.queue(0);
            poller.add(queue);
            platform.links().up(tun.interfaceIndex());
            assertThat(poller.watches(queue)).isTrue();

            platform.links().delete(tun.interfaceIndex());
            poller.await(-1);

            assertThat(poller.watches(queue)).isFalse();
            assertThat(tun.isGone()).isTrue();
            MemorySegment frame = Arena.ofAuto().allocate(2000);
            assertThat(queue.read(frame, 0, 2000)).isEqualTo(-Errno.EBADFD);
            assertThat(queue.write(frame, 0, 2000)).isEqualTo(-Errno.EBADFD);
        }
    }

    @Test
    void closingTwiceIsHarmlessAndRemovesTheInterface() {
        TunDevice tun = platform.openTun("sktst0", 2, 1420);
        tun.close();
        tun.close();
        assertThat(tun.isGone()).isTrue();
        assertThat(platform.links().exists("sktst0")).isFalse();
    }
}
