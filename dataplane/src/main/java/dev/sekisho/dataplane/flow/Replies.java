package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.VirtioHeader;
import java.lang.foreign.MemorySegment;

/// Tells the ends of a flow that it is over or never began, so that nobody waits for a time-out. Owner: the
/// checkpoint's thread.
final class Replies {
    private final Flows flows;
    private final FlowRecords records;
    private final Refusals refusals;
    private final CheckpointOutput out;

    Replies(Flows flows, Refusals refusals, CheckpointOutput out) {
        this.flows = flows;
        this.records = flows.table().records();
        this.refusals = refusals;
        this.out = out;
    }

    /// Refuses a packet of a device: TCP by a reset, the rest by an ICMP error.
    void refuse(long nowNanos, DeviceState device, Packet packet, MemorySegment memory, long offset) {
        toDevice(nowNanos, device, refusals.refuse(memory, offset, packet));
    }

    /// Ends the live flow that a packet of the device belongs to, if there is one.
    ///
    /// @return whether the device was told so
    boolean cutFlowOf(long nowNanos, DeviceState device, Packet packet, CloseReason reason) {
        int slot = flows.ofDevicePacket(packet);
        if (slot == FlowTable.NONE || records.device(slot) != device.number()) {
            return false;
        }
        if (!flows.isOver(slot)) {
            cut(nowNanos, slot, device, reason);
        }
        return packet.kind() == Packet.Kind.TCP;
    }

    /// Ends a live flow, and a TCP connection at both its ends.
    void cut(long nowNanos, int slot, DeviceState device, CloseReason reason) {
        if (records.protocol(slot) == TcpView.PROTOCOL) {
            int devicePort = records.ports(slot) >>> 16;
            int targetPort = records.ports(slot) & 0xffff;
            int ofDevice = records.deviceSequence(slot);
            int ofTarget = records.targetSequence(slot);
            toDevice(
                    nowNanos,
                    device,
                    refusals.reset(
                            records.targetHigh(slot),
                            records.targetLow(slot),
                            targetPort,
                            records.deviceHigh(slot),
                            records.deviceLow(slot),
                            devicePort,
                            ofTarget,
                            ofDevice));
            int bytes = refusals.reset(
                    records.deviceHigh(slot),
                    records.deviceLow(slot),
                    devicePort,
                    records.targetHigh(slot),
                    records.targetLow(slot),
                    targetPort,
                    ofDevice,
                    ofTarget);
            out.toTarget(
                    refusals.memory(),
                    refusals.offset() - VirtioHeader.BYTES,
                    VirtioHeader.BYTES + bytes,
                    flows.isHandedOff(slot));
        }
        flows.end(nowNanos, slot, reason);
    }

    private void toDevice(long nowNanos, DeviceState device, int bytes) {
        if (bytes > 0) {
            out.reply(
                    nowNanos,
                    device.peer(),
                    refusals.memory(),
                    refusals.offset() - VirtioHeader.BYTES,
                    VirtioHeader.BYTES + bytes);
        }
    }
}
