package dev.sekisho.control.show;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Times and byte counts in the words of `wg`.
///
/// @param palette colours the unit names
record Units(Palette palette) {
    private static final long KIB = 1024;
    private static final long[] SECONDS_PER = {365L * 24 * 60 * 60, 24L * 60 * 60, 60L * 60, 60, 1};
    private static final String[] NAMES = {"year", "day", "hour", "minute", "second"};

    /// `3 B`, `1.50 KiB` up to TiB.
    String bytes(long count) {
        if (count < KIB) {
            return count + " " + palette.cyan("B");
        }
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        double value = count / (double) KIB;
        int unit = 0;
        while (value >= KIB && unit < units.length - 1) {
            value /= KIB;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f ", value) + palette.cyan(units[unit]);
    }

    /// `1 hour, 2 minutes, 3 seconds ago`, or `Now`.
    String ago(long thenSeconds, long nowSeconds) {
        if (nowSeconds == thenSeconds) {
            return "Now";
        }
        if (thenSeconds > nowSeconds) {
            return "(" + palette.red("System clock wound backward; connection problems may ensue.") + ")";
        }
        return duration(nowSeconds - thenSeconds) + " ago";
    }

    /// `every 25 seconds`.
    String every(long seconds) {
        return "every " + duration(seconds);
    }

    private String duration(long seconds) {
        List<String> parts = new ArrayList<>();
        long left = seconds;
        for (int i = 0; i < NAMES.length; i++) {
            long count = left / SECONDS_PER[i];
            left %= SECONDS_PER[i];
            if (count != 0) {
                parts.add(count + " " + palette.cyan(NAMES[i] + (count == 1 ? "" : "s")));
            }
        }
        return String.join(", ", parts);
    }
}
