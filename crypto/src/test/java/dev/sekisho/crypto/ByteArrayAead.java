package dev.sekisho.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An [Aead] over a library that works on byte arrays: copies in and out. Oracle for tests and yardstick for
/// benchmarks.
abstract class ByteArrayAead implements Aead {
    private static final byte[] NO_AAD = {};

    private final byte[] counterNonce = new byte[NONCE_BYTES];

    /// Returns the ciphertext and the tag of the first `length` bytes of `in`.
    protected abstract byte[] encrypt(SecretKey key, byte[] nonce12, byte[] aad, byte[] in, int length);

    /// Returns the plaintext, or null when the tag is wrong; `length` counts the tag.
    protected abstract byte @Nullable [] decrypt(SecretKey key, byte[] nonce12, byte[] aad, byte[] in, int length);

    @Override
    public void seal(
            SecretKey key,
            long counter,
            MemorySegment src,
            long srcOffset,
            int lengthBytes,
            MemorySegment dst,
            long dstOffset) {
        seal(key, nonce(counter), NO_AAD, src, srcOffset, lengthBytes, dst, dstOffset);
    }

    @Override
    public boolean open(
            SecretKey key,
            long counter,
            MemorySegment src,
            long srcOffset,
            int lengthBytes,
            MemorySegment dst,
            long dstOffset) {
        return open(key, nonce(counter), NO_AAD, src, srcOffset, lengthBytes, dst, dstOffset);
    }

    @Override
    public void seal(
            SecretKey key,
            byte[] nonce12,
            byte[] aad,
            MemorySegment src,
            long srcOffset,
            int lengthBytes,
            MemorySegment dst,
            long dstOffset) {
        Objects.checkFromIndexSize(dstOffset, (long) lengthBytes + TAG_BYTES, dst.byteSize());
        byte[] in = copy(src, srcOffset, lengthBytes);
        byte[] out = encrypt(key, nonce12, aad, in, lengthBytes);
        MemorySegment.copy(out, 0, dst, ValueLayout.JAVA_BYTE, dstOffset, out.length);
    }

    @Override
    public boolean open(
            SecretKey key,
            byte[] nonce12,
            byte[] aad,
            MemorySegment src,
            long srcOffset,
            int lengthBytes,
            MemorySegment dst,
            long dstOffset) {
        Objects.checkFromIndexSize(dstOffset, (long) lengthBytes, dst.byteSize());
        byte[] in = copy(src, srcOffset, lengthBytes + TAG_BYTES);
        byte[] out = decrypt(key, nonce12, aad, in, in.length);
        if (out == null) {
            return false;
        }
        MemorySegment.copy(out, 0, dst, ValueLayout.JAVA_BYTE, dstOffset, out.length);
        return true;
    }

    @Override
    public byte[] seal(SecretKey key, long counter, byte[] aad, byte[] plaintext) {
        return encrypt(key, nonce(counter), aad, plaintext, plaintext.length);
    }

    @Override
    public byte @Nullable [] open(SecretKey key, long counter, byte[] aad, byte[] ciphertextAndTag) {
        return decrypt(key, nonce(counter), aad, ciphertextAndTag, ciphertextAndTag.length);
    }

    private byte[] nonce(long counter) {
        Bytes.LONG.set(counterNonce, 4, counter);
        return counterNonce;
    }

    private static byte[] copy(MemorySegment src, long offset, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(src, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
        return bytes;
    }

    static byte[] bytes(SecretKey key) {
        byte[] bytes = new byte[SecretKey.BYTES];
        key.copyTo(bytes, 0);
        return bytes;
    }
}
