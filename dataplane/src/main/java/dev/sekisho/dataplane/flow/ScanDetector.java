package dev.sekisho.dataplane.flow;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts, exactly, the distinct destinations (address and port) that each device tried without success.
/// Owner: the engine's thread. Times are nanoseconds of a monotonic clock.
///
/// A destination counts from its last try as long as the window. With a threshold of 25, 25 pass and the
/// 26th within the window is a scan; a second, long window finds those who take their time ([ScanRules]).
/// Memory per device is bounded by the slow threshold, whatever the device does, and nothing is kept of a
/// device that fails at nothing. Whether a device is locked is the caller's to know.
public final class ScanDetector {
    private final long seed;
    private ScanRules rules;
    private @Nullable RecentDestinations[] devices = {};

    /// @param seed secret of the hash tables
    public ScanDetector(ScanRules rules, long seed) {
        this.rules = rules;
        this.seed = seed;
    }

    /// Changes the rules. What was seen so far is judged by them at the next [#observe] of its device; what
    /// the old slow window has let go does not come back.
    public void rules(ScanRules changed) {
        rules = changed;
    }

    /// Notes that a device tried a destination that it was not granted, or that did not answer or refused.
    ///
    /// @param port 0..65535; 0 for an ICMP echo
    /// @return whether the device has now tried more than the rules let pass
    public boolean observe(long nowNanos, int device, long addressHigh, long addressLow, int port) {
        RecentDestinations recent = device(device);
        recent.add(nowNanos, addressHigh, addressLow, port);
        return recent.exceeds();
    }

    /// The destinations that count against a device, oldest first, with the times of their last try.
    ///
    /// @param nowEpochMillis the wall clock's time at `nowNanos`
    public List<ScanTarget> targets(long nowNanos, long nowEpochMillis, int device) {
        RecentDestinations recent = device < devices.length ? devices[device] : null;
        return recent == null ? List.of() : recent.targets(nowNanos, nowEpochMillis);
    }

    /// Forgets what a device tried: it was unlocked or removed.
    public void forget(int device) {
        if (device < devices.length) {
            devices[device] = null;
        }
    }

    private RecentDestinations device(int device) {
        if (device >= devices.length) {
            devices = Arrays.copyOf(devices, Math.max(device + 1, devices.length * 3 / 2));
        }
        RecentDestinations known = devices[device];
        if (known == null || !known.rules().equals(rules)) {
            RecentDestinations made = new RecentDestinations(rules, seed);
            if (known != null) {
                made.addAll(known);
            }
            known = made;
            devices[device] = known;
        }
        return known;
    }
}
