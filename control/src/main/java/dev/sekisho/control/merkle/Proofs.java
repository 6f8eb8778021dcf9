package dev.sekisho.control.merkle;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Proofs over a tree, made and checked. Source: RFC 9162 sections 2.1.3 and 2.1.4.
public final class Proofs {
    /// Where the hashes of complete subtrees come from.
    @FunctionalInterface
    public interface Nodes {
        /// The hash of the subtree of entries `position << level` to `(position + 1 << level) - 1`.
        byte[] node(int level, long position);
    }

    private final TreeHash hash = new TreeHash();
    private final Nodes nodes;

    /// Makes proofs. Owner: one thread.
    public Proofs(Nodes nodes) {
        this.nodes = nodes;
    }

    /// The root that the tree had when it had that many entries.
    ///
    /// @return in hexadecimal
    public String root(long size) {
        return HexFormat.of().formatHex(size == 0 ? hash.empty() : subtree(0, size));
    }

    /// The hashes that lead from an entry to the root.
    ///
    /// @param index from 0
    public List<byte[]> inclusion(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("no entry " + index + " in a tree of " + size);
        }
        List<byte[]> path = new ArrayList<>();
        inclusion(index, 0, size, path);
        return path;
    }

    private void inclusion(long index, long low, long high, List<byte[]> path) {
        if (high - low == 1) {
            return;
        }
        long middle = low + split(high - low);
        if (index < middle) {
            inclusion(index, low, middle, path);
            path.add(subtree(middle, high));
        } else {
            inclusion(index, middle, high, path);
            path.add(subtree(low, middle));
        }
    }

    /// The hashes that show that the larger tree begins with the smaller one.
    public List<byte[]> consistency(long first, long second) {
        if (first < 1 || first > second) {
            throw new IllegalArgumentException("no tree of " + first + " in a tree of " + second);
        }
        List<byte[]> path = new ArrayList<>();
        consistency(first, 0, second, true, path);
        return path;
    }

    private void consistency(long first, long low, long high, boolean known, List<byte[]> path) {
        if (first == high) {
            if (!known) {
                path.add(subtree(low, high));
            }
            return;
        }
        long middle = low + split(high - low);
        if (first <= middle) {
            consistency(first, low, middle, known, path);
            path.add(subtree(middle, high));
        } else {
            consistency(first, middle, high, false, path);
            path.add(subtree(low, middle));
        }
    }

    private byte[] subtree(long low, long high) {
        long entries = high - low;
        if (Long.bitCount(entries) == 1) {
            int level = Long.numberOfTrailingZeros(entries);
            return nodes.node(level, low >> level);
        }
        long middle = low + split(entries);
        return hash.node(subtree(low, middle), subtree(middle, high));
    }

    /// The largest power of two below.
    private static long split(long entries) {
        return Long.highestOneBit(entries - 1);
    }

    /// Whether the entry is in the tree of that root. Source: RFC 9162 section 2.1.3.2.
    public static boolean isIncluded(byte[] leafHash, long index, long size, List<byte[]> path, String root) {
        if (index < 0 || index >= size) {
            return false;
        }
        TreeHash hash = new TreeHash();
        long node = index;
        long last = size - 1;
        byte[] result = leafHash;
        for (byte[] sibling : path) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                result = hash.node(sibling, result);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                result = hash.node(result, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && HexFormat.of().formatHex(result).equals(root);
    }

    /// A tree as its root tells.
    ///
    /// @param size entries
    /// @param root in hexadecimal
    public record Tree(long size, String root) {}

    /// Whether the second tree begins with the first one. Source: RFC 9162 section 2.1.4.2.
    public static boolean isConsistent(Tree first, Tree second, List<byte[]> path) {
        if (first.size() < 1 || first.size() > second.size()) {
            return false;
        }
        if (first.size() == second.size()) {
            return path.isEmpty() && first.root().equals(second.root());
        }
        List<byte[]> steps = new ArrayList<>(path);
        if (Long.bitCount(first.size()) == 1) {
            steps.addFirst(HexFormat.of().parseHex(first.root()));
        }
        if (steps.isEmpty()) {
            return false;
        }
        TreeHash hash = new TreeHash();
        long node = first.size() - 1;
        long last = second.size() - 1;
        while ((node & 1) == 1) {
            node >>= 1;
            last >>= 1;
        }
        byte[] oldRoot = steps.getFirst();
        byte[] newRoot = steps.getFirst();
        for (byte[] step : steps.subList(1, steps.size())) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                oldRoot = hash.node(step, oldRoot);
                newRoot = hash.node(step, newRoot);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                newRoot = hash.node(newRoot, step);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0
                && HexFormat.of().formatHex(oldRoot).equals(first.root())
                && HexFormat.of().formatHex(newRoot).equals(second.root());
    }
}
