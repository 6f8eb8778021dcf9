package dev.sekisho.tun.linux;

import dev.sekisho.tun.UdpErrors;
import java.util.concurrent.atomic.AtomicLong;

/// Counts what one socket lost. Any thread.
final class UdpCounters {
    private final AtomicLong noBuffer = new AtomicLong();
    private final AtomicLong unreachable = new AtomicLong();
    private final AtomicLong tooLarge = new AtomicLong();
    private final AtomicLong other = new AtomicLong();
    private final AtomicLong truncated = new AtomicLong();
    private final AtomicLong sourceRetries = new AtomicLong();
    private final AtomicLong segmentRetries = new AtomicLong();

    /// Counts a train that was refused with a positive error number.
    void refused(int errno) {
        switch (errno) {
            case Errno.EAGAIN, Errno.ENOBUFS, Errno.ENOMEM -> noBuffer.incrementAndGet();
            case Errno.EMSGSIZE -> tooLarge.incrementAndGet();
            case Errno.ENETUNREACH,
                    Errno.EHOSTUNREACH,
                    Errno.EHOSTDOWN,
                    Errno.ENETDOWN,
                    Errno.ECONNREFUSED,
                    Errno.EACCES,
                    Errno.EPERM,
                    Errno.EAFNOSUPPORT,
                    Errno.EADDRNOTAVAIL -> unreachable.incrementAndGet();
            default -> other.incrementAndGet();
        }
    }

    void truncated() {
        truncated.incrementAndGet();
    }

    void sourceRetry() {
        sourceRetries.incrementAndGet();
    }

    void segmentRetry() {
        segmentRetries.incrementAndGet();
    }

    UdpErrors snapshot() {
        return new UdpErrors(
                noBuffer.get(),
                unreachable.get(),
                tooLarge.get(),
                other.get(),
                truncated.get(),
                sourceRetries.get(),
                segmentRetries.get());
    }
}
