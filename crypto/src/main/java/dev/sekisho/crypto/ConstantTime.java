package dev.sekisho.crypto;

import java.util.Objects;

/// Comparisons whose time depends on the length alone.
public final class ConstantTime {
    private ConstantTime() {}

    /// True when the two ranges hold the same bytes.
    public static boolean equal(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
        Objects.checkFromIndexSize(aOffset, length, a.length);
        Objects.checkFromIndexSize(bOffset, length, b.length);
        int difference = 0;
        for (int i = 0; i < length; i++) {
            difference |= a[aOffset + i] ^ b[bOffset + i];
        }
        return difference == 0;
    }

    /// True when every byte is zero.
    public static boolean isZero(byte[] a) {
        int sum = 0;
        for (byte value : a) {
            sum |= value;
        }
        return sum == 0;
    }
}
