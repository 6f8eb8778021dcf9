package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.TcpView;

/// The short way of packets that change nothing but the account of their flow: plain ones of a live flow whose decision
/// holds, both sides of which have been heard. Owner: the checkpoint's thread. Allocates nothing.
///
/// It lets through what the long way would, and leaves the flow as that would. Whatever is out of the ordinary it
/// leaves to the long way, untouched: so nothing is refused here.
final class Hits {
    /// TCP: both have spoken and acknowledged, nobody has finished.
    private static final int TCP_WANTED = FlowFlags.ANSWERED | FlowFlags.CONFIRMED | FlowFlags.TARGET_KNOWN;

    private static final int TCP_LOOKED_AT = TCP_WANTED | FlowFlags.BOTH_FIN | FlowFlags.OVER;

    private final PlainHeader header;
    private final Flows flows;
    private final FlowTable table;
    private final FlowRecords records;
    private final Judge judge;
    private final WallTime wall;
    private final MfaSessions sessions;
    private int flags;

    /// @param header read of the packet in hand before each call
    Hits(PlainHeader header, CheckpointParts parts) {
        this.header = header;
        this.flows = parts.flows();
        this.table = flows.table();
        this.records = table.records();
        this.judge = parts.judge();
        this.wall = parts.wall();
        this.sessions = parts.approvals().sessions();
    }

    /// Lets a packet of the device's through, [#header] being read of it.
    ///
    /// @return the slot of its flow, or [FlowTable#NONE] when it must take the long way
    int fromDevice(long now, DeviceState device) {
        int slot = table.find(
                header.sourceHigh,
                header.sourceLow,
                header.destinationHigh,
                header.destinationLow,
                header.ports,
                header.protocol);
        if (slot == FlowTable.NONE
                || !isOrdinary(now, slot, device, true)
                || ((flags & FlowFlags.MFA) != 0 && !sessions.touch(records.mfaSession(slot), now))) {
            return FlowTable.NONE;
        }
        records.seen(slot, now);
        countFromDevice(slot);
        return slot;
    }

    /// Whether a packet of the device's, [#header] being read of it, is one of a live flow.
    boolean isOf(int slot) {
        return records.matches(
                slot,
                header.sourceHigh,
                header.sourceLow,
                header.destinationHigh,
                header.destinationLow,
                FlowRecords.portsAndProtocol(header.ports, header.protocol));
    }

    /// Takes one more packet of the device's into the account of its flow.
    void countFromDevice(int slot) {
        records.addToTarget(slot, header.totalBytes, 1);
        if (header.protocol == TcpView.PROTOCOL) {
            records.targetSequence(slot, header.acknowledgment);
        }
    }

    /// Lets a packet for the device through, [#header] being read of it.
    ///
    /// @param segmentBytes payload of each segment of a super-packet, 0 for a plain packet
    /// @return false when it must take the long way
    boolean toDevice(long now, DeviceState device, int segmentBytes) {
        int slot = table.find(
                header.destinationHigh,
                header.destinationLow,
                header.sourceHigh,
                header.sourceLow,
                Integer.rotateLeft(header.ports, 16),
                header.protocol);
        if (slot == FlowTable.NONE
                || !isOrdinary(now, slot, device, false)
                || ((flags & FlowFlags.MFA) != 0 && !sessions.isFresh(records.mfaSession(slot), now))) {
            return false;
        }
        records.seen(slot, now);
        count(slot, segmentBytes);
        if (header.protocol == TcpView.PROTOCOL) {
            records.deviceSequence(slot, header.acknowledgment);
        }
        if ((flags & FlowFlags.FROM_NETWORK) == 0) {
            flows.noteAnswer(now, slot);
        }
        return true;
    }

    private void count(int slot, int segmentBytes) {
        int packets = segmentBytes == 0 ? 1 : (header.payloadBytes + segmentBytes - 1) / segmentBytes;
        long headers = (long) (packets - 1) * (header.totalBytes - header.payloadBytes);
        records.addToDevice(slot, header.totalBytes + headers, packets);
    }

    /// Whether the flow is the device's, was decided by what is in force, and is in the midst of its life.
    private boolean isOrdinary(long now, int slot, DeviceState device, boolean fromDevice) {
        long verdict = records.verdict(slot);
        flags = (int) (verdict >>> Integer.SIZE);
        int looked = TCP_LOOKED_AT;
        int wanted = TCP_WANTED;
        if (header.protocol != TcpView.PROTOCOL) {
            // What the side that did not open it sends is an answer, the first of which is to be noted.
            wanted = fromDevice == ((flags & FlowFlags.FROM_NETWORK) == 0) ? 0 : FlowFlags.ANSWERED;
            looked = wanted | FlowFlags.OVER;
        }
        int stateAndDevice = records.stateAndDevice(slot);
        return (stateAndDevice & (looked | 0xffff00)) == (wanted | device.number() << 8)
                && (int) verdict == judge.generation()
                && wall.epochSecond(now) < records.validUntilEpochSecond(slot);
    }
}
