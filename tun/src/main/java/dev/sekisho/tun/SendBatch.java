package dev.sekisho.tun;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Trains waiting for one [UdpSocket#send] call. Owner: one thread. Made once, used for ever.
///
/// A train is one piece of native memory that becomes datagrams of [#segmentBytes] bytes each to one
/// destination; the last may be shorter. The bytes must stay unchanged until `send` has returned. Addresses
/// are 16 bytes, big-endian, in two longs; IPv4 is `::ffff:a.b.c.d`.
public final class SendBatch {
    /// Most datagrams in one train. Source: `UDP_MAX_SEGMENTS` of Linux 4.18 (later kernels take 128).
    public static final int MAX_SEGMENTS = 64;

    /// Most bytes in one train: an IPv4 packet less its header and the UDP header.
    public static final int MAX_TRAIN_BYTES = 65_507;

    private final int capacity;
    private final long[] addressHigh;
    private final long[] addressLow;
    private final int[] port;
    private final int[] scopeId;
    private final long[] sourceHigh;
    private final long[] sourceLow;
    private final int[] sourceInterface;
    private final MemorySegment[] memory;
    private final long[] offset;
    private final int[] totalBytes;
    private final int[] segmentBytes;
    private int count;
    private @Nullable Object adapterState;

    /// Allocates everything it will ever need.
    ///
    /// @param capacity most trains per call
    public SendBatch(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a batch needs room for at least one train");
        }
        this.capacity = capacity;
        this.addressHigh = new long[capacity];
        this.addressLow = new long[capacity];
        this.port = new int[capacity];
        this.scopeId = new int[capacity];
        this.sourceHigh = new long[capacity];
        this.sourceLow = new long[capacity];
        this.sourceInterface = new int[capacity];
        this.memory = new MemorySegment[capacity];
        this.offset = new long[capacity];
        this.totalBytes = new int[capacity];
        this.segmentBytes = new int[capacity];
    }

    public int capacity() {
        return capacity;
    }

    public int count() {
        return count;
    }

    public boolean isFull() {
        return count == capacity;
    }

    /// Adds a train.
    ///
    /// @param addressHigh first eight bytes of the destination
    /// @param addressLow last eight bytes of the destination
    /// @param port destination port, 1..65535
    /// @param scopeId interface of a link-local destination, else 0
    /// @param sourceHigh first eight bytes of the wanted source address
    /// @param sourceLow last eight bytes of the wanted source address; both 0 = the kernel chooses
    /// @param sourceInterface interface to leave by for a link-local source; 0 = the routing chooses
    /// @param memory native memory
    /// @param offset where the train starts in it
    /// @param totalBytes 1..[#MAX_TRAIN_BYTES]
    /// @param segmentBytes bytes of each datagram but the last
    /// @throws IllegalStateException when the batch is full
    /// @throws IllegalArgumentException when the train has more than [#MAX_SEGMENTS] datagrams or is not
    /// native memory
    public void add(
            long addressHigh,
            long addressLow,
            int port,
            int scopeId,
            long sourceHigh,
            long sourceLow,
            int sourceInterface,
            MemorySegment memory,
            long offset,
            int totalBytes,
            int segmentBytes) {
        if (count == capacity) {
            throw new IllegalStateException("the batch is full");
        }
        checkTrain(memory, offset, totalBytes, segmentBytes);
        int i = count++;
        this.addressHigh[i] = addressHigh;
        this.addressLow[i] = addressLow;
        this.port[i] = port;
        this.scopeId[i] = scopeId;
        this.sourceHigh[i] = sourceHigh;
        this.sourceLow[i] = sourceLow;
        this.sourceInterface[i] = sourceInterface;
        this.memory[i] = memory;
        this.offset[i] = offset;
        this.totalBytes[i] = totalBytes;
        this.segmentBytes[i] = Math.min(segmentBytes, totalBytes);
    }

    private static void checkTrain(MemorySegment memory, long offset, int totalBytes, int segmentBytes) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("a train must lie in native memory");
        }
        Objects.checkFromIndexSize(offset, totalBytes, memory.byteSize());
        if (totalBytes < 1 || totalBytes > MAX_TRAIN_BYTES) {
            throw new IllegalArgumentException("a train of " + totalBytes + " bytes");
        }
        if (segmentBytes < 1 || totalBytes > (long) segmentBytes * MAX_SEGMENTS) {
            throw new IllegalArgumentException(totalBytes + " bytes in datagrams of " + segmentBytes);
        }
    }

    /// Forgets all trains.
    public void clear() {
        count = 0;
    }

    public long addressHigh(int train) {
        return addressHigh[train];
    }

    public long addressLow(int train) {
        return addressLow[train];
    }

    public int port(int train) {
        return port[train];
    }

    public int scopeId(int train) {
        return scopeId[train];
    }

    public long sourceHigh(int train) {
        return sourceHigh[train];
    }

    public long sourceLow(int train) {
        return sourceLow[train];
    }

    public int sourceInterface(int train) {
        return sourceInterface[train];
    }

    public MemorySegment memory(int train) {
        return memory[train];
    }

    public long offset(int train) {
        return offset[train];
    }

    public int totalBytes(int train) {
        return totalBytes[train];
    }

    /// Bytes of each datagram but the last; equals [#totalBytes] when the train is a single datagram.
    public int segmentBytes(int train) {
        return segmentBytes[train];
    }

    /// For adapters: what an adapter prepared for this batch, null at first.
    public @Nullable Object adapterState() {
        return adapterState;
    }

    /// For adapters: keeps something with this batch.
    public void adapterState(Object state) {
        this.adapterState = state;
    }
}
