package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.sekisho.tun.TunQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/// One descriptor of a TUN device. Owner: one thread.
final class LinuxTunQueue implements TunQueue, LinuxPollable {
    private final MemorySegment capture = Libc.capture(Arena.ofAuto());
    private final int fd;
    private final int ownHeaderBytes;

    /// @param vnetHeader whether the kernel reads and writes the header; else this class makes one up
    LinuxTunQueue(int fd, boolean vnetHeader) {
        this.fd = fd;
        this.ownHeaderBytes = vnetHeader ? 0 : HEADER_BYTES;
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public boolean failsForGood() {
        return LinuxTun.isDetached(fd);
    }

    @Override
    public int read(MemorySegment buffer, long offset, int capacityBytes) {
        check(buffer, offset, capacityBytes);
        long start = buffer.address() + offset + ownHeaderBytes;
        int got;
        try {
            got = result(Libc.read(capture, fd, start, capacityBytes - ownHeaderBytes));
        } finally {
            Reference.reachabilityFence(buffer);
        }
        if (ownHeaderBytes > 0 && got > 0) {
            buffer.set(JAVA_LONG_UNALIGNED, offset, 0L);
            buffer.set(JAVA_SHORT_UNALIGNED, offset + Long.BYTES, (short) 0);
            return got + HEADER_BYTES;
        }
        return got;
    }

    @Override
    public int write(MemorySegment buffer, long offset, int lengthBytes) {
        check(buffer, offset, lengthBytes);
        long start = buffer.address() + offset + ownHeaderBytes;
        try {
            int put = result(Libc.write(capture, fd, start, lengthBytes - ownHeaderBytes));
            return put > 0 ? put + ownHeaderBytes : put;
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    private static void check(MemorySegment buffer, long offset, int bytes) {
        Objects.checkFromIndexSize(offset, bytes, buffer.byteSize());
        if (!buffer.isNative() || bytes < HEADER_BYTES) {
            throw new IllegalArgumentException("a frame lies in native memory and has a header");
        }
        assert buffer.scope().isAlive();
    }

    private static int result(long returned) {
        return returned == -Errno.EAGAIN || returned == -Errno.EINTR ? 0 : (int) returned;
    }
}
