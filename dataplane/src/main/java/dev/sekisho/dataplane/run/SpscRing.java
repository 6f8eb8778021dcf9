package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A bounded ring of packets from one worker to another. One thread offers, one polls; neither waits nor allocates.
///
/// An entry is a copy of a received message (with its sender) or of a TUN frame (without one). Entries lie behind each
/// other
/// in one piece of memory and are never cut at its end; each has slack behind it that the engine may overwrite.
final class SpscRing {
    /// Most entries; a power of two.
    static final int ENTRIES = 256;

    private static final int BYTES = 1 << 20;
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

    private final MemorySegment memory;
    private final @Nullable Endpoint[] senders = new @Nullable Endpoint[ENTRIES];
    private final int[] offsets = new int[ENTRIES];
    private final int[] lengths = new int[ENTRIES];
    private final int[] segments = new int[ENTRIES];

    /// The producer's own: where the next entry goes.
    private int writeAt;

    @SuppressWarnings("UnusedVariable") // by HEAD
    private volatile long head;

    @SuppressWarnings("UnusedVariable") // by TAIL
    private volatile long tail;

    /// An empty ring.
    ///
    /// @param arena where its megabyte comes from
    SpscRing(Arena arena) {
        memory = arena.allocate(BYTES, 64);
    }

    /// Copies an entry into the ring. The producer's thread.
    ///
    /// @param sender who sent the message; null = a TUN frame
    /// @return false when the ring has no room for it
    boolean offer(@Nullable Endpoint sender, MemorySegment source, long offset, int lengthBytes, int segmentBytes) {
        long next = (long) TAIL.get(this);
        long oldest = (long) HEAD.getAcquire(this);
        int at = next - oldest == ENTRIES ? -1 : place(oldest, next, (lengthBytes + SLACK_BYTES + 63) & -64);
        if (at < 0) {
            return false;
        }
        int entry = (int) (next & (ENTRIES - 1));
        MemorySegment.copy(source, offset, memory, at, lengthBytes);
        senders[entry] = sender;
        offsets[entry] = at;
        lengths[entry] = lengthBytes;
        segments[entry] = segmentBytes;
        TAIL.setRelease(this, next + 1);
        return true;
    }

    /// Where `bytes` in one piece are free, or -1. The memory from the oldest entry to [#writeAt] is taken.
    private int place(long oldest, long next, int bytes) {
        int at;
        if (oldest == next) {
            at = bytes <= BYTES ? 0 : -1;
        } else {
            int taken = offsets[(int) (oldest & (ENTRIES - 1))];
            if (writeAt > taken) {
                at = writeAt + bytes <= BYTES ? writeAt : bytes < taken ? 0 : -1;
            } else {
                at = writeAt + bytes < taken ? writeAt : -1;
            }
        }
        if (at >= 0) {
            writeAt = at + bytes;
        }
        return at;
    }

    /// The oldest entry, or -1. The consumer's thread; the entry stays valid until [#release].
    int peek() {
        long next = (long) HEAD.get(this);
        return next == (long) TAIL.getAcquire(this) ? -1 : (int) (next & (ENTRIES - 1));
    }

    /// Gives the oldest entry's place back. The consumer's thread.
    void release() {
        HEAD.setRelease(this, (long) HEAD.get(this) + 1);
    }

    MemorySegment memory() {
        return memory;
    }

    int offset(int entry) {
        return offsets[entry];
    }

    @Nullable
    Endpoint sender(int entry) {
        return senders[entry];
    }

    int length(int entry) {
        return lengths[entry];
    }

    int segmentBytes(int entry) {
        return segments[entry];
    }
}
