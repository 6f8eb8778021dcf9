package dev.sekisho.tun;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Room for the messages of one [UdpSocket#receive] call. Owner: one thread. Made once, used for ever; its
/// memory lives as long as the batch or a segment of it is reachable.
///
/// A message is one datagram, or several of [#segmentBytes] bytes each (the last may be shorter) that the
/// kernel joined. Addresses are 16 bytes, big-endian, in two longs; IPv4 is `::ffff:a.b.c.d`. A message with
/// length 0 carries nothing.
public final class ReceiveBatch {
    private static final int ALIGNMENT_BYTES = 64;

    private final int slots;
    private final int slotBytes;
    private final long strideBytes;
    private final MemorySegment memory;
    private final int[] length;
    private final int[] segmentBytes;
    private final long[] addressHigh;
    private final long[] addressLow;
    private final int[] port;
    private final int[] scopeId;
    private final long[] localHigh;
    private final long[] localLow;
    private final int[] interfaceIndex;
    private @Nullable Object adapterState;

    /// Allocates everything it will ever need.
    ///
    /// @param slots most messages per call
    /// @param slotBytes longest message; 65,535 or more takes every joined message
    public ReceiveBatch(int slots, int slotBytes) {
        if (slots < 1 || slotBytes < 1) {
            throw new IllegalArgumentException("a batch needs at least one slot of one byte");
        }
        this.slots = slots;
        this.slotBytes = slotBytes;
        this.strideBytes = (slotBytes + ALIGNMENT_BYTES - 1L) & -ALIGNMENT_BYTES;
        this.memory = Arena.ofAuto().allocate(slots * strideBytes, ALIGNMENT_BYTES);
        this.length = new int[slots];
        this.segmentBytes = new int[slots];
        this.addressHigh = new long[slots];
        this.addressLow = new long[slots];
        this.port = new int[slots];
        this.scopeId = new int[slots];
        this.localHigh = new long[slots];
        this.localLow = new long[slots];
        this.interfaceIndex = new int[slots];
    }

    public int slots() {
        return slots;
    }

    public int slotBytes() {
        return slotBytes;
    }

    /// The native memory of all slots.
    public MemorySegment memory() {
        return memory;
    }

    /// Where message `slot` starts in [#memory].
    public long offset(int slot) {
        return slot * strideBytes;
    }

    /// Bytes of message `slot`.
    public int length(int slot) {
        return length[slot];
    }

    /// Bytes of each datagram in message `slot`; equals the length when it is a single one.
    public int segmentBytes(int slot) {
        return segmentBytes[slot];
    }

    /// First eight bytes of the sender's address.
    public long addressHigh(int slot) {
        return addressHigh[slot];
    }

    /// Last eight bytes of the sender's address.
    public long addressLow(int slot) {
        return addressLow[slot];
    }

    /// The sender's port, 0..65535.
    public int port(int slot) {
        return port[slot];
    }

    /// The interface a link-local sender address belongs to, 0 for other addresses.
    public int scopeId(int slot) {
        return scopeId[slot];
    }

    /// First eight bytes of the address the message was sent to.
    public long localHigh(int slot) {
        return localHigh[slot];
    }

    /// Last eight bytes of the address the message was sent to.
    public long localLow(int slot) {
        return localLow[slot];
    }

    /// The interface the message came in by; 0 = it and the local address are unknown.
    public int interfaceIndex(int slot) {
        return interfaceIndex[slot];
    }

    /// For adapters: states what arrived in `slot`.
    public void message(int slot, int lengthBytes, int segmentBytes) {
        Objects.checkIndex(lengthBytes, slotBytes + 1);
        this.length[slot] = lengthBytes;
        this.segmentBytes[slot] = segmentBytes;
    }

    /// For adapters: states who sent it.
    public void remote(int slot, long addressHigh, long addressLow, int port, int scopeId) {
        this.addressHigh[slot] = addressHigh;
        this.addressLow[slot] = addressLow;
        this.port[slot] = port;
        this.scopeId[slot] = scopeId;
    }

    /// For adapters: states which of our addresses it was sent to, interface 0 when unknown.
    public void local(int slot, long localHigh, long localLow, int interfaceIndex) {
        this.localHigh[slot] = localHigh;
        this.localLow[slot] = localLow;
        this.interfaceIndex[slot] = interfaceIndex;
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
