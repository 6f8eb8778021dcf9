package dev.sekisho.crypto;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Authenticated encryption with a 32-byte key, a 12-byte nonce and a 16-byte tag behind the ciphertext.
/// Thread-confined: it owns scratch.
///
/// Segments are native (off-heap), anything else is an `IllegalArgumentException`. Source and target are the
/// same place or disjoint. A range outside its segment is an `IndexOutOfBoundsException` before anything is
/// written. Memory of a shared, automatic or the global arena is fast from the start; that of a confined one
/// makes the JIT compile the kernels once more.
/// Source: RFC 8439 section 2.8; nonce of the `counter` forms: WireGuard paper 5.4 (4 zero bytes, then the
/// counter as 8 bytes little-endian).
public interface Aead {
    /// Length of the tag.
    int TAG_BYTES = 16;

    /// Length of the nonce in the general form.
    int NONCE_BYTES = 12;

    /// Encrypts `lengthBytes` bytes and writes them and the tag (`lengthBytes + 16` bytes) at `dst`.
    void seal(
            SecretKey key,
            long counter,
            MemorySegment src,
            long srcOffset,
            int lengthBytes,
            MemorySegment dst,
            long dstOffset);

    /// Checks the tag, then decrypts. `lengthBytes` counts the ciphertext without the tag, which follows it in
    /// `src`. Returns false, with `dst` untouched, when the tag is wrong.
    boolean open(
            SecretKey key,
            long counter,
            MemorySegment src,
            long srcOffset,
            int lengthBytes,
            MemorySegment dst,
            long dstOffset);

    /// As the first form, with any 12-byte nonce and additional data.
    void seal(
            SecretKey key,
            byte[] nonce12,
            byte[] aad,
            MemorySegment src,
            long srcOffset,
            int lengthBytes,
            MemorySegment dst,
            long dstOffset);

    /// As the second form, with any 12-byte nonce and additional data.
    boolean open(
            SecretKey key,
            byte[] nonce12,
            byte[] aad,
            MemorySegment src,
            long srcOffset,
            int lengthBytes,
            MemorySegment dst,
            long dstOffset);

    /// For short messages such as handshake fields (copies): returns the ciphertext and the tag.
    byte[] seal(SecretKey key, long counter, byte[] aad, byte[] plaintext);

    /// For short messages such as handshake fields (copies): returns the plaintext, or null when the tag is
    /// wrong or missing.
    byte @Nullable [] open(SecretKey key, long counter, byte[] aad, byte[] ciphertextAndTag);
}
