package dev.sekisho.control.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// The little that must be kept of a tree to append to it: the hashes of its complete subtrees, the largest first, one
/// for each bit of its size. Appending an entry makes as many nodes as there are bits to carry, two on average.
/// Owner: one thread.
public final class CompactRange {
    private final TreeHash hash = new TreeHash();
    private final List<byte[]> peaks;
    private long size;

    /// Is told of each complete subtree when its last entry is appended, leaves included.
    @FunctionalInterface
    public interface Sink {
        /// One more is complete.
        ///
        /// @param level 0 for a leaf; the subtree has `1 << level` entries
        /// @param position its first entry is `position << level`
        void complete(int level, long position, byte[] hash);
    }

    private CompactRange(long size, List<byte[]> peaks) {
        this.size = size;
        this.peaks = peaks;
    }

    /// That of the tree without entries.
    public static CompactRange empty() {
        return new CompactRange(0, new ArrayList<>());
    }

    /// One that was kept.
    ///
    /// @param size of the tree
    /// @param bytes of [#bytes]
    /// @throws IllegalArgumentException when the two don't belong together
    public static CompactRange of(long size, byte[] bytes) {
        if (size < 0 || bytes.length != Long.bitCount(size) * TreeHash.BYTES) {
            throw new IllegalArgumentException(
                    "no tree of " + size + " entries has " + bytes.length + " bytes of peaks");
        }
        List<byte[]> peaks = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += TreeHash.BYTES) {
            peaks.add(Arrays.copyOfRange(bytes, i, i + TreeHash.BYTES));
        }
        return new CompactRange(size, peaks);
    }

    /// Entries in the tree.
    public long size() {
        return size;
    }

    /// To be kept for [#of].
    public byte[] bytes() {
        byte[] bytes = new byte[peaks.size() * TreeHash.BYTES];
        for (int i = 0; i < peaks.size(); i++) {
            System.arraycopy(peaks.get(i), 0, bytes, i * TreeHash.BYTES, TreeHash.BYTES);
        }
        return bytes;
    }

    /// Appends an entry.
    public void append(byte[] leafHash, Sink sink) {
        byte[] subtree = leafHash;
        long position = size;
        int level = 0;
        sink.complete(level, position, subtree);
        while ((position & 1) == 1) {
            subtree = hash.node(peaks.removeLast(), subtree);
            position >>= 1;
            level++;
            sink.complete(level, position, subtree);
        }
        peaks.add(subtree);
        size++;
    }

    /// The root in hexadecimal.
    public String rootText() {
        return HexFormat.of().formatHex(root());
    }

    private byte[] root() {
        if (peaks.isEmpty()) {
            return hash.empty();
        }
        byte[] root = peaks.getLast();
        for (int i = peaks.size() - 2; i >= 0; i--) {
            root = hash.node(peaks.get(i), root);
        }
        return root;
    }
}
