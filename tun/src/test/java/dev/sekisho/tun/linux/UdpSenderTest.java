package dev.sekisho.tun.linux;

import static dev.sekisho.tun.linux.UdpFixture.V4;
import static dev.sekisho.tun.linux.UdpFixture.V6;
import static dev.sekisho.tun.linux.UdpFixture.add;
import static dev.sekisho.tun.linux.UdpFixture.any;
import static dev.sekisho.tun.linux.UdpFixture.joined;
import static dev.sekisho.tun.linux.UdpFixture.open;
import static dev.sekisho.tun.linux.UdpFixture.random;
import static dev.sekisho.tun.linux.UdpFixture.receive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.tun.SendBatch;
import dev.sekisho.tun.UdpOptions;
import dev.sekisho.tun.UdpSocket;
import dev.sekisho.tun.linux.UdpFixture.Received;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What happens when the kernel refuses: the answers are scripted, whatever is let through really goes to the
/// kernel.
@InNamespace
class UdpSenderTest {
    private final Deque<Integer> script = new ArrayDeque<>();
    private int calls;

    /// Answers with the next errors of the script (0 = let the call through, n = let n messages through).
    private int answer(MemorySegment capture, int fd, long headers, int count) {
        calls++;
        int next = script.isEmpty() ? 0 : script.remove();
        return next < 0
                ? next
                : UdpSender.Call.KERNEL.send(capture, fd, headers, next == 0 ? count : Math.min(next, count));
    }

    private LinuxUdp scripted() {
        return new LinuxUdp(UdpSetup.prepare(UdpOptions.port(0), true), this::answer);
    }

    @Test
    void eioSwitchesSegmentsOffForGood() {
        try (LinuxUdp a = scripted();
                UdpSocket b = open()) {
            SendBatch batch = new SendBatch(4);
            byte[] train = random(5500, 1);
            add(batch, V4, b.port(), any(), train, 1000);
            add(batch, V4, b.port(), any(), random(20, 2), 20);
            script.add(-Errno.EIO);

            assertThat(a.send(batch)).isZero();

            List<Received> received = receive(b, 5520);
            assertThat(received).hasSize(7);
            assertThat(joined(received.subList(0, 6))).isEqualTo(train);
            assertThat(a.sendsSegments()).isFalse();
            assertThat(a.errors().segmentRetries()).isEqualTo(1);
            add(batch, V4, b.port(), any(), random(10, 2), 10);
            add(batch, V4, b.port(), any(), train, 1000);
            add(batch, V4, b.port(), any(), random(20, 2), 20);
            assertThat(a.send(batch)).isZero();
            assertThat(receive(b, 5530))
                    .extracting(one -> one.bytes().length)
                    .containsExactly(10, 1000, 1000, 1000, 1000, 1000, 500, 20);
            assertThat(a.errors().segmentRetries()).isEqualTo(1);
        }
    }

    @Test
    void aSocketWithoutChecksumsRefusesSegmentsAndSendsSingly() {
        try (LinuxUdp a = scripted();
                UdpSocket b = open()) {
            int soNoCheck = 11;
            try (Arena arena = Arena.ofConfined()) {
                Libc.setsockopt(Libc.capture(arena), a.fd(), UdpSetup.SOL_SOCKET, soNoCheck, 1);
            }
            SendBatch batch = new SendBatch(1);
            add(batch, V4, b.port(), V4, random(5500, 1), 1000);

            assertThat(a.send(batch)).isZero();

            assertThat(joined(receive(b, 5500))).isEqualTo(random(5500, 1));
            assertThat(a.errors().segmentRetries()).isEqualTo(1);
        }
    }

    @Test
    void tooLargeSegmentsAreSentSinglyWithoutSwitchingOff() {
        try (LinuxUdp a = scripted();
                UdpSocket b = open()) {
            SendBatch batch = new SendBatch(1);
            add(batch, V6, b.port(), any(), random(5500, 1), 1000);
            script.add(-Errno.EMSGSIZE);

            assertThat(a.send(batch)).isZero();

            assertThat(receive(b, 5500)).hasSize(6);
            assertThat(a.sendsSegments()).isTrue();
        }
    }

    @Test
    void partialSendsAreContinued() {
        try (LinuxUdp a = scripted();
                UdpSocket b = open()) {
            SendBatch batch = new SendBatch(5);
            for (int i = 1; i <= 5; i++) {
                add(batch, V4, b.port(), any(), random(100 * i, i), 100 * i);
            }
            script.addAll(List.of(1, 2));

            assertThat(a.send(batch)).isZero();

            assertThat(receive(b, 1500)).extracting(one -> one.bytes().length).containsExactly(100, 200, 300, 400, 500);
            assertThat(calls).isEqualTo(3);
        }
    }

    @Test
    void aFullSocketDropsOneTrainPerCallAndNeverSpins() {
        try (LinuxUdp a = scripted()) {
            SendBatch batch = new SendBatch(3);
            for (int i = 0; i < 3; i++) {
                add(batch, V4, 9, any(), random(3000, i), 1000);
            }
            script.addAll(List.of(-Errno.EAGAIN, -Errno.ENOBUFS, -Errno.EAGAIN));

            assertThat(a.send(batch)).isEqualTo(3);

            assertThat(calls).isEqualTo(3);
            assertThat(a.errors().noBuffer()).isEqualTo(3);
            assertThat(a.sendsSegments()).isTrue();
            assertThat(batch.count()).isZero();
        }
    }

    @Test
    void aFullSocketInTheMiddleOfSingleDatagramsLosesTheTrainOnce() {
        try (LinuxUdp a = scripted();
                UdpSocket b = open()) {
            SendBatch batch = new SendBatch(2);
            add(batch, V4, b.port(), any(), random(5500, 1), 1000);
            add(batch, V4, b.port(), any(), random(7, 2), 7);
            script.addAll(List.of(-Errno.EMSGSIZE, 2, -Errno.EAGAIN));

            assertThat(a.send(batch)).isEqualTo(1);

            assertThat(receive(b, 2007)).extracting(one -> one.bytes().length).containsExactly(1000, 1000, 7);
            assertThat(a.errors().noBuffer()).isEqualTo(1);
        }
    }

    @Test
    void anErrorOfAnEarlierDatagramCostsNothing() {
        try (LinuxUdp a = scripted();
                UdpSocket b = open()) {
            SendBatch batch = new SendBatch(2);
            add(batch, V4, b.port(), any(), random(3000, 1), 1000);
            add(batch, V4, b.port(), any(), random(20, 2), 20);
            script.addAll(List.of(-Errno.ECONNREFUSED, 0, -Errno.EHOSTUNREACH));

            assertThat(a.send(batch)).isZero();

            assertThat(receive(b, 3020)).hasSize(2);
            assertThat(a.errors().refused()).isZero();
        }
    }

    @Test
    void aRefusalThatStaysIsCountedOnce() {
        try (LinuxUdp a = scripted()) {
            SendBatch batch = new SendBatch(2);
            add(batch, V4, 9, any(), random(3000, 1), 1000);
            add(batch, V4, 9, any(), random(20, 2), 20);
            script.addAll(List.of(-Errno.EHOSTUNREACH, -Errno.EHOSTUNREACH, -Errno.EPERM));

            assertThat(a.send(batch)).isEqualTo(2);

            assertThat(a.errors().unreachable()).isEqualTo(2);
            assertThat(calls).isEqualTo(3);
        }
    }

    @Test
    void aWrongSourceIsLeftOutOfSingleDatagramsToo() {
        try (LinuxUdp a = scripted();
                UdpSocket b = open()) {
            a.segmentsRefused(Errno.EIO);
            SendBatch batch = new SendBatch(1);
            add(batch, V4, b.port(), InetAddress.ofLiteral("198.18.3.9"), random(5500, 1), 1000);

            assertThat(a.send(batch)).isZero();

            assertThat(receive(b, 5500)).hasSize(6);
            assertThat(a.errors().sourceRetries()).isEqualTo(1);
        }
    }
}
