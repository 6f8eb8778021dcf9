package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import java.util.Arrays;

/// Says which refusals are reported: a token bucket per device, [Limits#DENIALS_PER_SECOND] and
/// [Limits#DENIALS_BURST] at once. The others are counted. Owner: the engine's thread.
///
/// One time per device is enough for a bucket: when it will be full again.
public final class DenialLog {
    /// Do not report this one.
    public static final long SUPPRESS = -1;

    private static final long NANOS_PER_TOKEN = 1_000_000_000L / Limits.DENIALS_PER_SECOND;
    private static final long BUCKET_NANOS = NANOS_PER_TOKEN * Limits.DENIALS_BURST;

    private long[] fullAt = {};
    private long[] suppressed = {};

    public DenialLog() {}

    /// Asks to report a refusal of a device.
    ///
    /// @return [#SUPPRESS], or how many were suppressed since the last that was reported
    public long admit(long nowNanos, int device) {
        if (device >= fullAt.length) {
            grow(nowNanos, device);
        }
        long untilFull = Math.max(0, fullAt[device] - nowNanos);
        if (untilFull > BUCKET_NANOS - NANOS_PER_TOKEN) {
            suppressed[device]++;
            return SUPPRESS;
        }
        fullAt[device] = nowNanos + untilFull + NANOS_PER_TOKEN;
        long before = suppressed[device];
        suppressed[device] = 0;
        return before;
    }

    /// Refusals of a device that were suppressed since the last that was reported.
    public long suppressed(int device) {
        return device < suppressed.length ? suppressed[device] : 0;
    }

    /// Forgets a device: it was removed.
    public void forget(long nowNanos, int device) {
        if (device < fullAt.length) {
            fullAt[device] = nowNanos;
            suppressed[device] = 0;
        }
    }

    private void grow(long nowNanos, int device) {
        int known = fullAt.length;
        int more = Math.max(device + 1, known * 3 / 2);
        fullAt = Arrays.copyOf(fullAt, more);
        suppressed = Arrays.copyOf(suppressed, more);
        Arrays.fill(fullAt, known, more, nowNanos);
    }
}
