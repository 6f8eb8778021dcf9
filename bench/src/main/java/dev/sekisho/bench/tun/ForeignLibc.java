package dev.sekisho.bench.tun;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The C library by foreign function calls, the way the `tun` module calls it: plain downcalls that capture
/// `errno`. Thread-confined.
final class ForeignLibc {
    private static final int CLONE_NEWNET = 0x40000000;

    private static final MethodHandle WRITE = handle("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SENDTO =
            handle("sendto", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle UNSHARE = handle("unshare", JAVA_INT, JAVA_INT);

    private final MemorySegment capture = Arena.global().allocate(Linker.Option.captureStateLayout());

    private static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    long write(int fd, MemorySegment bytes, long length) {
        try {
            return (long) WRITE.invokeExact(capture, fd, bytes.address(), length);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    long sendTo(int fd, MemorySegment bytes, long length, MemorySegment address) {
        try {
            return (long) SENDTO.invokeExact(
                    capture, fd, bytes.address(), length, 0, address.address(), (int) address.byteSize());
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Moves the calling thread into a network namespace of its own, which goes away with it.
    void enterNamespace() {
        try {
            if ((int) UNSHARE.invokeExact(capture, CLONE_NEWNET) != 0) {
                throw new IllegalStateException("the TUN benchmarks need root");
            }
        } catch (IllegalStateException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
