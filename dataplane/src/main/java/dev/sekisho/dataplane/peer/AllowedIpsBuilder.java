package dev.sekisho.dataplane.peer;

import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Lays out the tries of [AllowedIps]. One use, one thread.
///
/// Entries are sorted by address, shorter blocks first, so that a block stands right before everything that it
/// covers and every subtree is a contiguous range.
final class AllowedIpsBuilder {
    private static final int MAX_STRIDE = 16;

    /// A node may spend this many slots on each branch that it tells apart: wider nodes, fewer steps.
    private static final int SLOTS_PER_BRANCH = 4;

    private final long[] high;
    private final long[] low;
    private final byte[] bits;
    private final int[] cover;
    private final Peer[] owners;
    private final int root4;
    private final int root6;
    private int[] nodes = new int[64];
    private int used;

    AllowedIpsBuilder(Collection<AllowedIp> entries) {
        List<AllowedIp> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparing(AllowedIp::block, AllowedIpsBuilder::compare));
        int count = sorted.size();
        high = new long[count];
        low = new long[count];
        bits = new byte[count];
        cover = new int[count];
        owners = new Peer[count];
        int count4 = 0;
        for (int i = 0; i < count; i++) {
            Cidr block = sorted.get(i).block();
            high[i] = block.high();
            low[i] = block.low();
            bits[i] = (byte) (block.prefixLength() + (block.v4() ? 96 : 0));
            owners[i] = sorted.get(i).peer();
            count4 += block.v4() ? 1 : 0;
        }
        linkCovers(0, count4);
        linkCovers(count4, count);
        root4 = build(0, count4, AllowedIps.NOTHING);
        root6 = build(count4, count, AllowedIps.NOTHING);
        nodes = Arrays.copyOf(nodes, used);
    }

    int[] nodes() {
        return nodes;
    }

    int root4() {
        return root4;
    }

    int root6() {
        return root6;
    }

    long[] high() {
        return high;
    }

    long[] low() {
        return low;
    }

    byte[] bits() {
        return bits;
    }

    int[] cover() {
        return cover;
    }

    Peer[] owners() {
        return owners;
    }

    private static int compare(Cidr a, Cidr b) {
        if (a.v4() != b.v4()) {
            return a.v4() ? -1 : 1;
        }
        int byHigh = Long.compareUnsigned(a.high(), b.high());
        int byLow = byHigh != 0 ? byHigh : Long.compareUnsigned(a.low(), b.low());
        return byLow != 0 ? byLow : Integer.compare(a.prefixLength(), b.prefixLength());
    }

    private void linkCovers(int from, int to) {
        for (int i = from; i < to; i++) {
            int candidate = i > from ? i - 1 : AllowedIps.NOTHING;
            while (candidate >= 0 && !covers(candidate, i)) {
                candidate = cover[candidate];
            }
            cover[i] = candidate;
        }
    }

    /// Lays out the entries of a range, which share all bits looked at so far, and returns the reference to it.
    /// `fallback` is the reference for addresses that none of them matches.
    private int build(int from, int to, int fallback) {
        int first = from;
        int otherwise = fallback;
        while (first < to && covers(first, to - 1)) {
            otherwise = AllowedIps.leaf(first);
            first++;
        }
        if (first == to) {
            return otherwise;
        }
        int position = commonBits(first, to - 1);
        int stride = stride(first, to, position);
        int node = allocate(1 + (1 << stride));
        int shift = 64 - (position & 63) - stride;
        nodes[node] = (position >= 64 ? AllowedIps.LOW_WORD : 0) | shift << 8 | stride;
        Arrays.fill(nodes, node + 1, node + 1 + (1 << stride), otherwise);
        int at = first;
        while (at < to) {
            at = bits(at) < position + stride ? spread(at, node, position, stride) : descend(at, to, node, position);
        }
        return node;
    }

    /// An entry that ends inside the stride fills all slots below it; longer ones come later and overwrite.
    private int spread(int entry, int node, int position, int stride) {
        int slot = slot(entry, position, stride);
        int width = 1 << (position + stride - bits(entry));
        Arrays.fill(nodes, node + 1 + slot, node + 1 + slot + width, AllowedIps.leaf(entry));
        return entry + 1;
    }

    private int descend(int from, int limit, int node, int position) {
        int stride = nodes[node] & 31;
        int slot = slot(from, position, stride);
        int to = from + 1;
        while (to < limit && bits(to) >= position + stride && slot(to, position, stride) == slot) {
            to++;
        }
        int child = build(from, to, nodes[node + 1 + slot]);
        nodes[node + 1 + slot] = child;
        return to;
    }

    /// The widest stride, not across the middle of the address, that does not waste too many slots.
    private int stride(int from, int to, int position) {
        int limit = Math.min(MAX_STRIDE, 64 - (position & 63));
        int stride = 1;
        while (stride < limit && branches(from, to, position, stride + 1) * SLOTS_PER_BRANCH >= 1 << (stride + 1)) {
            stride++;
        }
        return stride;
    }

    private int branches(int from, int to, int position, int stride) {
        int count = 0;
        int lastSlot = -1;
        for (int i = from; i < to; i++) {
            if (bits(i) < position + stride) {
                count++;
            } else if (slot(i, position, stride) != lastSlot) {
                lastSlot = slot(i, position, stride);
                count++;
            }
        }
        return count;
    }

    private int slot(int entry, int position, int stride) {
        long word = position >= 64 ? low[entry] : high[entry];
        return (int) (word >>> (64 - (position & 63) - stride)) & ((1 << stride) - 1);
    }

    private int commonBits(int a, int b) {
        long difference = high[a] ^ high[b];
        return difference != 0
                ? Long.numberOfLeadingZeros(difference)
                : 64 + Long.numberOfLeadingZeros(low[a] ^ low[b]);
    }

    private boolean covers(int outer, int inner) {
        int length = bits(outer);
        return length <= bits(inner)
                && ((high[outer] ^ high[inner]) & AllowedIps.highMask(length)) == 0
                && ((low[outer] ^ low[inner]) & AllowedIps.lowMask(length)) == 0;
    }

    private int bits(int entry) {
        return bits[entry] & 0xff;
    }

    private int allocate(int ints) {
        int at = used;
        used += ints;
        if (used > nodes.length) {
            nodes = Arrays.copyOf(nodes, Math.max(used, nodes.length * 2));
        }
        return at;
    }
}
