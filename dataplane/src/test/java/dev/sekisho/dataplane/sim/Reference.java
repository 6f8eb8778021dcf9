package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CloseReason;
import dev.sekisho.dataplane.flow.DeviceBinding;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.flow.MfaRules;
import dev.sekisho.dataplane.flow.ScanRules;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Policy;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The whole model: what is in force, who is there, and what time does.
final class Reference extends ReferenceCheckpoint {
    /// What is put in force at once.
    record Rules(
            Policy policy,
            Map<Integer, DeviceBinding> bindings,
            MfaRules mfa,
            ScanRules scan,
            Map<DeviceId, LockReason> locked) {}

    private static final long ANSWER_MILLIS = 3_000;

    private Map<Integer, DeviceBinding> bindings = Map.of();
    private Map<DeviceId, LockReason> locked = Map.of();

    Reference(int capacity) {
        super(capacity);
    }

    // ---- what is in force

    void enforce(long now, Rules rules) {
        generation++;
        policy = new ReferencePolicy(rules.policy);
        scanRules = rules.scan;
        bindings = rules.bindings;
        locked = rules.locked;
        for (Device device : devices.values()) {
            DeviceBinding next = bindings.get(device.number);
            boolean kept = next != null && device.binding != null && next.user().equals(device.binding.user());
            if (device.bound && !kept) {
                endAll(now, device, CloseReason.REVOKED);
            }
            boolean wasLocked = device.isLocked();
            bind(device);
            if (device.isLocked() && !wasLocked) {
                endAll(now, device, CloseReason.DEVICE_LOCKED);
            }
        }
        factors.rules(now, rules.mfa);
        cancel(
                now,
                factors.open().stream()
                        .filter(challenge -> !isAsked(now, challenge))
                        .toList());
        hurry(now);
    }

    /// Who lets a device be known by another name keeps the lock.
    private void bind(Device device) {
        DeviceBinding next = bindings.get(device.number);
        device.bound = next != null;
        if (next != null) {
            device.binding = next;
            LockReason lock = locks.getOrDefault(next.device(), locked.get(next.device()));
            if (lock != null && !device.isLocked()) {
                device.lock = lock;
                locks.put(next.device(), lock);
            }
        }
    }

    private boolean isAsked(long now, ReferenceFactors.Challenge challenge) {
        return policy.ofUser(
                        device(challenge.scope.device()).active(),
                        challenge.scope.high(),
                        challenge.scope.low(),
                        challenge.protocol,
                        challenge.port,
                        second(now))
                .asksForFactor();
    }

    void add(int number, String key) {
        Device device = new Device(number, key);
        bind(device);
        devices.put(number, device);
        generation++;
    }

    void remove(long now, Device device) {
        endAll(now, device, CloseReason.DEVICE_REMOVED);
        flowsOf(device).forEach(flow -> close(now, flow, CloseReason.DEVICE_REMOVED));
        devices.remove(device.number);
        generation++;
    }

    void unlock(long now, Device device) {
        if (device.isLocked()) {
            device.lock = null;
            locks.remove(device.id());
            device.scans.forget();
            emit(new CheckpointEvent.DeviceUnlocked(millis(now), device.id(), device.user()));
        }
    }

    // ---- time

    /// Does what is due.
    ///
    /// @param order the flows in the order in which a round meets them
    void onTimeout(long now, Supplier<List<FlowTuple>> order) {
        pay();
        expire(now);
        if (patrols && now >= nextRoundNanos) {
            if (flows.values().stream().anyMatch(flow -> isDue(now, flow))) {
                for (FlowTuple tuple : order.get()) {
                    flows.values().stream()
                            .filter(flow -> flow.tuple().equals(tuple))
                            .findFirst()
                            .ifPresent(flow -> visit(now, flow));
                }
            }
            flows.values().removeIf(flow -> flow.isOver() && isIdle(now, flow));
            patrols = !flows.isEmpty();
            nextRoundNanos = now + ROUND_NANOS;
        }
    }

    private boolean isDue(long now, ReferenceFlow flow) {
        return !flow.isOver() && (!judge(now, flow) || isIdle(now, flow) || isUnansweredFor3Seconds(now, flow));
    }

    private static boolean isIdle(long now, ReferenceFlow flow) {
        return flow.idleNanos(now) > flow.idleLimitNanos();
    }

    private boolean isUnansweredFor3Seconds(long now, ReferenceFlow flow) {
        return isUnanswered(flow) && millis(now) - flow.startedMillis > ANSWER_MILLIS;
    }

    private void visit(long now, ReferenceFlow flow) {
        if (flow.isOver()) {
            return;
        }
        if (!judge(now, flow)) {
            cut(now, flow, endOf(flow));
            return;
        }
        boolean idle = isIdle(now, flow);
        if (isUnanswered(flow) && (idle || isUnansweredFor3Seconds(now, flow)) && !isOutage(now, flow)) {
            inVain(now, device(flow.device), flow);
        }
        if (idle && isLive(flow)) {
            close(now, flow, flow.hasFinished() ? CloseReason.FINISHED : CloseReason.IDLE);
        }
    }

    void shutDown(long now) {
        List.copyOf(flows.values()).forEach(flow -> close(now, flow, CloseReason.SHUTDOWN));
    }
}
