package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/// Finds what is known, per subject, about the blocks around an address. Immutable and thread-safe; no
/// look-up allocates.
///
/// The blocks come first: they are found by one probe of a flat hash table per distinct prefix length, and
/// few of the lengths have a block around an address. Only then is asked which subjects have something
/// there. Prefix lengths count in 128 bits here: IPv4's are 96..128. Each family has lengths of its own,
/// because `::/0` doesn't contain IPv4.
///
/// A slot is four longs, half a cache line: length, the two halves of the network, and the number of the
/// block (0 = empty slot). A block is runs in the order of their subjects, numbers from 0; a run is the
/// values of one subject, in the order in which they came. Block 0 and run 0 are empty and stand for "not
/// found".
///
/// ```java
/// for (int i = table.lengthsFrom(v4); i < table.lengthsTo(v4); i++) {
///     int run = table.run(table.find(i, high, low), subject);
///     for (int at = table.runFrom(run); at < table.runTo(run); at++) { ... table.value(at) ... }
/// }
/// ```
final class BlockTable<V> {
    /// One value before it is in a table.
    record Entry<V>(int subject, Cidr block, V value) {
        boolean sameRun(Entry<V> other) {
            return subject == other.subject && sameBlock(other);
        }

        boolean sameBlock(Entry<V> other) {
            return block.equals(other.block);
        }

        boolean sameLength(Entry<V> other) {
            return block.v4() == other.block.v4() && block.prefixLength() == other.block.prefixLength();
        }
    }

    private static final int WORDS_PER_SLOT = 4;

    private final long[] slots;
    private final int shift;

    /// Longest first: IPv4's, then IPv6's from `lengthsV4` on.
    private final byte[] lengths;

    private final int lengthsV4;

    /// Where block b begins among the runs.
    private final int[] blocksFrom;

    /// The subject of run r.
    private final int[] subjects;

    /// Where run r begins in `values`.
    private final int[] runsFrom;

    private final V[] values;

    /// @param entries in any order; those of one subject and block keep theirs
    /// @param array makes an array of values
    BlockTable(List<Entry<V>> entries, IntFunction<V[]> array) {
        List<Entry<V>> sorted = new ArrayList<>(entries);
        sorted.sort(
                Comparator.<Entry<V>, Boolean>comparing(entry -> !entry.block().v4())
                        .thenComparingInt(entry -> -entry.block().prefixLength())
                        .thenComparingLong(entry -> entry.block().high())
                        .thenComparingLong(entry -> entry.block().low())
                        .thenComparingInt(Entry::subject));
        int slotBits = 33 - Integer.numberOfLeadingZeros(sorted.size() + 1);
        slots = new long[WORDS_PER_SLOT << slotBits];
        shift = Long.SIZE - slotBits;
        values = array.apply(sorted.size());
        byte[] lengthsFound = new byte[sorted.size()];
        int[] blocksFound = new int[sorted.size() + 2];
        int[] subjectsFound = new int[sorted.size() + 1];
        int[] runsFound = new int[sorted.size() + 2];
        int lengthCount = 0;
        int lengthCountV4 = 0;
        int blocks = 0;
        int runs = 0;
        for (int i = 0; i < values.length; i++) {
            Entry<V> entry = sorted.get(i);
            values[i] = entry.value();
            if (i == 0 || !entry.sameLength(sorted.get(i - 1))) {
                lengthsFound[lengthCount++] = (byte) bits(entry.block());
                lengthCountV4 += entry.block().v4() ? 1 : 0;
            }
            if (i == 0 || !entry.sameRun(sorted.get(i - 1))) {
                runsFound[++runs] = i;
                subjectsFound[runs] = entry.subject();
            }
            if (i == 0 || !entry.sameBlock(sorted.get(i - 1))) {
                blocksFound[++blocks] = runs;
                insert(entry.block(), blocks);
            }
        }
        blocksFound[0] = 1; // where block 1 begins, too
        blocksFound[blocks + 1] = runs + 1;
        runsFound[runs + 1] = values.length;
        lengths = Arrays.copyOf(lengthsFound, lengthCount);
        lengthsV4 = lengthCountV4;
        blocksFrom = Arrays.copyOf(blocksFound, blocks + 2);
        subjects = Arrays.copyOf(subjectsFound, runs + 1);
        runsFrom = Arrays.copyOf(runsFound, runs + 2);
    }

    private BlockTable(BlockTable<V> other, V[] values) {
        this.slots = other.slots;
        this.shift = other.shift;
        this.lengths = other.lengths;
        this.lengthsV4 = other.lengthsV4;
        this.blocksFrom = other.blocksFrom;
        this.subjects = other.subjects;
        this.runsFrom = other.runsFrom;
        this.values = values;
    }

    /// The same table with other values in the same places. What finds them is shared.
    BlockTable<V> with(UnaryOperator<V> change) {
        V[] changed = values.clone();
        for (int i = 0; i < changed.length; i++) {
            changed[i] = change.apply(changed[i]);
        }
        return new BlockTable<>(this, changed);
    }

    private static int bits(Cidr block) {
        return block.v4() ? 96 + block.prefixLength() : block.prefixLength();
    }

    private void insert(Cidr block, int number) {
        int bits = bits(block);
        int slot = slot(bits, block.high(), block.low());
        while (slots[slot + 3] != 0) {
            slot = slot + WORDS_PER_SLOT & slots.length - 1;
        }
        slots[slot] = bits;
        slots[slot + 1] = block.high();
        slots[slot + 2] = block.low();
        slots[slot + 3] = number;
    }

    private int slot(int bits, long high, long low) {
        long mixed = (bits * 0x9e3779b97f4a7c15L ^ high) * 0xbf58476d1ce4e5b9L ^ low;
        mixed = (mixed ^ mixed >>> 32) * 0x94d049bb133111ebL;
        return (int) (mixed >>> shift) * WORDS_PER_SLOT;
    }

    /// Where the lengths of a family begin, for [#find].
    int lengthsFrom(boolean v4) {
        return v4 ? 0 : lengthsV4;
    }

    /// Where they end.
    int lengthsTo(boolean v4) {
        return v4 ? lengthsV4 : lengths.length;
    }

    /// The block around an address with the prefix length at `length`; an empty one if there is no such
    /// block.
    int find(int length, long high, long low) {
        int bits = lengths[length] & 0xff;
        long networkHigh = high & Cidr.highMask(bits);
        long networkLow = low & Cidr.lowMask(bits);
        int slot = slot(bits, networkHigh, networkLow);
        while (slots[slot + 3] != 0) {
            if (slots[slot] == bits && slots[slot + 1] == networkHigh && slots[slot + 2] == networkLow) {
                return (int) slots[slot + 3];
            }
            slot = slot + WORDS_PER_SLOT & slots.length - 1;
        }
        return 0;
    }

    /// The first run of a block; each has another subject, in ascending order.
    int blockFrom(int block) {
        return blocksFrom[block];
    }

    /// Behind its last run.
    int blockTo(int block) {
        return blocksFrom[block + 1];
    }

    /// Whose a run is.
    int subject(int run) {
        return subjects[run];
    }

    /// The run of a subject in a block; an empty one if it has nothing there.
    int run(int block, int subject) {
        int found = Arrays.binarySearch(subjects, blockFrom(block), blockTo(block), subject);
        return Math.max(found, 0);
    }

    /// Where a run begins, for [#value].
    int runFrom(int run) {
        return runsFrom[run];
    }

    /// Where it ends.
    int runTo(int run) {
        return runsFrom[run + 1];
    }

    V value(int at) {
        return values[at];
    }
}
