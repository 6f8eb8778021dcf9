package dev.sekisho.dataplane.peer;

import dev.sekisho.policy.Cidr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which peer owns an inner address: the cryptokey routing table. Immutable and thread-safe; a change makes a
/// new one.
///
/// Two level- and path-compressed tries, one per family, in one flat array. A node looks at `stride` bits at
/// one position and holds `2^stride` references; runs of bits in which nothing branches are skipped unseen. A
/// descent thus ends at the only prefix that may be the longest match; it is compared once, and when the
/// skipped bits differ, the prefixes that cover it are tried, nearest first. A look-up touches two or three
/// cache lines for ten thousand hosts.
///
/// Addresses are two big-endian longs as in [Cidr]; IPv4 is the 32-bit number. Source: Nilsson and Karlsson,
/// "IP-Address Lookup Using LC-Tries", 1999; WireGuard paper section 2.
public final class AllowedIps {
    /// No peer owns anything.
    public static final AllowedIps EMPTY = of(List.of());

    static final int NOTHING = -1;
    static final int LOW_WORD = 1 << 16;
    private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;

    private final int[] nodes;
    private final int root4;
    private final int root6;
    private final long[] high;
    private final long[] low;
    private final byte[] bits;
    private final int[] cover;
    private final Peer[] owners;

    AllowedIps(AllowedIpsBuilder b) {
        this.nodes = b.nodes();
        this.root4 = b.root4();
        this.root6 = b.root6();
        this.high = b.high();
        this.low = b.low();
        this.bits = b.bits();
        this.cover = b.cover();
        this.owners = b.owners();
    }

    /// A table of `entries`. Where a block comes twice, the later one wins.
    public static AllowedIps of(List<AllowedIp> entries) {
        Map<Cidr, AllowedIp> unique = HashMap.newHashMap(entries.size());
        for (AllowedIp entry : entries) {
            unique.put(entry.block(), entry);
        }
        return new AllowedIps(new AllowedIpsBuilder(unique.values()));
    }

    /// The peer with the longest block around an IPv4 address, or null.
    public @Nullable Peer find4(int address) {
        return owner(descend(root4, 0, V4_MAPPED | (address & 0xffff_ffffL)));
    }

    /// The peer with the longest block around an IPv6 address, or null.
    public @Nullable Peer find6(long addressHigh, long addressLow) {
        return owner(descend(root6, addressHigh, addressLow));
    }

    private int descend(int root, long addressHigh, long addressLow) {
        int[] trie = nodes;
        int reference = root;
        while (reference >= 0) {
            int header = trie[reference];
            long word = (header & LOW_WORD) != 0 ? addressLow : addressHigh;
            int slot = (int) (word >>> (header >>> 8)) & ((1 << (header & 31)) - 1);
            reference = trie[reference + 1 + slot];
        }
        int entry = leafEntry(reference);
        while (entry >= 0 && !matches(entry, addressHigh, addressLow)) {
            entry = cover[entry];
        }
        return entry;
    }

    private boolean matches(int entry, long addressHigh, long addressLow) {
        int length = bits[entry] & 0xff;
        return (((addressHigh ^ high[entry]) & highMask(length)) | ((addressLow ^ low[entry]) & lowMask(length))) == 0;
    }

    private @Nullable Peer owner(int entry) {
        return entry < 0 ? null : owners[entry];
    }

    /// A negative reference is a leaf: -1 for nothing, else the entry counted down from -2.
    static int leaf(int entry) {
        return -2 - entry;
    }

    private static int leafEntry(int reference) {
        return -2 - reference;
    }

    static long highMask(int length) {
        return length >= 64 ? -1L : length == 0 ? 0 : -1L << (64 - length);
    }

    static long lowMask(int length) {
        return length <= 64 ? 0 : -1L << (128 - length);
    }
}
