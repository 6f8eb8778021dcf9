package dev.sekisho.tun.memory;

import dev.sekisho.tun.TunQueue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// One queue of a [MemoryTun]. Thread-safe.
final class MemoryTunQueue implements TunQueue, MemoryPollable {
    private static final int EIO = 5;
    private static final int EBADFD = 77;

    private final MemoryTun device;
    private final Deque<byte[]> frames = new ArrayDeque<>();

    MemoryTunQueue(MemoryTun device) {
        this.device = device;
    }

    /// Call with the lock held.
    boolean offer(byte[] frame) {
        if (frames.size() >= MemoryNetwork.QUEUE_LIMIT) {
            return false;
        }
        frames.add(frame);
        device.network().changed().signalAll();
        return true;
    }

    @Override
    public boolean isReadable() {
        return !frames.isEmpty() && !device.isGone();
    }

    @Override
    public int read(MemorySegment buffer, long offset, int capacityBytes) {
        check(buffer, offset, capacityBytes);
        ReentrantLock lock = device.network().lock();
        lock.lock();
        try {
            if (device.isGone()) {
                return -EBADFD;
            }
            byte[] frame = frames.poll();
            if (frame == null) {
                return 0;
            }
            int length = Math.min(frame.length, capacityBytes);
            MemorySegment.copy(frame, 0, buffer, ValueLayout.JAVA_BYTE, offset, length);
            return length;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int write(MemorySegment buffer, long offset, int lengthBytes) {
        check(buffer, offset, lengthBytes);
        ReentrantLock lock = device.network().lock();
        lock.lock();
        try {
            if (device.isGone()) {
                return -EBADFD;
            }
            if (!device.isUp()) {
                return -EIO;
            }
            byte[] frame = new byte[lengthBytes];
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, offset, frame, 0, lengthBytes);
            return device.written(frame) ? lengthBytes : 0;
        } finally {
            lock.unlock();
        }
    }

    private static void check(MemorySegment buffer, long offset, int bytes) {
        Objects.checkFromIndexSize(offset, bytes, buffer.byteSize());
        if (!buffer.isNative() || bytes < HEADER_BYTES) {
            throw new IllegalArgumentException("a frame lies in native memory and has a header");
        }
    }
}
