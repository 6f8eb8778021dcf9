package dev.sekisho.bench.netns;

import dev.sekisho.it.lab.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Watches how much of the machine others take: all processes but ours, our children's and the kernel's own threads.
final class Machine {
    private static final long KTHREADD = 2;
    private static final Duration QUIET_SAMPLE = Duration.ofMillis(500);

    private Machine() {}

    /// CPU seconds that others have used since the machine's start.
    static double foreignCpuSeconds() {
        Map<Long, String> stats = allStats();
        Set<Long> ours = new HashSet<>(Set.of(ProcessHandle.current().pid()));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (var entry : stats.entrySet()) {
                if (ours.contains(ProcessFigures.parent(entry.getValue()))) {
                    grown |= ours.add(entry.getKey());
                }
            }
        }
        double ticks = 0;
        for (var entry : stats.entrySet()) {
            boolean kernel = entry.getKey() == KTHREADD || ProcessFigures.parent(entry.getValue()) == KTHREADD;
            if (!kernel && !ours.contains(entry.getKey())) {
                for (long part : ProcessFigures.ticks(entry.getValue())) {
                    ticks += part;
                }
            }
        }
        return ticks / ProcessFigures.TICKS_A_SECOND;
    }

    /// Waits until others use less than `cores`, at most as long as `limit`; true when they do.
    static boolean awaitQuiet(double cores, Duration limit) {
        return limit.isZero() || Await.holdsWithin(limit, () -> foreignCores() <= cores);
    }

    private static double foreignCores() {
        double before = foreignCpuSeconds();
        long startNanos = System.nanoTime();
        Await.holdsWithin(QUIET_SAMPLE, () -> false);
        return (foreignCpuSeconds() - before) / ((System.nanoTime() - startNanos) * 1e-9);
    }

    private static Map<Long, String> allStats() {
        var stats = new HashMap<Long, String>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                String stat = ProcessFigures.read(entry.resolve("stat"));
                if (!stat.isEmpty()) {
                    stats.put(Long.parseLong(entry.getFileName().toString()), stat);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return stats;
    }
}
