package dev.sekisho.control.merkle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hashes of the tree: SHA-256 with a first byte that tells leaves (0) from nodes (1), so that no node can pass
/// for a leaf. Owner: one thread. Source: RFC 9162 section 2.1.1.
public final class TreeHash {
    /// Bytes of a hash.
    public static final int BYTES = 32;

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest digest = sha256();

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// The hash of an entry.
    public byte[] leaf(byte[] entry) {
        digest.update(LEAF);
        return digest.digest(entry);
    }

    /// The hash over two subtrees.
    public byte[] node(byte[] left, byte[] right) {
        digest.update(NODE);
        digest.update(left);
        return digest.digest(right);
    }

    /// The root of the tree without entries.
    public byte[] empty() {
        return digest.digest();
    }
}
