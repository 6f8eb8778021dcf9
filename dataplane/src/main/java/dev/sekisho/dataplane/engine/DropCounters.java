package dev.sekisho.dataplane.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// How often each [DropReason] came up. Written by the engine's thread; any thread may read.
@SuppressWarnings("EnumOrdinal") // an array index within one process, never stored
public final class DropCounters {
    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int REASONS = DropReason.values().length;

    private final long[] counts = new long[REASONS];

    DropCounters() {}

    void add(DropReason reason, int packets) {
        int at = reason.ordinal();
        COUNTS.setOpaque(counts, at, counts[at] + packets);
    }

    void increment(DropReason reason) {
        add(reason, 1);
    }

    /// Packets dropped for `reason` since the engine was made.
    public long count(DropReason reason) {
        return (long) COUNTS.getOpaque(counts, reason.ordinal());
    }

    /// Packets dropped for any reason.
    public long total() {
        long total = 0;
        for (int i = 0; i < REASONS; i++) {
            total += (long) COUNTS.getOpaque(counts, i);
        }
        return total;
    }
}
