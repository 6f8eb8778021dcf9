package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sekisho.tun.Pollable;
import dev.sekisho.tun.Poller;
import dev.sekisho.tun.TunException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// Waits with epoll, level-triggered, and an eventfd to be woken by. Owner: one thread waits; any thread may
/// wake, add and remove.
///
/// Source: epoll(7), epoll_pwait2(2).
final class Epoll implements Poller {
    private static final System.Logger LOG = System.getLogger("dev.sekisho.tun");

    private static final int CLOEXEC = 0x80000;
    private static final int CTL_ADD = 1;
    private static final int CTL_DEL = 2;
    private static final int IN = 0x1;
    private static final int ERR = 0x8;
    private static final int HUP = 0x10;
    private static final int MAX_EVENTS = 16;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /// `struct epoll_event` is packed on x86-64 only.
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int DATA_OFFSET = PACKED ? 4 : 8;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment capture = Libc.capture(arena);
    private final MemorySegment events = arena.allocate((long) MAX_EVENTS * EVENT_BYTES, 16);
    private final MemorySegment timespec = arena.allocate(16, 8);
    private final Map<Integer, LinuxPollable> members = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final EventFd alarm = new EventFd();
    private final int fd;
    private boolean nanosecondTimeouts;

    Epoll() {
        this(true);
    }

    /// @param nanosecondTimeouts whether to try epoll_pwait2, which kernels before 5.11 lack
    Epoll(boolean nanosecondTimeouts) {
        this.nanosecondTimeouts = nanosecondTimeouts;
        fd = Libc.epollCreate(capture, CLOEXEC);
        if (fd < 0) {
            alarm.close();
            throw new TunException("no epoll to be had: " + Errno.name(-fd));
        }
        control(CTL_ADD, alarm.fd());
    }

    @Override
    public void add(Pollable pollable) {
        if (!(pollable instanceof LinuxPollable member)) {
            throw new IllegalArgumentException("made by another platform");
        }
        int result = control(CTL_ADD, member.fd());
        if (result < 0) {
            throw new TunException("cannot wait for descriptor " + member.fd() + ": " + Errno.name(-result));
        }
        members.put(member.fd(), member);
    }

    @Override
    public void remove(Pollable pollable) {
        if (pollable instanceof LinuxPollable member && members.remove(member.fd(), member)) {
            control(CTL_DEL, member.fd());
        }
    }

    private int control(int operation, int member) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment event = scratch.allocate(EVENT_BYTES, 8);
            event.set(JAVA_INT_UNALIGNED, 0, IN);
            event.set(JAVA_INT_UNALIGNED, DATA_OFFSET, member);
            return Libc.epollCtl(Libc.capture(scratch), fd, operation, member, event.address());
        }
    }

    @Override
    public void await(long timeoutNanos) {
        try {
            look(nanosecondTimeouts ? waitNanos(timeoutNanos) : waitMillis(timeoutNanos));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void look(int ready) {
        if (ready < 0 && ready != -Errno.EINTR) {
            throw new TunException("cannot wait: " + Errno.name(-ready));
        }
        for (int i = 0; i < ready; i++) {
            int happened = events.get(JAVA_INT_UNALIGNED, (long) i * EVENT_BYTES);
            int member = events.get(JAVA_INT_UNALIGNED, (long) i * EVENT_BYTES + DATA_OFFSET);
            if (member == alarm.fd()) {
                alarm.lower();
            } else if ((happened & (ERR | HUP)) != 0) {
                leaveOutIfFailed(member);
            }
        }
    }

    private int waitNanos(long timeoutNanos) {
        long time = 0;
        if (timeoutNanos >= 0) {
            time = timespec.address();
            timespec.set(JAVA_LONG, 0, timeoutNanos / NANOS_PER_SECOND);
            timespec.set(JAVA_LONG, 8, timeoutNanos % NANOS_PER_SECOND);
        }
        int ready = Libc.epollPwait2(capture, fd, events.address(), MAX_EVENTS, time);
        if (ready == -Errno.ENOSYS || ready == -Errno.EPERM) {
            LOG.log(System.Logger.Level.INFO, "no epoll_pwait2 in this kernel: timers are exact to a millisecond");
            nanosecondTimeouts = false;
            return waitMillis(timeoutNanos);
        }
        return ready;
    }

    private int waitMillis(long timeoutNanos) {
        int millis = -1;
        if (timeoutNanos >= 0) {
            long rounded = timeoutNanos / NANOS_PER_MILLI + (timeoutNanos % NANOS_PER_MILLI == 0 ? 0 : 1);
            millis = (int) Math.min(rounded, Integer.MAX_VALUE);
        }
        return Libc.epollWait(capture, fd, events.address(), MAX_EVENTS, millis);
    }

    /// Level-triggered waiting would spin on a descriptor whose error never ends.
    private void leaveOutIfFailed(int member) {
        LinuxPollable pollable = members.get(member);
        if (pollable != null && pollable.failsForGood()) {
            remove(pollable);
        }
    }

    boolean watches(LinuxPollable member) {
        return member.equals(members.get(member.fd()));
    }

    @Override
    public void wake() {
        alarm.raise();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Libc.close(capture, fd);
            alarm.close();
        }
    }
}
