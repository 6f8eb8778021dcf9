package dev.sekisho.dataplane.time;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A binary heap of [Deadline]s that know their own place in it. Owner: one thread.
///
/// Entries are queued by a time that is never later than the owner's true deadline. Moving a deadline to a
/// later time is therefore not even a call: the owner comes out early, looks at its true deadline and queues
/// itself again. One such early turn per owner and time-out replaces a heap operation per packet. All
/// operations are O(log n) at worst; nothing is allocated except when the heap grows.
///
/// @param <T> what falls due
public final class DeadlineQueue<T> {
    /// The time that never comes.
    public static final long NEVER = Long.MAX_VALUE;

    static final int NOT_QUEUED = -1;
    private static final int FIRST_CAPACITY = 16;

    private long[] times = new long[FIRST_CAPACITY];
    private @Nullable Deadline<T>[] heap = newHeap(FIRST_CAPACITY);
    private int size;

    public DeadlineQueue() {}

    /// Makes sure that the owner comes out at `nanos` or earlier. Costs one comparison when it is queued
    /// earlier already. [#NEVER] is ignored.
    public void ensure(Deadline<T> deadline, long nanos) {
        int at = deadline.position;
        if (at == NOT_QUEUED) {
            if (nanos != NEVER) {
                insert(deadline, nanos);
            }
        } else if (nanos < times[at]) {
            siftUp(at, deadline, nanos);
        }
    }

    /// Takes out the earliest owner whose queued time is not after `nowNanos`, or returns null. It has to
    /// [#ensure] its next deadline, which must lie after `nowNanos`.
    public @Nullable T pollDue(long nowNanos) {
        if (size == 0 || times[0] > nowNanos) {
            return null;
        }
        Deadline<T> first = at(0);
        remove(first);
        return first.owner;
    }

    /// The earliest queued time: exact or early, never late. [#NEVER] when the queue is empty.
    public long nextNanos() {
        return size == 0 ? NEVER : times[0];
    }

    /// Takes the entry out; does nothing when it is not queued.
    public void remove(Deadline<T> deadline) {
        int hole = deadline.position;
        if (hole == NOT_QUEUED) {
            return;
        }
        deadline.position = NOT_QUEUED;
        size--;
        Deadline<T> last = at(size);
        long lastTime = times[size];
        heap[size] = null;
        if (last == deadline) {
            return;
        }
        if (hole > 0 && lastTime < times[(hole - 1) >>> 1]) {
            siftUp(hole, last, lastTime);
        } else {
            siftDown(hole, last, lastTime);
        }
    }

    /// Number of queued entries.
    public int size() {
        return size;
    }

    private void insert(Deadline<T> deadline, long nanos) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            heap = Arrays.copyOf(heap, size * 2);
        }
        size++;
        siftUp(size - 1, deadline, nanos);
    }

    private void siftUp(int from, Deadline<T> deadline, long nanos) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (times[parent] <= nanos) {
                break;
            }
            put(at, at(parent), times[parent]);
            at = parent;
        }
        put(at, deadline, nanos);
    }

    private void siftDown(int from, Deadline<T> deadline, long nanos) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && times[child + 1] < times[child]) {
                child++;
            }
            if (nanos <= times[child]) {
                break;
            }
            put(at, at(child), times[child]);
            at = child;
        }
        put(at, deadline, nanos);
    }

    private void put(int at, Deadline<T> deadline, long nanos) {
        heap[at] = deadline;
        times[at] = nanos;
        deadline.position = at;
    }

    private Deadline<T> at(int position) {
        return Objects.requireNonNull(heap[position], "a place below size is taken");
    }

    @SuppressWarnings("unchecked") // only entries of this type are ever stored
    private static <T> @Nullable Deadline<T>[] newHeap(int capacity) {
        return (@Nullable Deadline<T>[]) new Deadline<?>[capacity];
    }
}
