package dev.sekisho.tun.memory;

import dev.sekisho.tun.ReceiveBatch;
import dev.sekisho.tun.SendBatch;
import dev.sekisho.tun.UdpErrors;
import dev.sekisho.tun.UdpOptions;
import dev.sekisho.tun.UdpSocket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// A socket on the switch. Thread-safe.
public final class MemoryUdp implements UdpSocket, MemoryPollable {
    /// The one interface of every node.
    private static final int INTERFACE_INDEX = 1;

    private static final int EBADF = 9;

    private final MemoryPlatform node;
    private final MemoryNetwork network;
    private final int port;
    private final boolean sharesPort;
    private final Deque<Message> queue = new ArrayDeque<>();
    private int fwmark;
    private boolean segments = true;
    private boolean coalesces = true;
    private boolean closed;
    private long unreachable;
    private long truncated;
    private long sourceRetries;

    MemoryUdp(MemoryPlatform node, MemoryNetwork network, int port, UdpOptions options) {
        this.node = node;
        this.network = network;
        this.port = port;
        this.sharesPort = options.reusePort();
        this.fwmark = options.fwmark();
    }

    MemoryPlatform node() {
        return node;
    }

    boolean sharesPort() {
        return sharesPort;
    }

    @Override
    public int port() {
        return port;
    }

    /// What the kernel underneath is to be capable of.
    public void capabilities(boolean sendsSegments, boolean receivesCoalesced) {
        network.lock().lock();
        try {
            segments = sendsSegments;
            coalesces = receivesCoalesced;
        } finally {
            network.lock().unlock();
        }
    }

    @Override
    public boolean sendsSegments() {
        network.lock().lock();
        try {
            return segments;
        } finally {
            network.lock().unlock();
        }
    }

    @Override
    public boolean receivesCoalesced() {
        network.lock().lock();
        try {
            return coalesces;
        } finally {
            network.lock().unlock();
        }
    }

    /// The mark set last.
    public int fwmark() {
        network.lock().lock();
        try {
            return fwmark;
        } finally {
            network.lock().unlock();
        }
    }

    @Override
    public void fwmark(int mark) {
        network.lock().lock();
        try {
            fwmark = mark;
        } finally {
            network.lock().unlock();
        }
    }

    @Override
    public boolean isReadable() {
        return !queue.isEmpty();
    }

    /// Takes a message from the switch, datagram by datagram where this socket receives none joined. Call
    /// with the lock held.
    ///
    /// @return false when there is no room
    boolean offer(Message message) {
        if (queue.size() >= MemoryNetwork.QUEUE_LIMIT) {
            return false;
        }
        if (coalesces) {
            queue.add(message);
        } else {
            for (int i = 0; i < message.datagrams(); i++) {
                queue.add(message.datagram(i));
            }
        }
        return true;
    }

    @Override
    public int receive(ReceiveBatch batch) {
        network.lock().lock();
        try {
            if (closed) {
                return -EBADF;
            }
            int count = 0;
            while (count < batch.slots() && !queue.isEmpty()) {
                fill(batch, count++, queue.remove());
            }
            return count;
        } finally {
            network.lock().unlock();
        }
    }

    private void fill(ReceiveBatch batch, int slot, Message message) {
        int length = message.lengthBytes();
        if (length > batch.slotBytes()) {
            truncated++;
            length = 0;
        }
        MemorySegment.copy(message.payload(), 0, batch.memory(), batch.offset(slot), length);
        batch.message(slot, length, Math.min(length, message.segmentBytes()));
        batch.remote(slot, message.from().high(), message.from().low(), message.fromPort(), 0);
        batch.local(slot, message.to().high(), message.to().low(), INTERFACE_INDEX);
    }

    @Override
    public int send(SendBatch batch) {
        network.lock().lock();
        try {
            int refused = 0;
            for (int i = 0; i < batch.count(); i++) {
                refused += send(batch, i) ? 0 : 1;
            }
            batch.clear();
            return refused;
        } finally {
            network.lock().unlock();
        }
    }

    private boolean send(SendBatch batch, int i) {
        Address to = new Address(batch.addressHigh(i), batch.addressLow(i));
        Address wanted = new Address(batch.sourceHigh(i), batch.sourceLow(i));
        Optional<Address> source = node.source(wanted, to);
        if (closed || source.isEmpty()) {
            unreachable++;
            return false;
        }
        if ((wanted.high() | wanted.low()) != 0 && !source.get().equals(wanted)) {
            sourceRetries++;
        }
        byte[] bytes =
                batch.memory(i).asSlice(batch.offset(i), batch.totalBytes(i)).toArray(ValueLayout.JAVA_BYTE);
        MemorySegment payload = MemorySegment.ofArray(bytes);
        Message message = new Message(source.get(), port, to, batch.port(i), payload, batch.segmentBytes(i));
        if (segments) {
            network.carry(message);
        } else {
            for (int k = 0; k < message.datagrams(); k++) {
                network.carry(message.datagram(k));
            }
        }
        return true;
    }

    @Override
    public UdpErrors errors() {
        network.lock().lock();
        try {
            return new UdpErrors(0, unreachable, 0, 0, truncated, sourceRetries, 0);
        } finally {
            network.lock().unlock();
        }
    }

    @Override
    public void close() {
        network.lock().lock();
        try {
            closed = true;
            queue.clear();
            network.detach(this);
        } finally {
            network.lock().unlock();
        }
    }
}
