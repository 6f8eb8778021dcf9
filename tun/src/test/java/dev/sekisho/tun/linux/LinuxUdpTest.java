package dev.sekisho.tun.linux;

import static dev.sekisho.tun.linux.UdpFixture.V4;
import static dev.sekisho.tun.linux.UdpFixture.V6;
import static dev.sekisho.tun.linux.UdpFixture.add;
import static dev.sekisho.tun.linux.UdpFixture.any;
import static dev.sekisho.tun.linux.UdpFixture.joined;
import static dev.sekisho.tun.linux.UdpFixture.open;
import static dev.sekisho.tun.linux.UdpFixture.random;
import static dev.sekisho.tun.linux.UdpFixture.receive;
import static dev.sekisho.tun.linux.UdpFixture.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sekisho.tun.Links;
import dev.sekisho.tun.ReceiveBatch;
import dev.sekisho.tun.SendBatch;
import dev.sekisho.tun.TunException;
import dev.sekisho.tun.UdpOptions;
import dev.sekisho.tun.UdpSocket;
import dev.sekisho.tun.linux.UdpFixture.Received;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@InNamespace
class LinuxUdpTest {
    private static final int SEGMENT = 1452;

    /// 44 whole datagrams and a short one.
    private static final int TRAIN = 44 * SEGMENT + 100;

    private final LinuxPlatform platform = new LinuxPlatform();

    static Stream<InetAddress> loopbacks() {
        return Stream.of(V4, V6);
    }

    @ParameterizedTest
    @MethodSource("loopbacks")
    void trainArrivesCoalescedAndIntact(InetAddress loopback) {
        byte[] train = random(TRAIN, 1);
        try (UdpSocket a = open();
                UdpSocket b = open()) {
            assertThat(a.sendsSegments()).isTrue();
            assertThat(b.receivesCoalesced()).isTrue();

            assertThat(send(a, loopback, b.port(), train, SEGMENT)).isZero();

            List<Received> received = receive(b, TRAIN);
            assertThat(received).hasSize(1);
            assertThat(received.getFirst().bytes()).isEqualTo(train);
            assertThat(received.getFirst().segmentBytes()).isEqualTo(SEGMENT);
            assertThat(received.getFirst().port()).isEqualTo(a.port());
            assertThat(received.getFirst().remote()).isEqualTo(loopback);
            assertThat(received.getFirst().local()).isEqualTo(loopback);
            assertThat(received.getFirst().interfaceIndex()).isEqualTo(1);
            assertThat(a.errors().refused()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("loopbacks")
    void trainReachesAnOrdinarySocketAsDatagrams(InetAddress loopback) throws Exception {
        byte[] train = random(10 * SEGMENT + 100, 2);
        try (UdpSocket a = open();
                DatagramSocket b = new DatagramSocket(0, loopback)) {
            b.setSoTimeout(10_000);

            assertThat(send(a, loopback, b.getLocalPort(), train, SEGMENT)).isZero();

            for (int at = 0; at < train.length; at += SEGMENT) {
                DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
                b.receive(packet);
                int length = Math.min(SEGMENT, train.length - at);
                assertThat(packet.getLength()).isEqualTo(length);
                assertThat(packet.getData()).startsWith(Arrays.copyOfRange(train, at, at + length));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("loopbacks")
    void manyTrainsAndSingleDatagramsLeaveInOneCall(InetAddress loopback) {
        try (UdpSocket a = open();
                UdpSocket b = open()) {
            SendBatch batch = new SendBatch(5);
            add(batch, loopback, b.port(), any(), random(TRAIN, 3), SEGMENT);
            add(batch, loopback, b.port(), any(), random(32, 4), 32);
            add(batch, loopback, b.port(), any(), random(148, 5), 148);
            add(batch, loopback, b.port(), any(), random(64 * 96, 6), 96);
            add(batch, loopback, b.port(), any(), random(1, 7), 1);
            assertThat(batch.isFull()).isTrue();

            assertThat(a.send(batch)).isZero();

            List<Received> received = receive(b, TRAIN + 32 + 148 + 64 * 96 + 1);
            assertThat(received).extracting(one -> one.bytes().length).containsExactly(TRAIN, 32, 148, 64 * 96, 1);
            assertThat(received).extracting(Received::segmentBytes).containsExactly(SEGMENT, 32, 148, 96, 1);
        }
    }

    @Test
    void replyLeavesFromTheAddressThatWasAsked() throws Exception {
        try (UdpSocket client = open();
                UdpSocket server = open()) {
            Links links = platform.links();
            for (String[] pair : new String[][] {{"198.18.3.1", "198.18.3.2"}, {"2001:db8::1", "2001:db8::2"}}) {
                InetAddress first = InetAddress.ofLiteral(pair[0]);
                InetAddress second = InetAddress.ofLiteral(pair[1]);
                int bits = first.getAddress().length * 8;
                links.addAddress(1, first, bits);
                links.addAddress(1, second, bits);
                NamespaceExtension.awaitLocal(pair[0]);
                NamespaceExtension.awaitLocal(pair[1]);
                for (InetAddress asked : List.of(first, second)) {
                    send(client, asked, server.port(), random(100, 8), 100);
                    Received request = receive(server, 100).getFirst();
                    assertThat(request.local()).isEqualTo(asked);

                    SendBatch batch = new SendBatch(2);
                    add(batch, request.remote(), request.port(), request.local(), random(50, 9), 50);
                    add(batch, request.remote(), request.port(), request.local(), random(3000, 9), 1000);
                    assertThat(server.send(batch)).isZero();

                    assertThat(receive(client, 3050))
                            .extracting(Received::remote)
                            .containsExactly(asked, asked);
                }
            }
            assertThat(server.errors().sourceRetries()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("loopbacks")
    void aSourceThatIsNoLongerOursIsLeftOut(InetAddress loopback) {
        InetAddress gone = InetAddress.ofLiteral(loopback.equals(V4) ? "198.18.3.9" : "2001:db8::9");
        try (UdpSocket a = open();
                UdpSocket b = open()) {
            SendBatch batch = new SendBatch(3);
            add(batch, loopback, b.port(), gone, random(100, 1), 100);
            add(batch, loopback, b.port(), gone, random(TRAIN, 2), SEGMENT);
            add(batch, loopback, b.port(), any(), random(10, 3), 10);

            assertThat(a.send(batch)).isZero();

            List<Received> received = receive(b, 110 + TRAIN);
            assertThat(received).extracting(one -> one.bytes().length).containsExactly(100, TRAIN, 10);
            assertThat(received).extracting(Received::remote).containsOnly(loopback);
            assertThat(a.errors().sourceRetries()).isEqualTo(2);
            assertThat(a.errors().refused()).isZero();
            assertThat(a.sendsSegments()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("loopbacks")
    void segmentsAboveThePathMtuGoSinglyAndTheNextTrainWholeAgain(InetAddress loopback) {
        try (UdpSocket a = open();
                UdpSocket b = open()) {
            platform.links().mtu(1, 1500);
            byte[] train = random(6000, 1);

            assertThat(send(a, loopback, b.port(), train, 2000)).isZero();

            assertThat(joined(receive(b, 6000))).isEqualTo(train);
            assertThat(a.errors().segmentRetries()).isEqualTo(1);
            assertThat(a.sendsSegments()).isTrue();
            assertThat(send(a, loopback, b.port(), train, 1000)).isZero();
            assertThat(receive(b, 6000)).hasSize(1);
        }
    }

    @Test
    void refusedDestinationsAreCountedAndTheOthersStillGo() {
        try (UdpSocket a = open();
                UdpSocket b = open()) {
            SendBatch batch = new SendBatch(3);
            add(batch, InetAddress.ofLiteral("203.0.113.1"), 9, any(), random(10, 1), 10);
            add(batch, V4, b.port(), any(), random(20, 2), 20);
            add(batch, InetAddress.ofLiteral("2001:db8:ffff::1"), 9, any(), random(3000, 3), 1000);

            assertThat(a.send(batch)).isEqualTo(2);

            assertThat(receive(b, 20)).hasSize(1);
            assertThat(a.errors().unreachable()).isEqualTo(2);
            assertThat(a.sendsSegments()).isTrue();
        }
    }

    @Test
    void anUnreachablePortDoesNotDisturbLaterTrains() {
        try (UdpSocket a = open();
                UdpSocket b = open()) {
            int closed;
            try (UdpSocket c = open()) {
                closed = c.port();
            }
            for (int round = 0; round < 20; round++) {
                assertThat(send(a, V4, closed, random(10, 1), 10)).isZero();
                assertThat(send(a, V4, b.port(), random(3000, 2), 1000)).isZero();
            }
            assertThat(joined(receive(b, 60_000))).hasSize(60_000);
            assertThat(a.receive(new ReceiveBatch(1, 100))).isZero();
        }
    }

    @Test
    void severalThreadsSendOnOneSocketWithTheirOwnBatches() {
        int threads = 4;
        int rounds = 50;
        try (UdpSocket a = open();
                UdpSocket b = open()) {
            try (ExecutorService senders = Executors.newFixedThreadPool(threads)) {
                for (int thread = 0; thread < threads; thread++) {
                    byte[] train = new byte[3000];
                    Arrays.fill(train, (byte) thread);
                    SendBatch batch = new SendBatch(2);
                    InetAddress to = thread % 2 == 0 ? V4 : V6;
                    senders.execute(() -> {
                        for (int round = 0; round < rounds; round++) {
                            add(batch, to, b.port(), to, train, 1000);
                            a.send(batch);
                        }
                    });
                }
            }
            List<Received> received = receive(b, threads * rounds * 3000);

            assertThat(received).hasSize(threads * rounds);
            for (Received one : received) {
                byte[] expected = new byte[3000];
                Arrays.fill(expected, one.bytes()[0]);
                assertThat(one.bytes()).isEqualTo(expected);
            }
            assertThat(a.errors().refused()).isZero();
        }
    }

    @Test
    void messageLongerThanItsSlotIsThrownAway() {
        try (UdpSocket a = open();
                UdpSocket b = open()) {
            send(a, V4, b.port(), random(200, 1), 200);
            send(a, V4, b.port(), random(90, 1), 90);
            ReceiveBatch batch = new ReceiveBatch(4, 100);

            assertThat(b.receive(batch)).isEqualTo(2);

            assertThat(batch.length(0)).isZero();
            assertThat(batch.length(1)).isEqualTo(90);
            assertThat(b.errors().truncated()).isEqualTo(1);
            assertThat(b.receive(batch)).isZero();
        }
    }

    @Test
    void worksWithoutIpv6() {
        try (UdpSocket a = new LinuxUdp(UdpSetup.prepare(UdpOptions.port(0), false), UdpSender.Call.KERNEL);
                UdpSocket b = new LinuxUdp(UdpSetup.prepare(UdpOptions.port(0), false), UdpSender.Call.KERNEL)) {
            byte[] train = random(TRAIN, 1);
            SendBatch batch = new SendBatch(2);
            add(batch, V6, b.port(), any(), random(10, 1), 10);
            add(batch, V4, b.port(), InetAddress.ofLiteral("127.0.0.2"), train, SEGMENT);

            assertThat(a.send(batch)).isEqualTo(1);

            Received received = receive(b, TRAIN).getFirst();
            assertThat(received.bytes()).isEqualTo(train);
            assertThat(received.segmentBytes()).isEqualTo(SEGMENT);
            assertThat(received.remote()).isEqualTo(InetAddress.ofLiteral("127.0.0.2"));
            assertThat(received.local()).isEqualTo(V4);
            assertThat(a.errors().unreachable()).isEqualTo(1);
        }
    }

    @Test
    void busyPortIsNamed() {
        try (UdpSocket a = open()) {
            assertThatExceptionOfType(TunException.class)
                    .isThrownBy(() -> platform.openUdp(UdpOptions.port(a.port())))
                    .withMessage("UDP port " + a.port()
                            + " is in use: stop the program that has it, or choose another port");
        }
    }

    @Test
    void socketsMayShareAPort() {
        try (UdpSocket a = platform.openUdp(new UdpOptions(0, true, 0, 0, 0));
                UdpSocket b = platform.openUdp(new UdpOptions(a.port(), true, 0, 0, 0))) {
            assertThat(b.port()).isEqualTo(a.port());
        }
    }

    @Test
    void setsMarkAndBuffers() {
        try (LinuxUdp a = (LinuxUdp) platform.openUdp(new UdpOptions(0, false, 8 << 20, 6 << 20, 0xca6c))) {
            assertThat(a.option(UdpSetup.SOL_SOCKET, UdpSetup.SO_MARK)).isEqualTo(0xca6c);
            assertThat(a.option(UdpSetup.SOL_SOCKET, UdpSetup.SO_RCVBUF)).isEqualTo(16 << 20);
            assertThat(a.option(UdpSetup.SOL_SOCKET, UdpSetup.SO_SNDBUF)).isEqualTo(12 << 20);

            a.fwmark(0);

            assertThat(a.option(UdpSetup.SOL_SOCKET, UdpSetup.SO_MARK)).isZero();
        }
    }

    @Test
    void closingTwiceIsHarmless() {
        UdpSocket a = open();
        a.close();
        a.close();
        try (UdpSocket b = platform.openUdp(UdpOptions.port(a.port()))) {
            assertThat(b.port()).isEqualTo(a.port());
        }
    }
}
