package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/// The C library's functions that we use, and the project's only restricted calls. Stateless.
///
/// Every function takes a segment from [#capture] that receives `errno`; it belongs to one thread during the
/// call. Pointers are plain addresses: the caller keeps the memory reachable. Every result below zero is the
/// negative error number. Calls are plain downcalls, so blocking ones hold up no garbage collection but pin a
/// virtual thread.
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();

    private static final MethodHandle OPEN = handle("open", 2, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLOSE = handle("close", 0, JAVA_INT, JAVA_INT);
    private static final MethodHandle READ = handle("read", 0, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle WRITE = handle("write", 0, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle IOCTL = handle("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SOCKET = handle("socket", 0, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = handle("bind", 0, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = handle("getsockname", 0, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETSOCKOPT =
            handle("setsockopt", 0, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            handle("getsockopt", 0, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SEND = handle("send", 0, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECV = handle("recv", 0, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SENDMMSG =
            handle("sendmmsg", 0, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle RECVMMSG =
            handle("recvmmsg", 0, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EVENTFD = handle("eventfd", 0, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CREATE = handle("epoll_create1", 0, JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL =
            handle("epoll_ctl", 0, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT =
            handle("epoll_wait", 0, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle MMAP =
            handle("mmap", 0, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = handle("munmap", 0, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SYSCALL = handle(
            "syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    // sys/mman.h; the same on x86-64 and AArch64.
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_ANONYMOUS = 0x20;

    private Libc() {}

    /// @param firstVariadic index of the first variadic argument, 0 = the function has none
    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name, int firstVariadic, MemoryLayout result, MemoryLayout... arguments) {
        MemorySegment address = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new IllegalStateException("the C library has no function " + name));
        Linker.Option[] options = {Linker.Option.captureCallState("errno")};
        if (firstVariadic > 0) {
            options = Arrays.copyOf(options, 2);
            options[1] = Linker.Option.firstVariadicArg(firstVariadic);
        }
        return LINKER.downcallHandle(address, FunctionDescriptor.of(result, arguments), options);
    }

    /// A segment that receives `errno`.
    static MemorySegment capture(Arena arena) {
        return arena.allocate(CAPTURE);
    }

    static int open(MemorySegment capture, long path, int flags) {
        try {
            return result(capture, (int) OPEN.invokeExact(capture, path, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int close(MemorySegment capture, int fd) {
        try {
            return result(capture, (int) CLOSE.invokeExact(capture, fd));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long read(MemorySegment capture, int fd, long address, long bytes) {
        try {
            return result(capture, (long) READ.invokeExact(capture, fd, address, bytes));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long write(MemorySegment capture, int fd, long address, long bytes) {
        try {
            return result(capture, (long) WRITE.invokeExact(capture, fd, address, bytes));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int ioctl(MemorySegment capture, int fd, long request, long argument) {
        try {
            return result(capture, (int) IOCTL.invokeExact(capture, fd, request, argument));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int socket(MemorySegment capture, int family, int type, int protocol) {
        try {
            return result(capture, (int) SOCKET.invokeExact(capture, family, type, protocol));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int bind(MemorySegment capture, int fd, long address, int bytes) {
        try {
            return result(capture, (int) BIND.invokeExact(capture, fd, address, bytes));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int getsockname(MemorySegment capture, int fd, long address, long lengthAddress) {
        try {
            return result(capture, (int) GETSOCKNAME.invokeExact(capture, fd, address, lengthAddress));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int setsockopt(MemorySegment capture, int fd, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocateFrom(JAVA_INT, value).address();
            return result(capture, (int) SETSOCKOPT.invokeExact(capture, fd, level, option, address, Integer.BYTES));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// @param value receives the option
    static int getsockopt(MemorySegment capture, int fd, int level, int option, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            long length = arena.allocateFrom(JAVA_INT, (int) value.byteSize()).address();
            return result(capture, (int) GETSOCKOPT.invokeExact(capture, fd, level, option, value.address(), length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long send(MemorySegment capture, int fd, long address, long bytes) {
        try {
            return result(capture, (long) SEND.invokeExact(capture, fd, address, bytes, 0));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long recv(MemorySegment capture, int fd, long address, long bytes, int flags) {
        try {
            return result(capture, (long) RECV.invokeExact(capture, fd, address, bytes, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int sendmmsg(MemorySegment capture, int fd, long headers, int count, int flags) {
        try {
            return result(capture, (int) SENDMMSG.invokeExact(capture, fd, headers, count, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int recvmmsg(MemorySegment capture, int fd, long headers, int count, int flags) {
        try {
            return result(capture, (int) RECVMMSG.invokeExact(capture, fd, headers, count, flags, 0L));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int eventfd(MemorySegment capture, int flags) {
        try {
            return result(capture, (int) EVENTFD.invokeExact(capture, 0, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int epollCreate(MemorySegment capture, int flags) {
        try {
            return result(capture, (int) EPOLL_CREATE.invokeExact(capture, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int epollCtl(MemorySegment capture, int epoll, int operation, int fd, long event) {
        try {
            return result(capture, (int) EPOLL_CTL.invokeExact(capture, epoll, operation, fd, event));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int epollWait(MemorySegment capture, int epoll, long events, int count, int timeoutMillis) {
        try {
            return result(capture, (int) EPOLL_WAIT.invokeExact(capture, epoll, events, count, timeoutMillis));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// @param timespec address of a `struct timespec`, 0 = wait for ever
    static int epollPwait2(MemorySegment capture, int epoll, long events, int count, long timespec) {
        try {
            return (int) result(capture, (long)
                    SYSCALL.invokeExact(capture, EPOLL_PWAIT2, (long) epoll, events, (long) count, timespec, 0L, 0L));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Number of the system call, the same on all architectures. Source: `asm-generic/unistd.h`, Linux 5.11.
    private static final long EPOLL_PWAIT2 = 441;

    /// Maps new pages of this process's own, all zero; they take room when they are written to.
    ///
    /// @return their address, or the negative error number
    static long mapPages(MemorySegment capture, long bytes) {
        try {
            return result(capture, (long)
                    MMAP.invokeExact(capture, 0L, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// The pages at an address from [#mapPages] as a segment that unmaps them when its arena ends.
    @SuppressWarnings("restricted")
    static MemorySegment pages(long address, long bytes, Arena arena) {
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, pages -> unmap(pages.address(), bytes));
    }

    private static void unmap(long address, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            int done = (int) MUNMAP.invokeExact(capture(arena), address, bytes);
            assert done == 0 : "these pages were not ours";
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static int result(MemorySegment capture, int returned) {
        return returned >= 0 ? returned : -capture.get(JAVA_INT, 0);
    }

    private static long result(MemorySegment capture, long returned) {
        return returned >= 0 ? returned : -capture.get(JAVA_INT, 0);
    }

    private static AssertionError unexpected(Throwable t) {
        return new AssertionError("a native call threw", t);
    }
}
