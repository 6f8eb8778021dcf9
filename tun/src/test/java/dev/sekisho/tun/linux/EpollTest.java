package dev.sekisho.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sekisho.tun.Pollable;
import dev.sekisho.tun.ReceiveBatch;
import dev.sekisho.tun.UdpOptions;
import dev.sekisho.tun.UdpSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpollTest {
    private final LinuxPlatform platform = new LinuxPlatform();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWakeBeforeTheWaitEndsIt(boolean nanosecondTimeouts) {
        try (Epoll poller = new Epoll(nanosecondTimeouts)) {
            poller.wake();
            poller.wake();
            poller.await(-1);
            poller.await(0);
            poller.await(1);
            poller.await(1_500_000);
        }
    }

    @Test
    void everyWakeOfAnotherThreadIsSeen() throws Exception {
        int rounds = 10_000;
        AtomicInteger work = new AtomicInteger();
        try (Epoll poller = new Epoll()) {
            CountDownLatch start = new CountDownLatch(1);
            Thread waker = Thread.ofPlatform().start(() -> {
                start.countDown();
                for (int i = 0; i < rounds; i++) {
                    work.incrementAndGet();
                    poller.wake();
                }
            });
            start.await();
            while (work.get() < rounds) {
                poller.await(-1);
            }
            waker.join();
        }
        assertThat(work).hasValue(rounds);
    }

    @Test
    void returnsAtOnceAsLongAsSomethingIsUnread() {
        try (Epoll poller = new Epoll();
                UdpSocket socket = platform.openUdp(UdpOptions.port(0))) {
            poller.add(socket);
            UdpFixture.send(socket, UdpFixture.V4, socket.port(), new byte[] {1}, 1);

            poller.await(-1);
            poller.await(-1);

            assertThat(socket.receive(new ReceiveBatch(1, 100))).isEqualTo(1);
            poller.await(0);
        }
    }

    @Test
    void aRemovedMemberNoLongerCounts() {
        try (Epoll poller = new Epoll();
                LinuxUdp socket = (LinuxUdp) platform.openUdp(UdpOptions.port(0))) {
            poller.add(socket);
            poller.remove(socket);
            poller.remove(socket);
            UdpFixture.send(socket, UdpFixture.V4, socket.port(), new byte[] {1}, 1);

            assertThat(poller.watches(socket)).isFalse();
            poller.wake();
            poller.await(-1);
        }
    }

    @Test
    void aMemberClosedFirstDoesNotTakeAnotherOneWithIt() {
        try (Epoll poller = new Epoll()) {
            LinuxUdp first = (LinuxUdp) platform.openUdp(UdpOptions.port(0));
            poller.add(first);
            first.close();
            try (LinuxUdp second = (LinuxUdp) platform.openUdp(UdpOptions.port(0))) {
                poller.add(second);
                poller.remove(first);
                assertThat(poller.watches(second)).isTrue();
            }
        }
    }

    @Test
    void wakingAfterCloseIsHarmless() {
        Epoll poller = new Epoll();
        poller.close();
        poller.wake();
        poller.close();
    }

    @Test
    void refusesMembersOfAnotherPlatform() {
        try (Epoll poller = new Epoll()) {
            assertThatIllegalArgumentException().isThrownBy(() -> poller.add(new Pollable() {}));
        }
    }
}
