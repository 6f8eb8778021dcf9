package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import java.util.Arrays;

/// Approvals by second factor that are fresh: per device and scope, a scope being an address with one port
/// or with [#ANY_PORT]. Owner: the engine's thread. Times are nanoseconds of a monotonic clock.
///
/// An approval ends when the device has sent nothing under it for a time, or at an age ([MfaRules]). Packets
/// *from* the device keep it alive ([#touch]), packets to the device do not: a server that keeps sending
/// must not stand in for a person who has left; a long download still lives, by the device's
/// acknowledgements.
///
/// A session is named by a number that a flow may keep: a slot and a generation. No number ever means two
/// sessions; a slot whose generations are used up stays empty, which takes two thousand million approvals to
/// be felt. Bounded ([Limits#MFA_SESSIONS], [Limits#MFA_SESSIONS_PER_DEVICE]): the least recently used of
/// the device goes, or, when all devices together are at the bound, of the device that has most.
public final class MfaSessions {
    /// No session.
    public static final int NONE = -1;

    /// The port of a scope that covers all ports of its address.
    public static final int ANY_PORT = -1;

    private static final int SLOT_BITS = 16;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int GENERATIONS = 1 << (31 - SLOT_BITS);

    static {
        assert Limits.MFA_SESSIONS <= 1 << SLOT_BITS : "a slot fits into a session's number";
    }

    private final DestinationIndex index;
    private final int generations;

    /// The number of the session in a slot, or the complement of that of the next one there.
    private int[] numbers = {};

    /// When the session in a slot was last used, and when it was opened: two of each slot, side by side in one line of
    /// the cache.
    private long[] times = {};

    private MfaRules rules;

    /// @param seed secret of the hash table
    public MfaSessions(MfaRules rules, long seed) {
        this(rules, seed, Limits.MFA_SESSIONS, GENERATIONS);
    }

    /// @param maximum most sessions in all
    /// @param generations sessions that one slot may have had
    MfaSessions(MfaRules rules, long seed, int maximum, int generations) {
        this.rules = rules;
        this.index = new DestinationIndex(seed, maximum);
        this.generations = generations;
    }

    /// Changes the rules. Shorter times end sessions at once; longer ones wake none that had ended.
    public void rules(long nowNanos, MfaRules changed) {
        closeStale(nowNanos);
        rules = changed;
    }

    /// Opens a session, or starts the times of the fresh one with this scope anew.
    ///
    /// @param port 0..65535, or [#ANY_PORT]
    /// @return its number, 0 or more
    public int open(long nowNanos, int device, long addressHigh, long addressLow, int port) {
        int session = find(nowNanos, device, addressHigh, addressLow, port);
        if (session == NONE) {
            makeRoom(nowNanos, device);
            session = occupy(index.add(device, addressHigh, addressLow, port));
        }
        int slot = session & SLOT_MASK;
        times[used(slot)] = nowNanos;
        times[opened(slot)] = nowNanos;
        return session;
    }

    /// The fresh session with exactly this scope, or [#NONE].
    public int find(long nowNanos, int device, long addressHigh, long addressLow, int port) {
        int slot = index.find(device, addressHigh, addressLow, port);
        if (slot == DestinationIndex.NONE) {
            return NONE;
        }
        if (isStale(slot, nowNanos)) {
            close(slot);
            return NONE;
        }
        return numbers[slot];
    }

    /// Whether the session is open and its times have not run out. [#NONE] never is.
    public boolean isFresh(int session, long nowNanos) {
        return isOpen(session) && !isStale(session & SLOT_MASK, nowNanos);
    }

    /// For a packet from the device that this session lets pass: the time of inactivity starts anew.
    ///
    /// @return whether the session is fresh; one that has ended is not revived
    public boolean touch(int session, long nowNanos) {
        if (!isFresh(session, nowNanos)) {
            return false;
        }
        times[used(session & SLOT_MASK)] = nowNanos;
        return true;
    }

    /// Ends all sessions of a device.
    public void closeDevice(int device) {
        for (int slot = index.oldest(device); slot != DestinationIndex.NONE; slot = index.oldest(device)) {
            close(slot);
        }
    }

    /// Ends all sessions.
    public void clear() {
        for (int slot = 0; slot < numbers.length; slot++) {
            if (isTaken(slot)) {
                close(slot);
            }
        }
    }

    /// Number of sessions kept; some may have run out unnoticed.
    public int size() {
        return index.size();
    }

    /// Number of sessions kept of a device; some may have run out unnoticed.
    public int size(int device) {
        return index.count(device);
    }

    private boolean isOpen(int session) {
        int slot = session & SLOT_MASK;
        return slot < numbers.length && numbers[slot] == session; // NONE is no complement of its slot's
    }

    private boolean isTaken(int slot) {
        return numbers[slot] >= 0;
    }

    private static int used(int slot) {
        return slot << 1;
    }

    private static int opened(int slot) {
        return (slot << 1) + 1;
    }

    private boolean isStale(int slot, long nowNanos) {
        return nowNanos - times[used(slot)] >= rules.inactivityNanos()
                || (rules.maximumAgeNanos() != 0 && nowNanos - times[opened(slot)] >= rules.maximumAgeNanos());
    }

    /// Takes the arrays along with the index.
    private int occupy(int slot) {
        int known = numbers.length;
        if (slot >= known) {
            int slots = index.slots();
            numbers = Arrays.copyOf(numbers, slots);
            times = Arrays.copyOf(times, 2 * slots);
            for (int i = known; i < slots; i++) {
                numbers[i] = ~i;
            }
        }
        numbers[slot] = ~numbers[slot];
        return numbers[slot];
    }

    private void close(int slot) {
        if (numbers[slot] >>> SLOT_BITS == generations - 1) {
            numbers[slot] = ~numbers[slot];
            index.retire(slot);
        } else {
            numbers[slot] = ~(numbers[slot] + (1 << SLOT_BITS));
            index.remove(slot);
        }
    }

    private void makeRoom(long nowNanos, int device) {
        if (index.count(device) >= Limits.MFA_SESSIONS_PER_DEVICE) {
            closeLeastRecentlyUsed(device);
        }
        if (index.isFull()) {
            closeStale(nowNanos);
        }
        while (index.isFull()) {
            closeLeastRecentlyUsed(deviceWithMost(device));
        }
    }

    private void closeStale(long nowNanos) {
        for (int slot = 0; slot < numbers.length; slot++) {
            if (isTaken(slot) && isStale(slot, nowNanos)) {
                close(slot);
            }
        }
    }

    private int deviceWithMost(int first) {
        int most = first;
        for (int device = 0; device < index.devices(); device++) {
            if (index.count(device) > index.count(most)) {
                most = device;
            }
        }
        return most;
    }

    private void closeLeastRecentlyUsed(int device) {
        int victim = index.oldest(device);
        if (victim == DestinationIndex.NONE) {
            throw new IllegalStateException("all numbers of sessions are used up");
        }
        for (int slot = victim; slot != DestinationIndex.NONE; slot = index.newer(slot)) {
            if (times[used(slot)] - times[used(victim)] < 0) {
                victim = slot;
            }
        }
        close(victim);
    }
}
