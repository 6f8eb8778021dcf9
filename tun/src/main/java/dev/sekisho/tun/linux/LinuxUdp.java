package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sekisho.tun.ReceiveBatch;
import dev.sekisho.tun.SendBatch;
import dev.sekisho.tun.TunException;
import dev.sekisho.tun.UdpErrors;
import dev.sekisho.tun.UdpSocket;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/// A bound UDP socket. Holds no memory of its own for packets: that hangs on the batches, so several threads
/// may send at once, each with its own batch.
final class LinuxUdp implements UdpSocket, LinuxPollable {
    private static final System.Logger LOG = System.getLogger("dev.sekisho.tun");

    /// What [UdpSetup] found out.
    ///
    /// @param fd the descriptor
    /// @param port local port
    /// @param v6 AF_INET6 with mapped IPv4, else AF_INET
    /// @param sendsSegments whether the kernel knows UDP_SEGMENT
    /// @param receivesCoalesced whether UDP_GRO is on
    record Opened(int fd, int port, boolean v6, boolean sendsSegments, boolean receivesCoalesced) {}

    private final Opened opened;
    private final UdpSender.Call call;
    private final UdpCounters counters = new UdpCounters();
    private final AtomicBoolean segmentsRefused = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    LinuxUdp(Opened opened, UdpSender.Call call) {
        this.opened = opened;
        this.call = call;
    }

    @Override
    public int fd() {
        return opened.fd();
    }

    @Override
    public boolean failsForGood() {
        return false;
    }

    @Override
    public int port() {
        return opened.port();
    }

    boolean v6() {
        return opened.v6();
    }

    UdpSender.Call call() {
        return call;
    }

    UdpCounters counters() {
        return counters;
    }

    @Override
    public boolean sendsSegments() {
        return opened.sendsSegments() && !segmentsRefused.getPlain();
    }

    /// Sends single datagrams from now on.
    void segmentsRefused(int errno) {
        if (!segmentsRefused.getAndSet(true)) {
            LOG.log(
                    Level.INFO,
                    "the network card takes no UDP segmentation (" + Errno.name(errno) + "): port " + opened.port()
                            + " sends single datagrams from now on");
        }
    }

    @Override
    public boolean receivesCoalesced() {
        return opened.receivesCoalesced();
    }

    @Override
    public int receive(ReceiveBatch batch) {
        UdpReceiver receiver = UdpReceiver.of(batch);
        int count = receiver.receive(opened.fd(), batch, counters);
        if (isOld(count)) {
            count = receiver.receive(opened.fd(), batch, counters);
        }
        return count == -Errno.EAGAIN || count == -Errno.EINTR ? 0 : count;
    }

    /// Whether the result tells what became of an earlier datagram; the call after it works.
    private static boolean isOld(int result) {
        return result == -Errno.ECONNREFUSED
                || result == -Errno.EHOSTUNREACH
                || result == -Errno.EHOSTDOWN
                || result == -Errno.ENETUNREACH
                || result == -Errno.EMSGSIZE;
    }

    @Override
    public int send(SendBatch batch) {
        int refused = UdpSender.of(batch).send(this, batch);
        batch.clear();
        return refused;
    }

    @Override
    public void fwmark(int mark) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = Libc.capture(arena);
            int result = Libc.setsockopt(capture, opened.fd(), UdpSetup.SOL_SOCKET, UdpSetup.SO_MARK, mark);
            if (result < 0) {
                throw new TunException(UdpSetup.markRefused(-result));
            }
        }
    }

    /// Asks for a socket option of type int; for tests.
    int option(int level, int option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            int result = Libc.getsockopt(Libc.capture(arena), opened.fd(), level, option, value);
            return result < 0 ? result : value.get(JAVA_INT, 0);
        }
    }

    @Override
    public UdpErrors errors() {
        return counters.snapshot();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try (Arena arena = Arena.ofConfined()) {
                Libc.close(Libc.capture(arena), opened.fd());
            }
        }
    }
}
