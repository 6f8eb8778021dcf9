package dev.sekisho.control.policy;

import java.time.Duration;

/// The `scan` group of the file (product lines I01, I05). Immutable.
///
/// @param threshold distinct targets that a device may try in vain within `window`; the next one locks it
/// @param slowThreshold the same for the long window
public record ScanSection(int threshold, Duration window, int slowThreshold, Duration slowWindow) {
    /// What holds without a word in the file.
    public static final ScanSection DEFAULT = new ScanSection(25, Duration.ofMinutes(10), 100, Duration.ofDays(1));
}
