package dev.sekisho.crypto;

import java.util.Arrays;

/// Overwrites secrets that are no longer needed. Best effort: the collector may have copied an array before.
public final class Wipe {
    private Wipe() {}

    /// Fills every given array with zeros.
    public static void bytes(byte[]... arrays) {
        for (byte[] array : arrays) {
            Arrays.fill(array, (byte) 0);
        }
    }
}
