package dev.sekisho.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// ChaCha20-Poly1305 (RFC 8439 section 2.8) in pure Java over off-heap memory. Thread-confined; allocates
/// nothing per call except in the `byte[]` forms. The width of its inner loops is chosen once per JVM, see
/// [#kernelName()].
///
/// Scratch keeps the key stream of the last message until the next one overwrites it.
public final class ChaCha20Poly1305 implements Aead {
    private static final Kernel KERNEL = Kernels.best();

    private static final byte[] NO_AAD = {};

    /// Scratch layout: key stream of the first pass (its first block makes the Poly1305 key), of later passes,
    /// kernel's own.
    private static final long FIRST_PASS = 0;

    private static final long LATER_PASS = FIRST_PASS + Kernel.PASS_BYTES;
    private static final long MAC_SCRATCH = LATER_PASS + Kernel.PASS_BYTES;
    private static final long SCRATCH_BYTES = MAC_SCRATCH + Kernel.MAC_SCRATCH_BYTES;
    private static final long SCRATCH_ALIGNMENT = 64;

    private final Kernel kernel;
    private final Arena arena;
    private final MemorySegment scratch;
    private final Poly1305 mac = new Poly1305();
    private final int[] state = new int[ChaCha20.STATE_WORDS];
    private final int[] work = new int[ChaCha20.STATE_WORDS];

    /// Bytes of key stream that the first pass left at [#FIRST_PASS].
    private int firstPassBytes;

    /// Off-heap copy of a short message; null until the first use of a `byte[]` form.
    private @Nullable MemorySegment message;

    /// With the given kernel and memory from `arena`: for tests and for short-lived use.
    ChaCha20Poly1305(Kernel kernel, Arena arena) {
        this.kernel = kernel;
        this.arena = arena;
        scratch = arena.allocate(SCRATCH_BYTES, SCRATCH_ALIGNMENT);
    }

    /// A new instance with scratch of its own (about 4 KiB), freed with it.
    public static ChaCha20Poly1305 create() {
        return new ChaCha20Poly1305(KERNEL, Arena.ofAuto());
    }

    /// `vector-512`, `vector-256`, `vector-128` or `scalar`: what this JVM and processor offer.
    public static String kernelName() {
        return KERNEL.name();
    }

    static Kernel kernel() {
        return KERNEL;
    }

    @Override
    public void seal(
            SecretKey key,
            long counter,
            MemorySegment src,
            long srcOffset,
            int lengthBytes,
            MemorySegment dst,
            long dstOffset) {
        checkSeal(src, srcOffset, lengthBytes, dst, dstOffset);
        ChaCha20.prepare(state, key, 0, (int) counter, (int) (counter >>> 32));
        seal(NO_AAD, src, srcOffset, lengthBytes, dst, dstOffset);
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
        checkSeal(src, srcOffset, lengthBytes, dst, dstOffset);
        prepare(key, nonce12);
        seal(aad, src, srcOffset, lengthBytes, dst, dstOffset);
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
        checkOpen(src, srcOffset, lengthBytes, dst, dstOffset);
        ChaCha20.prepare(state, key, 0, (int) counter, (int) (counter >>> 32));
        return open(NO_AAD, src, srcOffset, lengthBytes, dst, dstOffset);
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
        checkOpen(src, srcOffset, lengthBytes, dst, dstOffset);
        prepare(key, nonce12);
        return open(aad, src, srcOffset, lengthBytes, dst, dstOffset);
    }

    @Override
    public byte[] seal(SecretKey key, long counter, byte[] aad, byte[] plaintext) {
        ChaCha20.prepare(state, key, 0, (int) counter, (int) (counter >>> 32));
        return sealMessage(aad, plaintext);
    }

    @Override
    public byte @Nullable [] open(SecretKey key, long counter, byte[] aad, byte[] ciphertextAndTag) {
        ChaCha20.prepare(state, key, 0, (int) counter, (int) (counter >>> 32));
        return openMessage(aad, ciphertextAndTag);
    }

    /// As [#seal(SecretKey, long, byte[], byte[])] with any nonce.
    byte[] seal(SecretKey key, byte[] nonce12, byte[] aad, byte[] plaintext) {
        prepare(key, nonce12);
        return sealMessage(aad, plaintext);
    }

    /// As [#open(SecretKey, long, byte[], byte[])] with any nonce.
    byte @Nullable [] open(SecretKey key, byte[] nonce12, byte[] aad, byte[] ciphertextAndTag) {
        prepare(key, nonce12);
        return openMessage(aad, ciphertextAndTag);
    }

    private static void checkSeal(
            MemorySegment src, long srcOffset, int lengthBytes, MemorySegment dst, long dstOffset) {
        checkNative(src, dst);
        Objects.checkFromIndexSize(srcOffset, (long) lengthBytes, src.byteSize());
        Objects.checkFromIndexSize(dstOffset, (long) lengthBytes + TAG_BYTES, dst.byteSize());
    }

    private static void checkOpen(
            MemorySegment src, long srcOffset, int lengthBytes, MemorySegment dst, long dstOffset) {
        checkNative(src, dst);
        Objects.checkFromIndexSize(srcOffset, (long) lengthBytes + TAG_BYTES, src.byteSize());
        Objects.checkFromIndexSize(dstOffset, (long) lengthBytes, dst.byteSize());
    }

    private static void checkNative(MemorySegment src, MemorySegment dst) {
        if (!src.isNative() || !dst.isNative()) {
            throw new IllegalArgumentException("segments must be off-heap");
        }
    }

    private void prepare(SecretKey key, byte[] nonce12) {
        if (nonce12.length != NONCE_BYTES) {
            throw new IllegalArgumentException("nonce must be 12 bytes, not " + nonce12.length);
        }
        int nonce0 = (int) Bytes.INT.get(nonce12, 0);
        int nonce1 = (int) Bytes.INT.get(nonce12, 4);
        int nonce2 = (int) Bytes.INT.get(nonce12, 8);
        ChaCha20.prepare(state, key, nonce0, nonce1, nonce2);
    }

    private void seal(byte[] aad, MemorySegment src, long srcOffset, int length, MemorySegment dst, long dstOffset) {
        firstPass(length);
        applyKeyStream(src, srcOffset, dst, dstOffset, length);
        authenticate(aad, dst, dstOffset, length);
        dst.set(Bytes.LONG_LAYOUT, dstOffset + length, mac.tagLow());
        dst.set(Bytes.LONG_LAYOUT, dstOffset + length + Long.BYTES, mac.tagHigh());
    }

    private boolean open(byte[] aad, MemorySegment src, long srcOffset, int length, MemorySegment dst, long dstOffset) {
        firstPass(length);
        authenticate(aad, src, srcOffset, length);
        long difference = (mac.tagLow() ^ src.get(Bytes.LONG_LAYOUT, srcOffset + length))
                | (mac.tagHigh() ^ src.get(Bytes.LONG_LAYOUT, srcOffset + length + Long.BYTES));
        if (difference != 0) {
            return false;
        }
        applyKeyStream(src, srcOffset, dst, dstOffset, length);
        return true;
    }

    /// Block 0 gives the Poly1305 key, the blocks behind it start the encryption.
    private void firstPass(int length) {
        int wanted = Math.min(length, Kernel.PASS_BYTES - ChaCha20.BLOCK_BYTES) + ChaCha20.BLOCK_BYTES;
        firstPassBytes = kernel.keyStream(state, 0, wanted, work, scratch, FIRST_PASS);
    }

    private void applyKeyStream(MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, int length) {
        int done = Math.min(length, firstPassBytes - ChaCha20.BLOCK_BYTES);
        kernel.xor(scratch, FIRST_PASS + ChaCha20.BLOCK_BYTES, src, srcOffset, dst, dstOffset, done);
        int block = firstPassBytes / ChaCha20.BLOCK_BYTES;
        while (done < length) {
            int rest = length - done;
            int produced = kernel.keyStream(state, block, rest, work, scratch, LATER_PASS);
            int used = Math.min(rest, produced);
            kernel.xor(scratch, LATER_PASS, src, srcOffset + done, dst, dstOffset + done, used);
            done += used;
            block += produced / ChaCha20.BLOCK_BYTES;
        }
    }

    /// Packets carry no additional data and take the vector path; messages with additional data are short and
    /// take the scalar one.
    private void authenticate(byte[] aad, MemorySegment text, long offset, int length) {
        mac.start(scratch, FIRST_PASS);
        int absorbed = 0;
        if (aad.length == 0) {
            absorbed = kernel.absorb(mac, text, offset, length, scratch, MAC_SCRATCH);
        } else {
            absorb(aad);
        }
        mac.finish(text, offset + absorbed, length - absorbed, aad.length, length);
    }

    private void absorb(byte[] aad) {
        for (int at = 0; at < aad.length; at += Kernel.PASS_BYTES) {
            int length = Math.min(aad.length - at, Kernel.PASS_BYTES);
            MemorySegment.copy(aad, at, scratch, ValueLayout.JAVA_BYTE, LATER_PASS, length);
            mac.absorb(scratch, LATER_PASS, length);
        }
    }

    private byte[] sealMessage(byte[] aad, byte[] plaintext) {
        int length = plaintext.length;
        MemorySegment room = room((long) length + TAG_BYTES);
        MemorySegment.copy(MemorySegment.ofArray(plaintext), 0, room, 0, length);
        seal(aad, room, 0, length, room, 0);
        byte[] sealed = new byte[length + TAG_BYTES];
        MemorySegment.copy(room, 0, MemorySegment.ofArray(sealed), 0, sealed.length);
        return sealed;
    }

    private byte @Nullable [] openMessage(byte[] aad, byte[] ciphertextAndTag) {
        int length = ciphertextAndTag.length - TAG_BYTES;
        if (length < 0) {
            return null;
        }
        MemorySegment room = room(ciphertextAndTag.length);
        MemorySegment.copy(MemorySegment.ofArray(ciphertextAndTag), 0, room, 0, ciphertextAndTag.length);
        if (!open(aad, room, 0, length, room, 0)) {
            return null;
        }
        byte[] plaintext = new byte[length];
        MemorySegment.copy(room, 0, MemorySegment.ofArray(plaintext), 0, length);
        room.asSlice(0, length).fill((byte) 0);
        return plaintext;
    }

    private MemorySegment room(long bytes) {
        MemorySegment room = message;
        if (room == null || room.byteSize() < bytes) {
            room = arena.allocate(Math.max(512, Long.highestOneBit(bytes) * 2), SCRATCH_ALIGNMENT);
            message = room;
        }
        return room;
    }

    /// Overwrites everything secret that the scratch still holds.
    void wipe() {
        scratch.fill((byte) 0);
        Arrays.fill(state, 0);
        Arrays.fill(work, 0);
        mac.wipe();
        if (message != null) {
            message.fill((byte) 0);
        }
    }
}
