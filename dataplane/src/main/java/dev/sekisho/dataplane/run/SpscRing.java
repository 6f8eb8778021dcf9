package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A bounded ring of packets from one worker to another. One thread offers, one polls; neither waits nor allocates.
///
/// An entry is a copy of a received message (with its sender) or of a TUN frame (without one).
final class SpscRing {
    /// Entries; a power of two.
    static final int SLOTS = 8;

    private static final int SLACK_BYTES = 64;
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(SpscRing.class, "head", long.class);
            TAIL = MethodHandles.lookup().findVarHandle(SpscRing.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int slotBytes;
    private final MemorySegment memory;
    private final @Nullable Endpoint[] senders = new @Nullable Endpoint[SLOTS];
    private final int[] lengths = new int[SLOTS];
    private final int[] segments = new int[SLOTS];

    @SuppressWarnings("UnusedVariable") // by HEAD
    private volatile long head;

    @SuppressWarnings("UnusedVariable") // by TAIL
    private volatile long tail;

    /// @param slotBytes longest entry
    SpscRing(int slotBytes) {
        this.slotBytes = slotBytes;
        this.memory = Arena.ofAuto().allocate((long) SLOTS * (slotBytes + SLACK_BYTES), 64);
    }

    /// Copies an entry into the ring. The producer's thread.
    ///
    /// @param sender who sent the message; null = a TUN frame
    /// @return false when the ring is full
    boolean offer(@Nullable Endpoint sender, MemorySegment source, long offset, int lengthBytes, int segmentBytes) {
        long next = (long) TAIL.get(this);
        if (next - (long) HEAD.getAcquire(this) == SLOTS || lengthBytes > slotBytes) {
            return false;
        }
        int slot = (int) (next & (SLOTS - 1));
        MemorySegment.copy(source, offset, memory, offset(slot), lengthBytes);
        senders[slot] = sender;
        lengths[slot] = lengthBytes;
        segments[slot] = segmentBytes;
        TAIL.setRelease(this, next + 1);
        return true;
    }

    /// The oldest entry's slot, or -1. The consumer's thread; the slot stays valid until [#release].
    int peek() {
        long next = (long) HEAD.get(this);
        return next == (long) TAIL.getAcquire(this) ? -1 : (int) (next & (SLOTS - 1));
    }

    /// Gives the oldest entry's slot back. The consumer's thread.
    void release() {
        HEAD.setRelease(this, (long) HEAD.get(this) + 1);
    }

    MemorySegment memory() {
        return memory;
    }

    long offset(int slot) {
        return (long) slot * (slotBytes + SLACK_BYTES);
    }

    @Nullable
    Endpoint sender(int slot) {
        return senders[slot];
    }

    int length(int slot) {
        return lengths[slot];
    }

    int segmentBytes(int slot) {
        return segments[slot];
    }
}
