package dev.sekisho.tun.linux;

import dev.sekisho.tun.SendBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/// The native side of one [SendBatch], kept with it: message headers, and what to do when the kernel refuses
/// a train. Owner: the thread that owns the batch; the socket's own state is only read, counted up, or
/// switched off for good.
///
/// A refused train is tried again at most: once because an error of an earlier datagram was in the way, once
/// without its source address, once as single datagrams. Nothing here waits.
final class UdpSender {
    private static final int MSG_DONTWAIT = 0x40;

    private final MemorySegment capture = Libc.capture(Arena.ofAuto());
    private final MessageArray trains;
    private @Nullable MessageArray singles;

    /// `sendmmsg` as this class calls it; a test may refuse what no kernel at hand refuses.
    @FunctionalInterface
    interface Call {
        Call KERNEL = (capture, fd, headers, count) -> Libc.sendmmsg(capture, fd, headers, count, MSG_DONTWAIT);

        /// Sends messages from `headers` on.
        ///
        /// @return number of messages sent, below zero the negative error number of the first
        int send(MemorySegment capture, int fd, long headers, int count);
    }

    private UdpSender(int capacity) {
        trains = new MessageArray(capacity);
    }

    static UdpSender of(SendBatch batch) {
        if (batch.adapterState() instanceof UdpSender known) {
            return known;
        }
        UdpSender made = new UdpSender(batch.capacity());
        batch.adapterState(made);
        return made;
    }

    /// Sends all trains of the batch, which stays as it is.
    ///
    /// @return number of trains refused
    int send(LinuxUdp socket, SendBatch batch) {
        try {
            return sendAll(socket, batch);
        } finally {
            Reference.reachabilityFence(batch);
        }
    }

    private int sendAll(LinuxUdp socket, SendBatch batch) {
        boolean whole = socket.sendsSegments();
        int refused = 0;
        int start = 0;
        int count = batch.count();
        for (int i = 0; i < count; i++) {
            boolean addressable = socket.v6() || SocketAddress.isV4(batch.addressHigh(i), batch.addressLow(i));
            if (addressable && (whole || !isTrain(batch, i))) {
                trains.train(i, batch, i, socket.v6(), hasSource(batch, i), isTrain(batch, i) ? segment(batch, i) : 0);
                trains.bytes(i, address(batch, i), batch.totalBytes(i));
                continue;
            }
            refused += sendRun(socket, batch, start, i);
            start = i + 1;
            refused += addressable ? sendSingly(socket, batch, i) : lost(socket, Errno.EAFNOSUPPORT);
        }
        return refused + sendRun(socket, batch, start, count);
    }

    private int sendRun(LinuxUdp socket, SendBatch batch, int from, int to) {
        int refused = 0;
        int at = from;
        while (at < to) {
            int sent = socket.call().send(capture, socket.fd(), trains.address(at), to - at);
            if (sent > 0) {
                at += sent;
            } else {
                refused += recover(socket, batch, at, -sent);
                at++;
            }
        }
        return refused;
    }

    /// @return 1 when train `i` is lost, else 0
    private int recover(LinuxUdp socket, SendBatch batch, int i, int firstErrno) {
        int errno = firstErrno;
        if (isOld(errno)) {
            errno = again(socket, trains, i);
        }
        boolean train = isTrain(batch, i);
        if (mayBeSource(errno) && hasSource(batch, i)) {
            socket.counters().sourceRetry();
            trains.train(i, batch, i, socket.v6(), false, train ? segment(batch, i) : 0);
            errno = again(socket, trains, i);
        }
        if (train && mayBeSegments(errno)) {
            socket.counters().segmentRetry();
            if (errno == Errno.EIO || errno == Errno.EOPNOTSUPP || errno == Errno.ENOPROTOOPT) {
                socket.segmentsRefused(errno);
            }
            return sendSingly(socket, batch, i);
        }
        return lost(socket, errno);
    }

    /// @return 1 when a datagram of train `train` is lost, else 0
    private int sendSingly(LinuxUdp socket, SendBatch batch, int train) {
        int total = batch.totalBytes(train);
        int segment = segment(batch, train);
        int count = (total + segment - 1) / segment;
        MessageArray messages = singles();
        fillSingles(socket, batch, train, count, hasSource(batch, train));
        boolean source = hasSource(batch, train);
        int at = 0;
        while (at < count) {
            int sent = socket.call().send(capture, socket.fd(), messages.address(at), count - at);
            if (sent > 0) {
                at += sent;
                continue;
            }
            int errno = isOld(-sent) ? again(socket, messages, at) : -sent;
            if (errno == 0) {
                at++;
            } else if (source && mayBeSource(errno)) {
                source = false;
                socket.counters().sourceRetry();
                fillSingles(socket, batch, train, count, false);
            } else {
                return lost(socket, errno);
            }
        }
        return 0;
    }

    private void fillSingles(LinuxUdp socket, SendBatch batch, int train, int count, boolean source) {
        int segment = segment(batch, train);
        MessageArray messages = singles();
        for (int k = 0; k < count; k++) {
            int offset = k * segment;
            messages.train(k, batch, train, socket.v6(), source, 0);
            messages.bytes(k, address(batch, train) + offset, Math.min(segment, batch.totalBytes(train) - offset));
        }
    }

    private MessageArray singles() {
        MessageArray made = singles;
        if (made == null) {
            made = new MessageArray(SendBatch.MAX_SEGMENTS);
            singles = made;
        }
        return made;
    }

    /// @return 0 when sent, else the positive error number
    private int again(LinuxUdp socket, MessageArray messages, int i) {
        int sent = socket.call().send(capture, socket.fd(), messages.address(i), 1);
        return sent > 0 ? 0 : -sent;
    }

    private static int lost(LinuxUdp socket, int errno) {
        if (errno == 0) {
            return 0;
        }
        socket.counters().refused(errno);
        return 1;
    }

    /// Whether the error may belong to an earlier datagram: the kernel reports what came back from the
    /// network at the next call.
    private static boolean isOld(int errno) {
        return errno == Errno.ECONNREFUSED
                || errno == Errno.EHOSTUNREACH
                || errno == Errno.EHOSTDOWN
                || errno == Errno.EINTR;
    }

    private static boolean mayBeSource(int errno) {
        return errno == Errno.EINVAL
                || errno == Errno.EADDRNOTAVAIL
                || errno == Errno.ENETUNREACH
                || errno == Errno.EHOSTUNREACH
                || errno == Errno.ENODEV;
    }

    private static boolean mayBeSegments(int errno) {
        return errno == Errno.EINVAL
                || errno == Errno.EIO
                || errno == Errno.EMSGSIZE
                || errno == Errno.EOPNOTSUPP
                || errno == Errno.ENOPROTOOPT;
    }

    private static boolean isTrain(SendBatch batch, int i) {
        return batch.totalBytes(i) > batch.segmentBytes(i);
    }

    private static int segment(SendBatch batch, int i) {
        return batch.segmentBytes(i);
    }

    private static boolean hasSource(SendBatch batch, int i) {
        return (batch.sourceHigh(i) | batch.sourceLow(i)) != 0;
    }

    private static long address(SendBatch batch, int i) {
        return batch.memory(i).address() + batch.offset(i);
    }
}
