package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sekisho.tun.TunException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicBoolean;

/// A flag another thread can raise and [Epoll] can wait for. Any thread raises it, one thread lowers it.
///
/// Source: eventfd(2).
final class EventFd {
    private static final int NONBLOCK_CLOEXEC = 0x80800;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment one = arena.allocateFrom(JAVA_LONG, 1L);
    private final MemorySegment read = arena.allocate(JAVA_LONG);
    private final MemorySegment raiseCapture = Libc.capture(arena);
    private final MemorySegment lowerCapture = Libc.capture(arena);
    private final AtomicBoolean raised = new AtomicBoolean();
    private final int fd;
    private boolean closed;

    EventFd() {
        fd = Libc.eventfd(lowerCapture, NONBLOCK_CLOEXEC);
        if (fd < 0) {
            throw new TunException("no eventfd to be had: " + Errno.name(-fd));
        }
    }

    int fd() {
        return fd;
    }

    /// Raises the flag. Only the first call since [#lower] is a system call. Does nothing after [#close].
    void raise() {
        if (!raised.getAndSet(true)) {
            write();
        }
    }

    private synchronized void write() {
        try {
            if (!closed) {
                Libc.write(raiseCapture, fd, one.address(), Long.BYTES);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Lowers the flag. What was done before a [#raise] that this call takes back is visible afterwards.
    void lower() {
        try {
            Libc.read(lowerCapture, fd, read.address(), Long.BYTES);
        } finally {
            Reference.reachabilityFence(this);
        }
        raised.getAndSet(false);
    }

    /// Waits for a [#raise] in progress, so that it cannot write into a later file with the same number.
    synchronized void close() {
        if (!closed) {
            closed = true;
            Libc.close(lowerCapture, fd);
        }
    }
}
