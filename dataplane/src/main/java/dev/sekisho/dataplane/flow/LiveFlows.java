package dev.sekisho.dataplane.flow;

/// What holds for packets of live flows whichever way they go. Owner: the checkpoint's thread.
final class LiveFlows {
    private final Flows flows;
    private final FlowRecords records;
    private final Devices devices;
    private final WallTime wall;
    private final Sentry sentry;
    private final Approvals approvals;
    private final Replies replies;

    LiveFlows(CheckpointParts parts) {
        this.flows = parts.flows();
        this.records = flows.table().records();
        this.devices = parts.devices();
        this.wall = parts.wall();
        this.sentry = parts.sentry();
        this.approvals = parts.approvals();
        this.replies = parts.replies();
    }

    /// The flow in `slot` if it belongs to the device. An address may move to another device; the flows of the one
    /// before end then, for they live by its user's grants.
    int own(long nowNanos, int slot, DeviceState device) {
        if (slot == FlowTable.NONE || records.device(slot) == device.number()) {
            return slot;
        }
        DeviceState before = devices.get(records.device(slot));
        if (before != null && !flows.isOver(slot)) {
            replies.cut(nowNanos, slot, before, CloseReason.DEVICE_REMOVED);
        }
        flows.close(nowNanos, slot, CloseReason.DEVICE_REMOVED);
        return FlowTable.NONE;
    }

    /// Whether a live flow may still carry packets.
    boolean goesOn(long nowNanos, int slot, DeviceState device) {
        if (flows.isOver(slot)) {
            return false;
        }
        long second = wall.epochSecond(nowNanos);
        if (!flows.isCurrent(slot, second) && !flows.rejudge(slot, device, second)) {
            replies.cut(nowNanos, slot, device, flows.endOf(slot));
            return false;
        }
        return (records.flags(slot) & FlowFlags.MFA) == 0 || approvals.isFresh(nowNanos, slot, records, device);
    }

    /// The flow was for nothing: a step of a scan.
    void inVain(long nowNanos, DeviceState device, int slot) {
        sentry.inVain(
                nowNanos,
                device,
                records.targetHigh(slot),
                records.targetLow(slot),
                Flows.policyPort(records.protocol(slot), records.ports(slot) & 0xffff));
    }
}
