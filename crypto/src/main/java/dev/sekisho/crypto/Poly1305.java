package dev.sekisho.crypto;

import static java.lang.Math.multiplyHigh;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The one-time authenticator Poly1305 in the padded form that the AEAD uses: every block is 16 bytes with a
/// one bit behind. Thread-confined; one [#start] per message.
///
/// A number modulo 2^130 - 5 is three limbs of 44, 44 and 42 bits. A product of two limbs is at most 88 bits:
/// its low 44 bits are `(x * y) & MASK44`, its high bits `multiplyHigh(x << 8, y << 12)`; so no carry has to be
/// detected, which keeps it constant time.
/// Source: RFC 8439 section 2.5 and 2.8.
final class Poly1305 {
    static final int BLOCK_BYTES = 16;

    private static final long MASK44 = (1L << 44) - 1;
    private static final long MASK42 = (1L << 42) - 1;
    private static final long MASK26 = (1L << 26) - 1;

    /// 2^128 in the top limb, which starts at bit 88.
    private static final long HIGH_BIT = 1L << 40;

    /// The clamp of RFC 8439 section 2.5.
    private static final long CLAMP_LOW = 0x0ffffffc0fffffffL;

    private static final long CLAMP_HIGH = 0x0ffffffc0ffffffcL;

    private long keyLow;
    private long keyHigh;
    private long padLow;
    private long padHigh;
    private long hash0;
    private long hash1;
    private long hash2;
    private long tagLow;
    private long tagHigh;

    /// Takes the 32-byte one-time key and forgets the last message.
    void start(MemorySegment key, long offset) {
        keyLow = key.get(Bytes.LONG_LAYOUT, offset) & CLAMP_LOW;
        keyHigh = key.get(Bytes.LONG_LAYOUT, offset + 8) & CLAMP_HIGH;
        padLow = key.get(Bytes.LONG_LAYOUT, offset + 16);
        padHigh = key.get(Bytes.LONG_LAYOUT, offset + 24);
        hash0 = 0;
        hash1 = 0;
        hash2 = 0;
    }

    /// Low half of the clamped multiplier r.
    long keyLow() {
        return keyLow;
    }

    /// High half of the clamped multiplier r.
    long keyHigh() {
        return keyHigh;
    }

    /// Sets the hash to a sum of five limbs of 26 bits each, which may have grown to 60 bits: the result of a
    /// vector kernel.
    void hash(long limb0, long limb1, long limb2, long limb3, long limb4) {
        long l1 = limb1 + (limb0 >>> 26);
        long l2 = limb2 + (l1 >>> 26);
        long l3 = limb3 + (l2 >>> 26);
        long l4 = limb4 + (l3 >>> 26);
        long l0 = (limb0 & MASK26) + 5 * (l4 >>> 26);
        l1 &= MASK26;
        l2 &= MASK26;
        l3 &= MASK26;
        l4 &= MASK26;
        long low = l0 + (l1 << 26);
        hash0 = low & MASK44;
        long middle = (low >>> 44) + (l2 << 8) + ((l3 << 34) & MASK44);
        hash1 = middle & MASK44;
        hash2 = (middle >>> 44) + (l3 >>> 10) + (l4 << 16);
    }

    /// Absorbs additional data, the last block padded with zeros.
    void absorb(MemorySegment data, long offset, int length) {
        blocks(data, offset, length, length, 0, 0);
    }

    /// Absorbs the rest of the text, the last block padded with zeros, and the block of lengths, and computes
    /// the tag.
    void finish(MemorySegment text, long offset, int length, long aadBytes, long textBytes) {
        int padded = (length + BLOCK_BYTES - 1) & -BLOCK_BYTES;
        blocks(text, offset, length, padded + BLOCK_BYTES, aadBytes, textBytes);
        computeTag();
    }

    /// First half of the tag of the last message.
    long tagLow() {
        return tagLow;
    }

    /// Second half of the tag of the last message.
    long tagHigh() {
        return tagHigh;
    }

    /// Overwrites the key and the state.
    void wipe() {
        keyLow = 0;
        keyHigh = 0;
        padLow = 0;
        padHigh = 0;
        hash0 = 0;
        hash1 = 0;
        hash2 = 0;
    }

    /// Little-endian word of 0 to 8 bytes.
    private static long word(MemorySegment data, long offset, int bytes) {
        if (bytes == Long.BYTES) {
            return data.get(Bytes.LONG_LAYOUT, offset);
        }
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = (value << 8) | (data.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff);
        }
        return value;
    }

    /// Absorbs `length` bytes in whole blocks and, up to `end`, one more block with the two words given.
    private void blocks(MemorySegment data, long offset, int length, int end, long lastLow, long lastHigh) {
        long r0 = keyLow & MASK44;
        long r1 = ((keyLow >>> 44) | (keyHigh << 20)) & MASK44;
        long r2 = keyHigh >>> 24;
        // What leaves the top comes back times 5; limbs 1 and 2 meet it two bits early (2^132 = 4 * 2^130), hence 20.
        long s1 = r1 * 20;
        long s2 = r2 * 20;
        long r0High = r0 << 12;
        long r1High = r1 << 12;
        long r2High = r2 << 12;
        long s1High = s1 << 12;
        long s2High = s2 << 12;
        long h0 = hash0;
        long h1 = hash1;
        long h2 = hash2;
        for (int i = 0; i < end; i += BLOCK_BYTES) {
            long low = lastLow;
            long high = lastHigh;
            int rest = length - i;
            if (rest >= BLOCK_BYTES) {
                low = data.get(Bytes.LONG_LAYOUT, offset + i);
                high = data.get(Bytes.LONG_LAYOUT, offset + i + Long.BYTES);
            } else if (rest > 0) {
                int lowBytes = Math.min(rest, Long.BYTES);
                low = word(data, offset + i, lowBytes);
                high = word(data, offset + i + lowBytes, rest - lowBytes);
            }
            h0 += low & MASK44;
            h1 += ((low >>> 44) | (high << 20)) & MASK44;
            h2 += (high >>> 24) | HIGH_BIT;
            long h0High = h0 << 8;
            long h1High = h1 << 8;
            long h2High = h2 << 8;
            long low0 = ((h0 * r0) & MASK44) + ((h1 * s2) & MASK44) + ((h2 * s1) & MASK44);
            long low1 = ((h0 * r1) & MASK44) + ((h1 * r0) & MASK44) + ((h2 * s2) & MASK44);
            long low2 = ((h0 * r2) & MASK44) + ((h1 * r1) & MASK44) + ((h2 * r0) & MASK44);
            long high0 = multiplyHigh(h0High, r0High) + multiplyHigh(h1High, s2High) + multiplyHigh(h2High, s1High);
            long high1 = multiplyHigh(h0High, r1High) + multiplyHigh(h1High, r0High) + multiplyHigh(h2High, s2High);
            long high2 = multiplyHigh(h0High, r2High) + multiplyHigh(h1High, r1High) + multiplyHigh(h2High, r0High);
            low1 += high0 + (low0 >>> 44);
            low2 += high1 + (low1 >>> 44);
            long over = (high2 << 2) + (low2 >>> 42);
            low0 = (low0 & MASK44) + over * 5;
            h0 = low0 & MASK44;
            h1 = (low1 & MASK44) + (low0 >>> 44);
            h2 = low2 & MASK42;
        }
        hash0 = h0;
        hash1 = h1;
        hash2 = h2;
    }

    private void computeTag() {
        long h1 = hash1 + (hash0 >>> 44);
        long h2 = hash2 + (h1 >>> 44);
        long h0 = (hash0 & MASK44) + 5 * (h2 >>> 42);
        h1 = (h1 & MASK44) + (h0 >>> 44);
        h2 = (h2 & MASK42) + (h1 >>> 44);
        h0 &= MASK44;
        h1 &= MASK44;
        // h is below 2^130 + a little. h + 5 reaches bit 130 exactly when h is not below the prime; then h + 5 - 2^130
        // is the residue.
        long g0 = h0 + 5;
        long g1 = h1 + (g0 >>> 44);
        long g2 = h2 + (g1 >>> 44);
        long reduce = -(g2 >>> 42);
        h0 = ((h0 & ~reduce) | (g0 & reduce)) & MASK44;
        h1 = ((h1 & ~reduce) | (g1 & reduce)) & MASK44;
        h2 = ((h2 & ~reduce) | (g2 & reduce)) & MASK42;
        long low = h0 | (h1 << 44);
        long high = (h1 >>> 20) | (h2 << 24);
        tagLow = low + padLow;
        long carry = ((low & padLow) | ((low | padLow) & ~tagLow)) >>> 63;
        tagHigh = high + padHigh + carry;
    }
}
