package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Lets the later fragments of a datagram follow its first one, which alone has ports to decide by. Owner: the
/// engine's thread. Nothing is reassembled and, after construction, nothing allocated.
///
/// A datagram is known from its first fragment on, so later fragments that overtake it are refused. Of every
/// datagram the table knows which bytes have passed, as at most [Limits#FRAGMENT_RANGES] separate ranges; a
/// piece that touches any of them is refused, so the receiver never sees a byte twice and cannot put another
/// content together than the one that was decided on. A datagram is forgotten when it is complete or
/// [Limits#FRAGMENT_TIMEOUT_NANOS] old.
///
/// A device may have as many datagrams in the making as a sixteenth of the room that is left, at most
/// [Limits#FRAGMENTED_DATAGRAMS_PER_DEVICE]. However many devices fill the table, some room so stays for the
/// one that comes next (dynamic thresholds: Choudhury and Hahne, 1998). Memory: about 900 KiB.
///
/// Source: RFC 791 section 3.2, RFC 8200 section 4.5, RFC 1858, RFC 5722 (overlaps).
public final class FragmentTable {
    /// Answer of [#later] to a fragment that must go no further.
    public static final int REFUSED = -1;

    private static final int ROOM_PER_DATAGRAM = 16;
    private static final int CAPACITY = Limits.FRAGMENTED_DATAGRAMS;
    private static final int BUCKETS = 2 * Integer.highestOneBit(2 * CAPACITY - 1);
    private static final int BUCKET_MASK = BUCKETS - 1;
    private static final int NONE = -1;

    /// Words of a key: source, destination; identification with protocol and device.
    private static final int KEY_WORDS = 6;

    private static final int RANGE_WORDS = 2 * Limits.FRAGMENT_RANGES;

    // Odd constants with well-mixed bits, as multipliers.
    private static final long MIX_A = 0x9e37_79b9_7f4a_7c15L;
    private static final long MIX_B = 0xbf58_476d_1ce4_e5b9L;

    private final long seed;

    /// Open addressing with linear probing: places of entries plus one, 0 = empty. At most half full.
    private final int[] buckets = new int[BUCKETS];

    private final long[] keys = new long[CAPACITY * KEY_WORDS];
    private final int[] hashes = new int[CAPACITY];
    private final int[] devices = new int[CAPACITY];
    private final int[] tokens = new int[CAPACITY];
    private final long[] deadlines = new long[CAPACITY];

    /// Bytes of the whole datagram; [#NONE] until its last fragment passed.
    private final int[] ends = new int[CAPACITY];

    /// Per entry the ranges that passed, in order, as pairs of start and end; no two touch.
    private final MemorySegment ranges;

    private final int[] rangeCounts = new int[CAPACITY];

    /// Entries from the oldest to the newest; the vacant ones are chained by `newer` alone.
    private final int[] older = new int[CAPACITY];

    private final int[] newer = new int[CAPACITY];
    private int oldest = NONE;
    private int newest = NONE;
    private int vacant;

    private final byte[] counts = new byte[Limits.MAX_PEERS];
    private final long[] sought = new long[KEY_WORDS];
    private int size;

    /// An empty table.
    ///
    /// @param arena where the ranges come from; it frees them when nobody reaches them any more
    ///     (`Platform.tables`) or never
    /// @param seed secret, so that nobody can aim datagrams at the same bucket
    public FragmentTable(Arena arena, long seed) {
        this.seed = seed;
        ranges = arena.allocate((long) CAPACITY * RANGE_WORDS * Integer.BYTES, Integer.BYTES);
        for (int entry = 0; entry < CAPACITY; entry++) {
            newer[entry] = entry + 1 < CAPACITY ? entry + 1 : NONE;
        }
    }

    /// Remembers what was decided about the first fragment of a datagram.
    ///
    /// @param device the device on whose side the fragment came or goes: 0..[Limits#MAX_PEERS]-1
    /// @param token what [#later] shall answer for the fragments that follow; anything but [#REFUSED]
    /// @return false when the fragment must be dropped: there is such a datagram already, or no room
    public boolean first(long nowNanos, int device, Packet packet, int token) {
        assert packet.isFirstFragment() && token != REFUSED;
        expire(nowNanos);
        int hash = seek(device, packet);
        if (find(hash) != NONE || counts[device] >= share()) {
            return false;
        }
        int entry = append(nowNanos, hash, device);
        tokens[entry] = token;
        ends[entry] = NONE;
        rangeCounts[entry] = 1;
        range(entry * RANGE_WORDS, 0);
        range(entry * RANGE_WORDS + 1, packet.fragmentBytes());
        return true;
    }

    /// Whether a later fragment may follow its first one.
    ///
    /// @return the token given for the first one, or [#REFUSED] when that is not known, or the fragment
    /// overlaps what
    ///     has passed, contradicts the end of the datagram, or leaves too many gaps
    public int later(long nowNanos, int device, Packet packet) {
        assert packet.kind() == Packet.Kind.LATER_FRAGMENT;
        expire(nowNanos);
        int entry = find(seek(device, packet));
        if (entry == NONE) {
            return REFUSED;
        }
        int start = packet.fragmentOffset();
        int end = start + packet.fragmentBytes();
        if (!fitsEnd(entry, end, packet.isLastFragment()) || !addRange(entry, start, end)) {
            return REFUSED;
        }
        if (packet.isLastFragment()) {
            ends[entry] = end;
        }
        int token = tokens[entry];
        if (rangeCounts[entry] == 1 && range(entry * RANGE_WORDS + 1) == ends[entry]) {
            remove(entry);
        }
        return token;
    }

    /// Forgets the datagrams of a device; their fragments are refused from now on.
    public void closeDevice(int device) {
        for (int entry = oldest; entry != NONE && counts[device] > 0; ) {
            int next = newer[entry];
            if (devices[entry] == device) {
                remove(entry);
            }
            entry = next;
        }
    }

    /// Datagrams in the making, expired ones included until the next call.
    public int size() {
        return size;
    }

    private int share() {
        return Math.min(Limits.FRAGMENTED_DATAGRAMS_PER_DEVICE, (CAPACITY - size) / ROOM_PER_DATAGRAM);
    }

    private void expire(long nowNanos) {
        while (oldest != NONE && nowNanos - deadlines[oldest] >= 0) {
            remove(oldest);
        }
    }

    /// Whether a piece that ends at `end` fits what is known of the datagram's end.
    private boolean fitsEnd(int entry, int end, boolean last) {
        if (ends[entry] != NONE) {
            return end <= ends[entry] && !last;
        }
        int reached = range(entry * RANGE_WORDS + 2 * rangeCounts[entry] - 1);
        return !last || end >= reached;
    }

    /// Adds a range unless it overlaps one or there would be too many. Ranges that touch become one.
    private boolean addRange(int entry, int start, int end) {
        int base = entry * RANGE_WORDS;
        int behind = base + 2 * rangeCounts[entry];
        int at = base;
        while (at < behind && range(at) < start) {
            at += 2;
        }
        // The range at `at` starts behind ours or where it does, the one before it starts ahead of ours.
        if ((at > base && range(at - 1) > start) || (at < behind && range(at) < end)) {
            return false;
        }
        boolean joinsLeft = at > base && range(at - 1) == start;
        boolean joinsRight = at < behind && range(at) == end;
        if (joinsLeft && joinsRight) {
            range(at - 1, range(at + 1));
            moveRanges(at + 2, at, behind - at - 2);
            rangeCounts[entry]--;
        } else if (joinsLeft) {
            range(at - 1, end);
        } else if (joinsRight) {
            range(at, start);
        } else if (rangeCounts[entry] == Limits.FRAGMENT_RANGES) {
            return false;
        } else {
            moveRanges(at, at + 2, behind - at);
            range(at, start);
            range(at + 1, end);
            rangeCounts[entry]++;
        }
        return true;
    }

    /// Makes the key of the packet's datagram the one that is looked for, and hashes it. The protocol belongs
    /// to it in IPv4 only: in IPv6 only that of the first fragment counts.
    private int seek(int device, Packet packet) {
        sought[0] = packet.sourceHigh();
        sought[1] = packet.sourceLow();
        sought[2] = packet.destinationHigh();
        sought[3] = packet.destinationLow();
        sought[4] = packet.fragmentId();
        sought[5] = (long) device << 8 | (packet.v4() ? packet.protocol() : 0);
        long mixed = seed;
        for (long word : sought) {
            mixed = (mixed ^ word) * MIX_A;
            mixed = (mixed ^ mixed >>> 29) * MIX_B;
        }
        return (int) (mixed >>> 32);
    }

    private int find(int hash) {
        for (int bucket = hash & BUCKET_MASK; buckets[bucket] != 0; bucket = bucket + 1 & BUCKET_MASK) {
            int entry = buckets[bucket] - 1;
            int key = entry * KEY_WORDS;
            if (hashes[entry] == hash && Arrays.equals(keys, key, key + KEY_WORDS, sought, 0, KEY_WORDS)) {
                return entry;
            }
        }
        return NONE;
    }

    private int append(long nowNanos, int hash, int device) {
        int entry = vacant;
        vacant = newer[entry];
        System.arraycopy(sought, 0, keys, entry * KEY_WORDS, KEY_WORDS);
        hashes[entry] = hash;
        devices[entry] = device;
        deadlines[entry] = nowNanos + Limits.FRAGMENT_TIMEOUT_NANOS;
        older[entry] = newest;
        newer[entry] = NONE;
        if (newest == NONE) {
            oldest = entry;
        } else {
            newer[newest] = entry;
        }
        newest = entry;
        int bucket = hash & BUCKET_MASK;
        while (buckets[bucket] != 0) {
            bucket = bucket + 1 & BUCKET_MASK;
        }
        buckets[bucket] = entry + 1;
        counts[device]++;
        size++;
        return entry;
    }

    private void remove(int entry) {
        vacate(entry);
        counts[devices[entry]]--;
        size--;
        int before = older[entry];
        int behind = newer[entry];
        if (before == NONE) {
            oldest = behind;
        } else {
            newer[before] = behind;
        }
        if (behind == NONE) {
            newest = before;
        } else {
            older[behind] = before;
        }
        newer[entry] = vacant;
        vacant = entry;
    }

    /// Empties the bucket of an entry and moves up those behind it that would no longer be found.
    private void vacate(int entry) {
        int hole = hashes[entry] & BUCKET_MASK;
        while (buckets[hole] != entry + 1) {
            hole = hole + 1 & BUCKET_MASK;
        }
        for (int at = hole + 1 & BUCKET_MASK; buckets[at] != 0; at = at + 1 & BUCKET_MASK) {
            int home = hashes[buckets[at] - 1] & BUCKET_MASK;
            if ((at - home & BUCKET_MASK) >= (at - hole & BUCKET_MASK)) {
                buckets[hole] = buckets[at];
                hole = at;
            }
        }
        buckets[hole] = 0;
    }

    private int range(int at) {
        return ranges.getAtIndex(ValueLayout.JAVA_INT, at);
    }

    private void range(int at, int value) {
        ranges.setAtIndex(ValueLayout.JAVA_INT, at, value);
    }

    private void moveRanges(int from, int to, int count) {
        MemorySegment.copy(
                ranges, (long) from * Integer.BYTES, ranges, (long) to * Integer.BYTES, (long) count * Integer.BYTES);
    }
}
