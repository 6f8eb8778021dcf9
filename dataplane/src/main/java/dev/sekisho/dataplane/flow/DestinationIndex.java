package dev.sekisho.dataplane.flow;

import java.util.Arrays;
import java.util.SplittableRandom;

/// A bounded hash table of (device, address, port) that gives each entry a small number, its slot, at which
/// the owner keeps more in arrays of its own. Owner: one thread.
///
/// The entries of a device are linked, oldest first; [#toNewest] moves one to the end. Open addressing with
/// linear probing at a load of at most one half; removal shifts entries back, so there are no tombstones.
/// The hash has a secret seed: devices choose the addresses. Grows by doubling up to its maximum, else
/// allocates nothing.
final class DestinationIndex {
    /// No slot.
    static final int NONE = -1;

    private static final int FIRST_SLOTS = 8;
    private static final int VACANT = -1;

    private final long addressSeed;
    private final long portSeed;
    private final int maximum;
    private int size;
    private int highWater;
    private int firstFree = NONE;

    /// What a slot is known by; the device is [#VACANT] in a free slot, whose `newer` is the next free one.
    private int[] devices;

    private long[] highs;
    private long[] lows;
    private int[] ports;
    private int[] older;
    private int[] newer;

    /// Slot + 1, or 0. Twice as many as slots; a power of two.
    private int[] buckets = new int[2 * FIRST_SLOTS];

    private int[] oldest = {};
    private int[] newest = {};
    private int[] counts = {};

    /// @param maximum most entries, at most 2^29
    DestinationIndex(long seed, int maximum) {
        // Drawn, so that a seed of few bits, as tests have, makes multipliers of many.
        SplittableRandom seeds = new SplittableRandom(seed);
        this.addressSeed = seeds.nextLong();
        this.portSeed = seeds.nextLong();
        this.maximum = maximum;
        int slots = Math.min(FIRST_SLOTS, maximum);
        devices = new int[slots];
        highs = new long[slots];
        lows = new long[slots];
        ports = new int[slots];
        older = new int[slots];
        newer = new int[slots];
    }

    /// The slot of an entry, or [#NONE].
    int find(int device, long high, long low, int port) {
        int mask = buckets.length - 1;
        for (int bucket = home(device, high, low, port); buckets[bucket] != 0; bucket = (bucket + 1) & mask) {
            int slot = buckets[bucket] - 1;
            if (lows[slot] == low && ports[slot] == port && devices[slot] == device && highs[slot] == high) {
                return slot;
            }
        }
        return NONE;
    }

    /// Adds an entry that is not there yet, as the newest of its device. Returns its slot, [#NONE] when it
    /// is full.
    int add(int device, long high, long low, int port) {
        if (firstFree == NONE && highWater == devices.length && !grow()) {
            return NONE;
        }
        int slot = firstFree;
        if (slot == NONE) {
            slot = highWater++;
        } else {
            firstFree = newer[slot];
        }
        devices[slot] = device;
        highs[slot] = high;
        lows[slot] = low;
        ports[slot] = port;
        size++;
        enterBucket(slot);
        know(device);
        counts[device]++;
        link(slot);
        return slot;
    }

    /// Takes an entry out; its slot will be given to another one.
    void remove(int slot) {
        retire(slot);
        newer[slot] = firstFree;
        firstFree = slot;
    }

    /// Takes an entry out and never uses its slot again.
    void retire(int slot) {
        leaveBucket(slot);
        unlink(slot);
        counts[devices[slot]]--;
        devices[slot] = VACANT;
        size--;
    }

    /// Makes an entry the newest of its device.
    void toNewest(int slot) {
        if (newer[slot] != NONE) {
            unlink(slot);
            link(slot);
        }
    }

    /// The first slot in the order of a device, or [#NONE].
    int oldest(int device) {
        return device < oldest.length ? oldest[device] : NONE;
    }

    /// The slot behind `slot` in the order of its device, or [#NONE].
    int newer(int slot) {
        return newer[slot];
    }

    /// Number of entries of a device.
    int count(int device) {
        return device < counts.length ? counts[device] : 0;
    }

    /// One more than the largest device that ever had an entry.
    int devices() {
        return counts.length;
    }

    int size() {
        return size;
    }

    /// Whether [#add] would find no slot.
    boolean isFull() {
        return firstFree == NONE && highWater == maximum;
    }

    /// The most buckets that [#find] may have to look at; for tests.
    int longestProbe() {
        int longest = 0;
        int run = 0;
        // Twice round: a run may go over the end.
        for (int i = 0; i < 2 * buckets.length; i++) {
            run = buckets[i & (buckets.length - 1)] == 0 ? 0 : run + 1;
            longest = Math.max(longest, run);
        }
        return longest;
    }

    /// Slots are below this number; it only grows.
    int slots() {
        return devices.length;
    }

    /// Whether an entry has this slot.
    boolean holds(int slot) {
        return slot < highWater && devices[slot] != VACANT;
    }

    int device(int slot) {
        return devices[slot];
    }

    long high(int slot) {
        return highs[slot];
    }

    long low(int slot) {
        return lows[slot];
    }

    int port(int slot) {
        return ports[slot];
    }

    private boolean grow() {
        int slots = Math.min(maximum, devices.length * 2);
        if (slots <= devices.length) {
            return false;
        }
        devices = Arrays.copyOf(devices, slots);
        highs = Arrays.copyOf(highs, slots);
        lows = Arrays.copyOf(lows, slots);
        ports = Arrays.copyOf(ports, slots);
        older = Arrays.copyOf(older, slots);
        newer = Arrays.copyOf(newer, slots);
        buckets = new int[Integer.highestOneBit(slots - 1) * 4];
        for (int slot = 0; slot < highWater; slot++) {
            if (devices[slot] != VACANT) {
                enterBucket(slot);
            }
        }
        return true;
    }

    private void know(int device) {
        int known = counts.length;
        if (device >= known) {
            int more = Math.max(device + 1, known + (known >> 1));
            counts = Arrays.copyOf(counts, more);
            oldest = Arrays.copyOf(oldest, more);
            newest = Arrays.copyOf(newest, more);
            Arrays.fill(oldest, known, more, NONE);
            Arrays.fill(newest, known, more, NONE);
        }
    }

    private void link(int slot) {
        int device = devices[slot];
        int last = newest[device];
        older[slot] = last;
        newer[slot] = NONE;
        newest[device] = slot;
        if (last == NONE) {
            oldest[device] = slot;
        } else {
            newer[last] = slot;
        }
    }

    private void unlink(int slot) {
        int device = devices[slot];
        int before = older[slot];
        int behind = newer[slot];
        if (before == NONE) {
            oldest[device] = behind;
        } else {
            newer[before] = behind;
        }
        if (behind == NONE) {
            newest[device] = before;
        } else {
            older[behind] = before;
        }
    }

    private void enterBucket(int slot) {
        int mask = buckets.length - 1;
        int bucket = home(slot);
        while (buckets[bucket] != 0) {
            bucket = (bucket + 1) & mask;
        }
        buckets[bucket] = slot + 1;
    }

    /// Frees the bucket of `slot` and moves up those behind it that would no longer be found.
    private void leaveBucket(int slot) {
        int mask = buckets.length - 1;
        int hole = home(slot);
        while (buckets[hole] != slot + 1) {
            hole = (hole + 1) & mask;
        }
        for (int next = (hole + 1) & mask; buckets[next] != 0; next = (next + 1) & mask) {
            int distance = (next - home(buckets[next] - 1)) & mask;
            if (distance >= ((next - hole) & mask)) {
                buckets[hole] = buckets[next];
                hole = next;
            }
        }
        buckets[hole] = 0;
    }

    private int home(int slot) {
        return home(devices[slot], highs[slot], lows[slot], ports[slot]);
    }

    /// Multiply and fold (as in wyhash): all key bits and the seeds reach every bit.
    private int home(int device, long high, long low, int port) {
        long address = fold(high ^ addressSeed, low ^ portSeed);
        long hash = fold(address ^ portSeed, ((long) device << 32 | (port & 0xffff_ffffL)) ^ addressSeed);
        return (int) (hash >>> 32) & (buckets.length - 1);
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b);
    }
}
