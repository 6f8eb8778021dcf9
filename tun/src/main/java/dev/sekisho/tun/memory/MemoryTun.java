package dev.sekisho.tun.memory;

import dev.sekisho.tun.TunDevice;
import dev.sekisho.tun.TunOffload;
import dev.sekisho.tun.TunQueue;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A TUN device whose host side is the test: it puts frames in and takes out what was written. Thread-safe.
public final class MemoryTun implements TunDevice {
    private final MemoryNetwork network;
    private final MemoryLinks links;
    private final String name;
    private final int index;
    private final TunOffload offload;
    private final List<MemoryTunQueue> queues;
    private final Deque<byte[]> written = new ArrayDeque<>();

    MemoryTun(MemoryNetwork network, MemoryLinks links, String name, int index, int queues, TunOffload offload) {
        this.network = network;
        this.links = links;
        this.name = name;
        this.index = index;
        this.offload = offload;
        this.queues = IntStream.range(0, queues)
                .mapToObj(i -> new MemoryTunQueue(this))
                .toList();
    }

    MemoryNetwork network() {
        return network;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int interfaceIndex() {
        return index;
    }

    @Override
    public int queueCount() {
        return queues.size();
    }

    @Override
    public TunQueue queue(int i) {
        return queues.get(i);
    }

    @Override
    public TunOffload offload() {
        return offload;
    }

    @Override
    public boolean isGone() {
        return !links.exists(index);
    }

    boolean isUp() {
        return !isGone() && links.isUp(index);
    }

    /// Sends a frame with its header from the host into the device.
    ///
    /// @return false when the link is down or gone, or the queue is full
    public boolean putFrame(int queue, byte[] frame) {
        ReentrantLock lock = network.lock();
        lock.lock();
        try {
            return isUp() && queues.get(queue).offer(frame.clone());
        } finally {
            lock.unlock();
        }
    }

    /// Sends an IP packet from the host into the device's first queue, with an empty header.
    ///
    /// @return false when the link is down or gone, or the queue is full
    public boolean putPacket(byte[] packet) {
        byte[] frame = new byte[TunQueue.HEADER_BYTES + packet.length];
        System.arraycopy(packet, 0, frame, TunQueue.HEADER_BYTES, packet.length);
        return putFrame(0, frame);
    }

    /// Takes the oldest frame written to the device, with its header; null when there is none.
    public byte @Nullable [] pollFrame() {
        ReentrantLock lock = network.lock();
        lock.lock();
        try {
            return written.poll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a frame written to the device and takes it, with its header.
    public byte[] takeFrame() throws InterruptedException {
        ReentrantLock lock = network.lock();
        lock.lockInterruptibly();
        try {
            while (written.isEmpty()) {
                network.changed().await();
            }
            return written.remove();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a frame written to the device and takes its IP packet.
    public byte[] takePacket() throws InterruptedException {
        byte[] frame = takeFrame();
        return Arrays.copyOfRange(frame, TunQueue.HEADER_BYTES, frame.length);
    }

    /// Call with the lock held.
    ///
    /// @return false when nobody takes what was written
    boolean written(byte[] frame) {
        if (written.size() >= MemoryNetwork.QUEUE_LIMIT) {
            return false;
        }
        written.add(frame);
        network.changed().signalAll();
        return true;
    }

    @Override
    public void close() {
        links.removeIfPresent(index);
    }
}
