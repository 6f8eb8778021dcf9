package dev.sekisho.dataplane.run;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A bounded ring of references from a worker, which never waits, to one consumer, which may.
///
/// One thread offers, one polls and awaits. No locks; offering allocates nothing and wakes the consumer only
/// when it has said that it sleeps.
///
/// @param <T> what goes through
public final class EventRing<T> {
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle SLEEPER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(EventRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(EventRing.class, "tail", long.class);
            SLEEPER = lookup.findVarHandle(EventRing.class, "sleeper", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable T[] entries;
    private final int mask;

    /// The producer's last look at [#head]: it looks again only when the ring seems full.
    private long headSeen;

    @SuppressWarnings("UnusedVariable") // by HEAD
    private volatile long head;

    @SuppressWarnings("UnusedVariable") // by TAIL
    private volatile long tail;

    /// The consumer when it sleeps or is about to.
    @SuppressWarnings("UnusedVariable") // by SLEEPER
    private volatile @Nullable Thread sleeper;

    /// @param capacity most entries, a power of two
    /// @throws IllegalArgumentException when it is none
    public EventRing(int capacity) {
        if (capacity < 1 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("the capacity of a ring must be a power of two, not " + capacity);
        }
        this.entries = newEntries(capacity);
        this.mask = capacity - 1;
    }

    /// Puts an entry behind the others. The producer's thread.
    ///
    /// @return false when the ring is full
    public boolean offer(T entry) {
        if (!hasRoom(1)) {
            return false;
        }
        long next = (long) TAIL.get(this);
        entries[(int) next & mask] = entry;
        // Volatile, as is the look at the sleeper: either we see it, or it sees the entry before it sleeps.
        TAIL.setVolatile(this, next + 1);
        Thread asleep = (Thread) SLEEPER.getVolatile(this);
        if (asleep != null) {
            LockSupport.unpark(asleep);
        }
        return true;
    }

    /// Whether so many further entries have room; once true it stays so until they are offered. The
    /// producer's thread.
    public boolean hasRoom(int count) {
        long end = (long) TAIL.get(this) + count;
        if (end - headSeen > entries.length) {
            headSeen = (long) HEAD.getAcquire(this);
        }
        return end - headSeen <= entries.length;
    }

    /// Takes the oldest entry out, or returns null. The consumer's thread.
    public @Nullable T poll() {
        long next = (long) HEAD.get(this);
        if (next == (long) TAIL.getAcquire(this)) {
            return null;
        }
        int place = (int) next & mask;
        T entry = Objects.requireNonNull(entries[place], "a place below the tail is taken");
        entries[place] = null;
        HEAD.setRelease(this, next + 1);
        return entry;
    }

    /// Waits until there is an entry. The consumer's thread.
    ///
    /// @param timeoutNanos at most so long
    /// @return whether there is one
    /// @throws InterruptedException when the thread is interrupted before or while it waits
    public boolean await(long timeoutNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (!isEmpty()) {
            return true;
        }
        long start = System.nanoTime();
        SLEEPER.setVolatile(this, Thread.currentThread());
        try {
            while (isEmpty()) {
                long left = timeoutNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            return true;
        } finally {
            SLEEPER.setRelease(this, null);
        }
    }

    /// Whether the consumer waits, or is about to; for tests.
    boolean isAwaited() {
        return SLEEPER.getVolatile(this) != null;
    }

    private boolean isEmpty() {
        return (long) HEAD.get(this) == (long) TAIL.getVolatile(this);
    }

    @SuppressWarnings("unchecked") // only entries of this type are ever stored
    private static <T> @Nullable T[] newEntries(int capacity) {
        return (@Nullable T[]) new Object[capacity];
    }
}
