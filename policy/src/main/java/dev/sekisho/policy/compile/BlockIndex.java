package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import java.util.Comparator;
import java.util.List;

/// Numbers blocks of addresses, from 1, and finds those around an address: one probe of a flat hash table per distinct
/// prefix length. Immutable and thread-safe; no look-up allocates.
///
/// Each length has a table of its own, so that the few large blocks, which lie around most addresses, stay in the
/// fastest cache however many small ones there are. Prefix lengths count in 128 bits here: IPv4's are 96..128. Each
/// family has lengths of its own, because `::/0` doesn't contain IPv4.
///
/// A slot is a long: 32 bits of the network's hash, then the number of the block (0 = empty slot). Half of the slots
/// are empty, or more.
///
/// ```java
/// for (int i = index.lengthsFrom(v4); i < index.lengthsTo(v4); i++) {
///     int block = index.find(i, high, low);
/// }
/// ```
final class BlockIndex {
    /// All numbers that [#place] gives are below.
    static final int PLACES = 33 + 129;

    /// An order in which blocks may come: of one prefix length those of one address lie together.
    static final Comparator<Cidr> ORDER = Comparator.comparingInt(BlockIndex::place)
            .thenComparingLong(Cidr::high)
            .thenComparingLong(Cidr::low);

    private static final int WORDS_PER_NETWORK = 2;

    private final byte[] lengths;
    private final int lengthsV4;

    /// Where the slots of length i begin, and behind the last one where they end.
    private final int[] slotsFrom;

    private final long[] slots;

    /// The two halves of each network, by the number of the block.
    private final long[] networks;

    /// @param blocks distinct, by [#place]; the first gets number 1
    BlockIndex(List<Cidr> blocks) {
        int count = blocks.size();
        networks = new long[WORDS_PER_NETWORK * (count + 1)];
        int lengthCount = 0;
        int lengthCountV4 = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || !sameLength(blocks.get(i - 1), blocks.get(i))) {
                lengthCount++;
                lengthCountV4 += blocks.get(i).v4() ? 1 : 0;
            }
        }
        lengths = new byte[lengthCount];
        lengthsV4 = lengthCountV4;
        slotsFrom = new int[lengthCount + 1];
        for (int length = 0, from = 0; length < lengthCount; length++) {
            int to = endOfLength(blocks, from);
            lengths[length] = (byte) bits(blocks.get(from));
            slotsFrom[length + 1] = slotsFrom[length] + 2 * Integer.highestOneBit(2 * (to - from) - 1);
            from = to;
        }
        slots = new long[slotsFrom[lengthCount]];
        for (int i = 0, length = 0; i < count; i++) {
            length += i > 0 && !sameLength(blocks.get(i - 1), blocks.get(i)) ? 1 : 0;
            insert(length, blocks.get(i), i + 1);
        }
    }

    /// Tells in which order blocks have to come: IPv4 first, the longest prefix first.
    static int place(Cidr block) {
        return block.v4() ? 32 - block.prefixLength() : 33 + 128 - block.prefixLength();
    }

    private static boolean sameLength(Cidr a, Cidr b) {
        return place(a) == place(b);
    }

    private static int endOfLength(List<Cidr> blocks, int from) {
        int to = from + 1;
        while (to < blocks.size() && sameLength(blocks.get(from), blocks.get(to))) {
            to++;
        }
        return to;
    }

    private static int bits(Cidr block) {
        return block.v4() ? 96 + block.prefixLength() : block.prefixLength();
    }

    private void insert(int length, Cidr block, int number) {
        networks[WORDS_PER_NETWORK * number] = block.high();
        networks[WORDS_PER_NETWORK * number + 1] = block.low();
        long mixed = mixed(block.high(), block.low());
        int from = slotsFrom[length];
        int mask = slotsFrom[length + 1] - from - 1;
        int at = (int) mixed & mask;
        while (slots[from + at] != 0) {
            at = at + 1 & mask;
        }
        slots[from + at] = (mixed & 0xffff_ffff_0000_0000L) | number;
    }

    private static long mixed(long high, long low) {
        long mixed = (high * 0x9e3779b97f4a7c15L ^ low) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 32) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 29;
    }

    /// Where the lengths of a family begin, the longest first, for [#find].
    int lengthsFrom(boolean v4) {
        return v4 ? 0 : lengthsV4;
    }

    /// Where they end.
    int lengthsTo(boolean v4) {
        return v4 ? lengthsV4 : lengths.length;
    }

    /// The number of a block, 0 if it is not in the index.
    int numberOf(Cidr block) {
        for (int length = lengthsFrom(block.v4()); length < lengthsTo(block.v4()); length++) {
            if ((lengths[length] & 0xff) == bits(block)) {
                return find(length, block.high(), block.low());
            }
        }
        return 0;
    }

    /// The block around an address with the prefix length at `length`; 0 if there is no such block.
    int find(int length, long high, long low) {
        int bits = lengths[length] & 0xff;
        long networkHigh = high & Cidr.highMask(bits);
        long networkLow = low & Cidr.lowMask(bits);
        long mixed = mixed(networkHigh, networkLow);
        int from = slotsFrom[length];
        int mask = slotsFrom[length + 1] - from - 1;
        int at = (int) mixed & mask;
        for (long slot = slots[from + at]; slot != 0; slot = slots[from + at]) {
            int block = (int) slot;
            if ((slot ^ mixed) >>> 32 == 0
                    && networks[WORDS_PER_NETWORK * block] == networkHigh
                    && networks[WORDS_PER_NETWORK * block + 1] == networkLow) {
                return block;
            }
            at = at + 1 & mask;
        }
        return 0;
    }
}
