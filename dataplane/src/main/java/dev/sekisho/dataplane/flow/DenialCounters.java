package dev.sekisho.dataplane.flow;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// How often each [Denial] came up. Written by the checkpoint's thread; any thread may read.
@SuppressWarnings("EnumOrdinal") // an array index within one process, never stored
public final class DenialCounters {
    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[Denial.values().length];

    DenialCounters() {}

    void increment(Denial reason) {
        int at = reason.ordinal();
        COUNTS.setOpaque(counts, at, counts[at] + 1);
    }

    /// Packets refused for `reason` since the checkpoint was made.
    public long count(Denial reason) {
        return (long) COUNTS.getOpaque(counts, reason.ordinal());
    }
}
