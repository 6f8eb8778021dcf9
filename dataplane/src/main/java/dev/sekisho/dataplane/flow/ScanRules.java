package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;

/// How many distinct destinations a device may try in vain: so many within a window, and so many within a
/// long one. Immutable. Times are nanoseconds.
///
/// @param threshold destinations that pass within `windowNanos`; one more is a scan
/// @param windowNanos the sliding window of a fast scan
/// @param slowThreshold destinations that pass within `slowWindowNanos`; not below `threshold`
/// @param slowWindowNanos the sliding window of a slow scan; not shorter than `windowNanos`
public record ScanRules(int threshold, long windowNanos, int slowThreshold, long slowWindowNanos) {
    private static final long MINUTE = 60_000_000_000L;
    private static final int SLOW_FACTOR = 4;

    /// 25 in ten minutes (product line I01), 100 in a day.
    public static final ScanRules DEFAULT = of(25, 10 * MINUTE);

    /// @throws IllegalArgumentException with a sentence that names what is out of range
    public ScanRules {
        check("threshold", threshold);
        check("slow threshold", slowThreshold);
        if (windowNanos <= 0) {
            throw new IllegalArgumentException("the window of the scan rules must be longer than 0");
        }
        if (slowThreshold < threshold) {
            throw new IllegalArgumentException("the slow threshold of the scan rules cannot be below the threshold");
        }
        if (slowWindowNanos < windowNanos) {
            throw new IllegalArgumentException("the slow window of the scan rules cannot be shorter than the window");
        }
    }

    /// Rules whose slow part follows from the fast one: four times as many, in a day at least.
    ///
    /// @throws IllegalArgumentException with a sentence that names what is out of range
    public static ScanRules of(int threshold, long windowNanos) {
        check("threshold", threshold);
        return new ScanRules(
                threshold,
                windowNanos,
                Math.min(SLOW_FACTOR * threshold, Limits.MAX_SCAN_THRESHOLD),
                Math.max(windowNanos, 24 * 60 * MINUTE));
    }

    private static void check(String what, int threshold) {
        if (threshold < 1 || threshold > Limits.MAX_SCAN_THRESHOLD) {
            throw new IllegalArgumentException(
                    "the " + what + " of the scan rules must be 1 to " + Limits.MAX_SCAN_THRESHOLD);
        }
    }
}
