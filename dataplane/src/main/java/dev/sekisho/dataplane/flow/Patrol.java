package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import java.util.Objects;

/// Walks through the live flows, a few at a time: ends the silent ones and those that the policy no longer allows,
/// and notes what was never answered. Owner: the checkpoint's thread.
///
/// A round takes less than a second, so that is how long a flow may outlive the validity of its grant when nobody
/// sends anything; after a change of policy the round is made at once, in steps between which packets are served.
final class Patrol {
    private static final long STEP_NANOS = 50_000_000L;
    private static final int STEPS_PER_ROUND = 16;
    private static final int SMALLEST_STEP = 256;
    private static final int URGENT_STEP = 1024;

    private final Flows flows;
    private final FlowTable table;
    private final FlowRecords records;
    private final Devices devices;
    private final Replies replies;
    private final Sentry sentry;
    private final WallTime wall;
    private final FlowVisitor visitor = this::visit;
    private long nowNanos;
    private long second;
    private int urgentSlots;
    private boolean walking;
    private long nextNanos;

    Patrol(Flows flows, Devices devices, Replies replies, Sentry sentry, WallTime wall) {
        this.flows = flows;
        this.table = flows.table();
        this.records = table.records();
        this.devices = devices;
        this.replies = replies;
        this.sentry = sentry;
        this.wall = wall;
    }

    /// There are flows to watch.
    void wake(long now) {
        if (!walking) {
            walking = true;
            nextNanos = now + STEP_NANOS;
        }
    }

    /// All flows are to be looked at again, now.
    void startUrgently(long now) {
        if (table.size() > 0) {
            urgentSlots = table.slots();
            walking = true;
            nextNanos = now;
        }
    }

    void walk(long now) {
        if (!walking || now - nextNanos < 0) {
            return;
        }
        nowNanos = now;
        second = wall.epochSecond(now);
        int step = urgentSlots > 0 ? URGENT_STEP : Math.max(SMALLEST_STEP, table.slots() / STEPS_PER_ROUND + 1);
        table.sweep(step, visitor);
        urgentSlots = Math.max(0, urgentSlots - step);
        walking = table.size() > 0;
        nextNanos = urgentSlots > 0 ? now : now + STEP_NANOS;
    }

    long nextDeadlineNanos() {
        return walking ? nextNanos : Long.MAX_VALUE;
    }

    private void visit(int slot) {
        DeviceState device = Objects.requireNonNull(devices.get(records.device(slot)));
        if (device.isLocked() && !flows.isOver(slot)) {
            replies.cut(nowNanos, slot, device, CloseReason.DEVICE_LOCKED);
            return;
        }
        if (flows.isOver(slot)) {
            if (records.idleNanos(slot, nowNanos) > flows.idleLimitNanos(slot)) {
                flows.forget(slot);
            }
            return;
        }
        if (!flows.isCurrent(slot, second) && !flows.rejudge(slot, device, second)) {
            replies.cut(nowNanos, slot, device, flows.endOf(slot));
            return;
        }
        boolean idle = records.idleNanos(slot, nowNanos) > flows.idleLimitNanos(slot);
        boolean inVain = flows.isUnanswered(slot)
                && (idle || wall.epochMillis(nowNanos) - records.startedEpochMillis(slot) > Limits.ANSWER_MILLIS)
                && !flows.isOutage(nowNanos, slot);
        if (inVain) {
            records.state(slot, records.state(slot) | FlowFlags.IN_VAIN);
            sentry.inVain(
                    nowNanos,
                    device,
                    records.targetHigh(slot),
                    records.targetLow(slot),
                    Flows.policyPort(records.protocol(slot), records.ports(slot) & 0xffff));
        }
        if (idle && records.isLive(slot)) {
            flows.close(nowNanos, slot, flows.isFinished(slot) ? CloseReason.FINISHED : CloseReason.IDLE);
        }
    }
}
