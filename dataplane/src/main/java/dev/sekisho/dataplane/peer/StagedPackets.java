package dev.sekisho.dataplane.peer;

import dev.sekisho.dataplane.Limits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// TUN frames that wait for a key, oldest first. Owner: the peer's engine thread.
///
/// Bounded in frames and bytes per peer ([Limits#STAGED_PACKETS], [Limits#STAGED_BYTES]) and in bytes over all
/// peers of the engine ([StagingBudget]); what does not fit pushes out this peer's oldest frames. Frames are
/// copied. The ring is made when the first frame comes, so that an idle peer costs nothing; a frame that pushes
/// out an older one takes over its array where that fits.
public final class StagedPackets {
    private static final int CAPACITY = Limits.STAGED_PACKETS;

    private static final byte[] VACANT = {};
    private static final byte[][] NO_FRAMES = {};
    private static final int[] NO_LENGTHS = {};

    private final StagingBudget budget;
    private byte[][] frames = NO_FRAMES;
    private int[] lengths = NO_LENGTHS;
    private int head;
    private int count;
    private int bytes;

    public StagedPackets(StagingBudget budget) {
        this.budget = budget;
    }

    /// Copies a frame behind the others. Returns how many frames were lost for it, itself included.
    public int offer(MemorySegment memory, long offset, int lengthBytes) {
        if (lengthBytes > Limits.STAGED_BYTES) {
            return 1;
        }
        byte @Nullable [] room = null;
        int dropped = 0;
        while (count == CAPACITY || bytes + (room == null ? lengthBytes : room.length) > Limits.STAGED_BYTES) {
            room = fitting(removeOldest(), lengthBytes);
            dropped++;
        }
        int capacity = room == null ? lengthBytes : room.length;
        while (!budget.take(capacity)) {
            if (count == 0) {
                return dropped + 1;
            }
            room = fitting(removeOldest(), lengthBytes);
            capacity = room == null ? lengthBytes : room.length;
            dropped++;
        }
        append(memory, offset, lengthBytes, room == null ? new byte[lengthBytes] : room);
        return dropped;
    }

    /// Takes out the oldest frame into `target` and returns its length, or 0 when there is none.
    public int poll(MemorySegment target, long offset) {
        if (count == 0) {
            return 0;
        }
        int lengthBytes = lengths[head];
        byte[] frame = removeOldest();
        MemorySegment.copy(frame, 0, target, ValueLayout.JAVA_BYTE, offset, lengthBytes);
        return lengthBytes;
    }

    /// Drops all frames and returns how many there were.
    public int clear() {
        int dropped = count;
        while (count > 0) {
            removeOldest();
        }
        frames = NO_FRAMES;
        lengths = NO_LENGTHS;
        head = 0;
        return dropped;
    }

    /// Number of frames that wait.
    public int size() {
        return count;
    }

    private void append(MemorySegment memory, long offset, int lengthBytes, byte[] room) {
        if (frames.length == 0) {
            frames = new byte[CAPACITY][];
            Arrays.fill(frames, VACANT);
            lengths = new int[CAPACITY];
        }
        int tail = (head + count) % CAPACITY;
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, room, 0, lengthBytes);
        frames[tail] = room;
        lengths[tail] = lengthBytes;
        bytes += room.length;
        count++;
    }

    private byte[] removeOldest() {
        byte[] frame = frames[head];
        frames[head] = VACANT;
        head = (head + 1) % CAPACITY;
        count--;
        bytes -= frame.length;
        budget.give(frame.length);
        return frame;
    }

    /// An array is taken over only when it is large enough and not more than half wasted.
    private static byte @Nullable [] fitting(byte[] frame, int lengthBytes) {
        return frame.length >= lengthBytes && frame.length <= 2 * lengthBytes ? frame : null;
    }
}
