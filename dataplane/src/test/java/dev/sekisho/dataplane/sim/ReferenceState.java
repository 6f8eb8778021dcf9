package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.ChallengeOutcome;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CloseReason;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.flow.DeviceBinding;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.flow.Passage;
import dev.sekisho.dataplane.flow.ScanRules;
import dev.sekisho.dataplane.flow.ScanTarget;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.UserId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the model knows, what it expects to come out, and what refusing, closing and locking mean. Rules about packets
/// are in [ReferenceCheckpoint].
class ReferenceState {
    /// A device in the model.
    static final class Device {
        final int number;
        final String key;

        /// Whose it is, or was last.
        @Nullable
        DeviceBinding binding;

        /// Where its datagrams come from.
        String origin = "";

        boolean bound;
        long heardNanos = Long.MIN_VALUE / 2;
        long backNanos = Long.MIN_VALUE / 2;

        @Nullable
        LockReason lock;

        final ReferenceScans scans = new ReferenceScans();
        long passed;
        long refused;

        Device(int number, String key) {
            this.number = number;
            this.key = key;
        }

        @Nullable
        UserId user() {
            return binding == null ? null : binding.user();
        }

        DeviceId id() {
            return binding == null ? new DeviceId("unknown " + key) : binding.device();
        }

        /// By whose grants it goes now.
        @Nullable
        UserId active() {
            return bound ? user() : null;
        }

        /// Notes a packet of the device. After ten minutes of silence it has been away.
        void heard(long now) {
            if (now - heardNanos >= 600 * SECOND) {
                backNanos = now;
            }
            heardNanos = now;
        }

        boolean isBackJustNow(long now) {
            return now - backNanos < 300 * SECOND;
        }

        boolean isLocked() {
            return lock != null;
        }
    }

    /// A packet that was held and goes on.
    record Released(ByteBuffer packet, Passage passage) {}

    /// Flows are looked at 20 times a second while there are any.
    static final long ROUND_NANOS = 50_000_000L;

    private static final long SECOND = 1_000_000_000L;

    final Map<Integer, Device> devices = new TreeMap<>();
    final Map<FlowTuple, ReferenceFlow> flows = new LinkedHashMap<>();
    final ReferenceFactors factors = new ReferenceFactors();
    final ReferenceFragments fragments = new ReferenceFragments();
    final Map<Denial, Long> counts = new EnumMap<>(Denial.class);

    /// What must come out; the reader empties these.
    final List<CheckpointEvent> events = new ArrayList<>();

    final List<Released> released = new ArrayList<>();
    int resetsToDevices;
    int resetsToTargets;
    long lost;

    /// The locks that are known, by name.
    final Map<DeviceId, LockReason> locks = new HashMap<>();

    ReferencePolicy policy = new ReferencePolicy(new Policy(0, List.of(), List.of(), List.of(), List.of(), List.of()));
    ScanRules scanRules = ScanRules.DEFAULT;
    long generation;
    boolean patrols;
    long nextRoundNanos;
    private boolean ringOpen = true;
    private boolean owes;
    private boolean told;
    private long wallOffsetNanos;
    private long lastSecond;

    // ---- time and events

    void tell(long now, long epochMillis) {
        long offset = epochMillis * 1_000_000 - now;
        wallOffsetNanos = told ? Math.max(wallOffsetNanos, offset) : offset;
        told = true;
    }

    long second(long now) {
        lastSecond = Math.max(lastSecond, Math.floorDiv(wallOffsetNanos + now, SECOND));
        return lastSecond;
    }

    long millis(long now) {
        return (wallOffsetNanos + now) / 1_000_000;
    }

    /// There are flows to look after.
    void wake(long now) {
        if (!patrols) {
            patrols = true;
            nextRoundNanos = now + ROUND_NANOS;
        }
    }

    void ring(boolean isOpen) {
        ringOpen = isOpen;
    }

    /// What was owed goes out, if it can.
    void pay() {
        owes &= !ringOpen;
    }

    boolean hasRoom() {
        return ringOpen && !owes;
    }

    boolean owes() {
        return owes;
    }

    void emit(CheckpointEvent event) {
        owes |= !ringOpen;
        events.add(event);
    }

    // ---- refusing

    void count(Denial reason) {
        counts.merge(reason, 1L, Long::sum);
    }

    void refuse(long now, Device device, Probe probe, Denial reason, @Nullable GrantId grant) {
        count(reason);
        device.refused++;
        report(now, device, probe, true, reason, grant);
        FlowTuple seen = probe.visibleTuple();
        if (reason == Denial.DECOY) {
            if (!policy.mayScan(device.active()) && device.bound) {
                device.scans.observe(
                        now, scanRules, seen.destinationHigh(), seen.destinationLow(), seen.destinationPort());
                lock(now, device, LockReason.DECOY);
            }
        } else if (reason == Denial.MALFORMED
                || (isStepOfScan(reason) && isAttempt(device.isBackJustNow(now), probe, reason))) {
            triedInVain(now, device, seen.destinationHigh(), seen.destinationLow(), seen.destinationPort());
        }
    }

    void report(long now, Device device, Probe probe, boolean fromDevice, Denial reason, @Nullable GrantId grant) {
        OptionalLong suppressed = device.scans.admit(now);
        if (suppressed.isPresent() && !hasRoom()) {
            lost++; // one refusal of many does not wait for room
        } else if (suppressed.isPresent()) {
            emit(new CheckpointEvent.FlowDenied(
                    millis(now),
                    device.id(),
                    device.user(),
                    probe.visibleTuple(),
                    fromDevice,
                    reason,
                    grant,
                    suppressed.getAsLong()));
        }
    }

    /// Answers are none, and a device that was away may think of connections that are gone.
    private static boolean isAttempt(boolean back, Probe probe, Denial reason) {
        if (probe.kind() != Probe.Kind.TCP) {
            return probe.kind() != Probe.Kind.ECHO_REPLY;
        }
        return probe.has(Probe.SYN)
                ? !probe.has(Probe.ACK)
                : !probe.has(Probe.RST) && !(back && reason == Denial.OUT_OF_STATE) && reason != Denial.SPOOFED_SOURCE;
    }

    /// Refuses what was allowed a moment ago: nobody tries anything.
    void refuseLate(long now, Device device, Probe probe, Denial reason) {
        count(reason);
        device.refused++;
        report(now, device, probe, true, reason, null);
    }

    /// I01, I05: what was not granted, however it was tried.
    private static boolean isStepOfScan(Denial reason) {
        return switch (reason) {
            case NO_GRANT, DENY_GRANT, NOT_NOW, UNKNOWN_USER, PROTOCOL -> true;
            case CHALLENGE_DENIED, CHALLENGE_EXPIRED -> true;
            case OUT_OF_STATE, FRAGMENT, MALFORMED, SPOOFED_SOURCE -> true;
            case DECOY,
                    DEVICE_LOCKED,
                    UNROUTABLE,
                    MOVED_TO_PROXY,
                    CHALLENGE_BACKING_OFF,
                    CHALLENGE_OPEN_ELSEWHERE,
                    HOLD_FULL -> false;
            case CHALLENGES_SILENCED, TOO_MANY_CHALLENGES -> false;
            case UNRELATED_ERROR, FLOW_LIMIT, HALF_OPEN_LIMIT, RESET_OUT_OF_WINDOW, AUDIT_BACKPRESSURE -> false;
        };
    }

    /// Tells the sender of a TCP segment no.
    void answer(Device device, Probe probe) {
        if (!device.isLocked() && probe.kind() == Probe.Kind.TCP && !probe.has(Probe.RST)) {
            resetsToDevices++;
        }
    }

    void triedInVain(long now, Device device, long high, long low, int port) {
        if (!policy.mayScan(device.active())
                && !device.isLocked()
                && device.bound
                && device.scans.observe(now, scanRules, high, low, port)) {
            lock(now, device, LockReason.SCAN);
        }
    }

    // ---- ending

    void lock(long now, Device device, LockReason reason) {
        if (!device.isLocked()) {
            device.lock = reason;
            locks.put(device.id(), reason);
            var evidence = reason == LockReason.ADMIN ? List.<ScanTarget>of() : device.scans.evidence(now, millis(now));
            emit(new CheckpointEvent.DeviceLocked(millis(now), device.id(), device.user(), reason, evidence));
            endAll(now, device, CloseReason.DEVICE_LOCKED);
        }
    }

    void endAll(long now, Device device, CloseReason reason) {
        for (ReferenceFactors.Challenge challenge : factors.forget(device.number)) {
            emitEnd(now, challenge, ChallengeOutcome.CANCELLED);
        }
        fragments.forget(device.number);
        flowsOf(device).stream().filter(flow -> !flow.isOver()).forEach(flow -> cut(now, flow, reason));
        hurry(now);
    }

    void emitEnd(long now, ReferenceFactors.Challenge challenge, ChallengeOutcome outcome) {
        Device device = Objects.requireNonNull(devices.get(challenge.scope.device()));
        emit(new CheckpointEvent.ChallengeEnded(millis(now), challenge.id, device.id(), device.user(), outcome));
    }

    List<ReferenceFlow> flowsOf(Device device) {
        return flows.values().stream().filter(f -> f.device == device.number).toList();
    }

    int liveFlowsOf(Device device) {
        return (int) flowsOf(device).stream().filter(flow -> !flow.isOver()).count();
    }

    boolean isLive(ReferenceFlow flow) {
        return flows.get(flow.key) == flow;
    }

    /// Flows are looked at now.
    void hurry(long now) {
        if (!flows.isEmpty()) {
            patrols = true;
            nextRoundNanos = now;
        }
    }

    /// Ends a flow and tells both ends.
    void cut(long now, ReferenceFlow flow, CloseReason reason) {
        if (flow.isTcp()) {
            resetsToDevices++;
            resetsToTargets++;
        }
        end(now, flow, reason);
    }

    /// What has ended keeps its place for a while, but for pings.
    void end(long now, ReferenceFlow flow, CloseReason reason) {
        if (flow.isTcp() || flow.key.protocol() == 17) {
            record(now, flow, reason);
            flow.end(now);
        } else {
            close(now, flow, reason);
        }
    }

    void close(long now, ReferenceFlow flow, CloseReason reason) {
        flows.remove(flow.key);
        if (!flow.isOver()) {
            record(now, flow, reason);
        }
    }

    private void record(long now, ReferenceFlow flow, CloseReason reason) {
        Device device = Objects.requireNonNull(devices.get(flow.device));
        emit(new CheckpointEvent.FlowClosed(
                millis(now),
                0,
                device.id(),
                Objects.requireNonNull(device.user()),
                flow.tuple(),
                Objects.requireNonNull(flow.verdict.grant()).id(),
                Objects.requireNonNull(flow.verdict.resource()).id(),
                !flow.fromNetwork,
                flow.verdict.handedOff(),
                flow.startedMillis,
                flow.traffic(),
                reason));
    }
}
