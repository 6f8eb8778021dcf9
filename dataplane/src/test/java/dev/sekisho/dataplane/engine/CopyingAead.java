package dev.sekisho.dataplane.engine;

import dev.sekisho.crypto.Aead;
import dev.sekisho.crypto.SecretKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Moves bytes and protects nothing: the packet path without what the JIT makes of vector kernels. The "tag" is the
/// counter, twice.
final class CopyingAead implements Aead {
    @Override
    public void seal(
            SecretKey key,
            long counter,
            MemorySegment src,
            long srcOffset,
            int lengthBytes,
            MemorySegment dst,
            long dstOffset) {
        copy(src, srcOffset, lengthBytes, dst, dstOffset);
        dst.set(ValueLayout.JAVA_LONG_UNALIGNED, dstOffset + lengthBytes, counter);
        dst.set(ValueLayout.JAVA_LONG_UNALIGNED, dstOffset + lengthBytes + 8, counter);
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
        if (src.get(ValueLayout.JAVA_LONG_UNALIGNED, srcOffset + lengthBytes) != counter) {
            return false;
        }
        copy(src, srcOffset, lengthBytes, dst, dstOffset);
        return true;
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
        throw new UnsupportedOperationException("the engine uses counters");
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
        throw new UnsupportedOperationException("the engine uses counters");
    }

    @Override
    public byte[] seal(SecretKey key, long counter, byte[] aad, byte[] plaintext) {
        throw new UnsupportedOperationException("the engine works in memory segments");
    }

    @Override
    public byte[] open(SecretKey key, long counter, byte[] aad, byte[] ciphertextAndTag) {
        throw new UnsupportedOperationException("the engine works in memory segments");
    }

    private static void copy(MemorySegment src, long srcOffset, int bytes, MemorySegment dst, long dstOffset) {
        for (int i = 0; i < bytes; i++) {
            dst.set(ValueLayout.JAVA_BYTE, dstOffset + i, src.get(ValueLayout.JAVA_BYTE, srcOffset + i));
        }
    }
}
