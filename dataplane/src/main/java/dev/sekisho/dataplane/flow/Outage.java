package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;

/// Tells a network that is out from hosts that do not answer one device: while several devices wait in vain and nobody
/// at all is answered, silence is nobody's scan. One for each IP version. Owner: the checkpoint's thread.
final class Outage {
    private static final int NOBODY = -1;

    private boolean anybodyAnswered;
    private long answeredNanos;
    private int waiting = NOBODY;
    private long waitingNanos;
    private boolean severalWait;
    private long severalNanos;

    /// Some destination has answered some device.
    void answered(long nowNanos) {
        anybodyAnswered = true;
        answeredNanos = nowNanos;
    }

    /// Whether the network is out, asked for a device that waits in vain.
    boolean isOn(long nowNanos, int device) {
        if (waiting != NOBODY && waiting != device && nowNanos - waitingNanos < Limits.OUTAGE_NANOS) {
            severalWait = true;
            severalNanos = nowNanos;
        }
        waiting = device;
        waitingNanos = nowNanos;
        boolean isQuiet = !anybodyAnswered || nowNanos - answeredNanos >= Limits.OUTAGE_NANOS;
        return isQuiet && severalWait && nowNanos - severalNanos < Limits.OUTAGE_NANOS;
    }
}
