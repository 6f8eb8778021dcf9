package dev.sekisho.bench.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What the kernel tells of one process. Source: proc(5).
///
/// @param cpuSeconds of user and system time since its start
/// @param residentMib of memory now
/// @param peakMib of memory since its start, or since [#forgetPeak]
record ProcessFigures(double cpuSeconds, double residentMib, double peakMib) {
    /// USER_HZ, fixed by the kernel's interface.
    static final double TICKS_A_SECOND = 100;

    private static final String FORGET_PEAK = "5";
    private static final double KIB_A_MIB = 1024;

    static ProcessFigures of(long pid) {
        String status = read(Path.of("/proc/" + pid + "/status"));
        long[] ticks = ticks(read(Path.of("/proc/" + pid + "/stat")));
        return new ProcessFigures(
                (ticks[0] + ticks[1]) / TICKS_A_SECOND,
                kib(status, "VmRSS:") / KIB_A_MIB,
                kib(status, "VmHWM:") / KIB_A_MIB);
    }

    /// Lets the peak begin anew.
    static void forgetPeak(long pid) {
        try {
            Files.writeString(Path.of("/proc/" + pid + "/clear_refs"), FORGET_PEAK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// utime, stime, cutime, cstime of a line of /proc/PID/stat.
    static long[] ticks(String stat) {
        String[] field = fieldsBehindName(stat);
        return new long[] {
            Long.parseLong(field[11]), Long.parseLong(field[12]), Long.parseLong(field[13]), Long.parseLong(field[14])
        };
    }

    static long parent(String stat) {
        return Long.parseLong(fieldsBehindName(stat)[1]);
    }

    /// The name may hold blanks and brackets; what follows its last bracket does not.
    private static String[] fieldsBehindName(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    private static double kib(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }

    /// A file of /proc, empty when its process has ended.
    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            // A process that ends while it is read gives ESRCH.
            if (!Files.exists(file)) {
                return "";
            }
            throw new UncheckedIOException(e);
        }
    }
}
