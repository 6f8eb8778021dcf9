package dev.sekisho.tun.linux;

import static dev.sekisho.tun.linux.UdpFixture.V4;
import static dev.sekisho.tun.linux.UdpFixture.V6;
import static dev.sekisho.tun.linux.UdpFixture.longs;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sekisho.tun.ReceiveBatch;
import dev.sekisho.tun.SendBatch;
import dev.sekisho.tun.TunDevice;
import dev.sekisho.tun.TunQueue;
import dev.sekisho.tun.UdpOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/// The packet path allocates nothing once it is compiled, also where the kernel refuses.
@InNamespace
class AllocationTest {
    private static final int OPERATIONS = 500;
    private static final int MAX_ROUNDS = 400;

    /// How long it may take at least: on a busy machine the compiler gets little time.
    private static final long LIMIT_NANOS = 30_000_000_000L;

    /// Rounds without garbage in a row that count as the steady state.
    private static final int CLEAN_ROUNDS = 3;

    private final MemorySegment memory = Arena.ofAuto().allocate(65_545);

    @Test
    void sendsReceivesAndWaitsWithoutGarbage() {
        long[] gone = longs(InetAddress.ofLiteral("198.18.3.9"));
        try (LinuxUdp a = udp(UdpSender.Call.KERNEL);
                LinuxUdp b = udp(UdpSender.Call.KERNEL);
                Epoll poller = new Epoll()) {
            SendBatch send = new SendBatch(4);
            ReceiveBatch receive = new ReceiveBatch(4, 65_535);
            long[] v4 = longs(V4);
            long[] v6 = longs(V6);
            poller.add(b);
            assertReachesZero(() -> {
                for (int i = 0; i < OPERATIONS; i++) {
                    send.add(v4[0], v4[1], b.port(), 0, v4[0], v4[1], 1, memory, 0, 10_000, 1452);
                    send.add(v6[0], v6[1], b.port(), 0, v6[0], v6[1], 1, memory, 0, 148, 148);
                    send.add(v4[0], v4[1], b.port(), 0, gone[0], gone[1], 1, memory, 0, 32, 32);
                    check(a.send(send) == 0);
                    poller.wake();
                    poller.await(1_000_000);
                    int got = 0;
                    while (got < 3) {
                        poller.await(-1);
                        int count = b.receive(receive);
                        check(count >= 0 && receive.addressLow(0) != 0);
                        got += count;
                    }
                }
            });
        }
    }

    @Test
    void fallsBackWithoutGarbage() {
        UdpSender.Call refusingTrains = (capture, fd, headers, count) ->
                count == 2 ? -Errno.EMSGSIZE : UdpSender.Call.KERNEL.send(capture, fd, headers, count);
        try (LinuxUdp a = udp(refusingTrains);
                LinuxUdp b = udp(UdpSender.Call.KERNEL)) {
            SendBatch send = new SendBatch(2);
            ReceiveBatch receive = new ReceiveBatch(64, 2000);
            long[] v4 = longs(V4);
            assertReachesZero(() -> {
                for (int i = 0; i < OPERATIONS; i++) {
                    send.add(v4[0], v4[1], b.port(), 0, 0, 0, 0, memory, 0, 10_000, 1452);
                    send.add(v4[0], v4[1], b.port(), 0, 0, 0, 0, memory, 0, 20_000, 1452);
                    check(a.send(send) == 0);
                    check(b.receive(receive) >= 0);
                }
            });
        }
    }

    @Test
    void readsAndWritesFramesWithoutGarbage() {
        for (int features : new int[] {-1, ~LinuxTun.IFF_VNET_HDR}) {
            try (TunDevice tun =
                    LinuxTun.open(new LinuxTun.Wanted("sktst0", 1, 1420, features, -1), new LinuxLinks())) {
                new LinuxLinks().up(tun.interfaceIndex());
                TunQueue queue = tun.queue(0);
                int packetBytes = 100;
                memory.fill((byte) 0);
                memory.set(ValueLayout.JAVA_BYTE, TunQueue.HEADER_BYTES, (byte) 0x45);
                assertReachesZero(() -> {
                    for (int i = 0; i < OPERATIONS; i++) {
                        check(queue.write(memory, 0, TunQueue.HEADER_BYTES + packetBytes) > 0);
                        check(queue.read(memory, 1000, 5000) >= 0);
                    }
                });
            }
        }
    }

    private static LinuxUdp udp(UdpSender.Call call) {
        return new LinuxUdp(UdpSetup.prepare(new UdpOptions(0, false, 1 << 20, 1 << 20, 0), true), call);
    }

    private static void check(boolean expected) {
        if (!expected) {
            throw new AssertionError("refused");
        }
    }

    /// The JIT decides when its work is done, so rounds go on until several in a row are clean; never is a
    /// failure.
    private static void assertReachesZero(Runnable round) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().threadId();
        int clean = 0;
        long allocated = -1;
        long start = System.nanoTime();
        for (int i = 0; clean < CLEAN_ROUNDS && (i < MAX_ROUNDS || System.nanoTime() - start < LIMIT_NANOS); i++) {
            long before = threads.getThreadAllocatedBytes(id);
            round.run();
            allocated = threads.getThreadAllocatedBytes(id) - before;
            clean = allocated == 0 ? clean + 1 : 0;
        }
        assertThat(clean)
                .as("clean rounds in a row; the last one allocated %d bytes", allocated)
                .isEqualTo(CLEAN_ROUNDS);
    }
}
