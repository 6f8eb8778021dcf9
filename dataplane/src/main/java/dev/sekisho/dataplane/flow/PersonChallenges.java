package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a person answered of late, on whichever of their devices, and which of these were asked. All lists are short.
final class PersonChallenges<R> {
    /// Their devices that were asked and not closed since.
    final List<DeviceChallenges<R>> devices = new ArrayList<>(1);

    private final List<BackOff> backOffs = new ArrayList<>(2);
    private final long[] failures = new long[Limits.CHALLENGE_FAILURES - 1];
    private int failed;
    private boolean silenced;
    private long silencedNanos;

    /// Whether a device other than `asking` has an open challenge for the scope.
    boolean isAskedElsewhere(DeviceChallenges<R> asking, long high, long low, int scopePort) {
        for (int i = 0; i < devices.size(); i++) {
            DeviceChallenges<R> device = devices.get(i);
            if (device != asking && device.find(high, low, scopePort) != null) {
                return true;
            }
        }
        return false;
    }

    boolean isSilenced(long nowNanos) {
        if (silenced && nowNanos - silencedNanos >= Limits.CHALLENGE_SILENCE_NANOS) {
            silenced = false;
        }
        return silenced;
    }

    boolean isBackingOff(long nowNanos, long high, long low, int scopePort) {
        BackOff backOff = backOff(high, low, scopePort);
        return backOff != null && nowNanos - backOff.failedNanos < backOff.pauseNanos;
    }

    /// Notes that a challenge was approved: what was held against the scope and the person is forgotten. A
    /// silence that has begun lasts, for an approval given in annoyance is just what it is to prevent.
    void approved(Challenge<?> challenge) {
        failed = 0;
        BackOff backOff = backOff(challenge.addressHigh(), challenge.addressLow(), challenge.scopePort());
        if (backOff != null) {
            backOffs.remove(backOff);
        }
    }

    /// Notes that a challenge was denied or expired. Returns whether this silences the person.
    boolean failed(long nowNanos, Challenge<?> challenge) {
        backOffFrom(nowNanos, challenge);
        if (isSilenced(nowNanos)) {
            return false;
        }
        boolean tooMany = failed == failures.length && nowNanos - failures[0] <= Limits.CHALLENGE_FAILURE_WINDOW_NANOS;
        if (tooMany) {
            failed = 0;
            silenced = true;
            silencedNanos = nowNanos;
            return true;
        }
        if (failed == failures.length) {
            System.arraycopy(failures, 1, failures, 0, --failed);
        }
        failures[failed++] = nowNanos;
        return false;
    }

    private void backOffFrom(long nowNanos, Challenge<?> challenge) {
        BackOff backOff = backOff(challenge.addressHigh(), challenge.addressLow(), challenge.scopePort());
        if (backOff == null) {
            if (backOffs.size() == Limits.BACK_OFFS_PER_PERSON) {
                backOffs.removeFirst();
            }
            backOff = new BackOff(challenge);
        } else {
            backOffs.remove(backOff);
        }
        backOff.fail(nowNanos);
        backOffs.addLast(backOff);
    }

    private @Nullable BackOff backOff(long high, long low, int scopePort) {
        for (int i = 0; i < backOffs.size(); i++) {
            if (backOffs.get(i).scope.asksFor(high, low, scopePort)) {
                return backOffs.get(i);
            }
        }
        return null;
    }

    /// How long a scope has to wait since it failed; the list has the latest failure last.
    private static final class BackOff {
        private final Challenge<?> scope;
        private long failedNanos;
        private long pauseNanos;

        BackOff(Challenge<?> scope) {
            this.scope = scope;
        }

        void fail(long nowNanos) {
            boolean anew = pauseNanos == 0 || nowNanos - failedNanos >= Limits.CHALLENGE_BACK_OFF_MEMORY_NANOS;
            pauseNanos = anew
                    ? Limits.CHALLENGE_BACK_OFF_NANOS
                    : Math.min(2 * pauseNanos, Limits.CHALLENGE_BACK_OFF_MAX_NANOS);
            failedNanos = nowNanos;
        }
    }
}
