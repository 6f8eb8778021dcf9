package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Decides about packets for devices: the half of the [Checkpoint] that lets through what belongs to live flows, and
/// what
/// a sender is granted. Owner: the checkpoint's thread.
final class TargetSide {
    private final PacketParser parser = new PacketParser();
    private final Packet packet = new Packet();
    private final PlainHeader header = new PlainHeader();
    private final Hits hits;
    private final LiveFlows live;
    private final Flows flows;
    private final FlowRecords records;
    private final WallTime wall;
    private final Judge judge;
    private final DenialCounters denials;
    private final Journal journal;
    private final Sentry sentry;
    private final FragmentTable fragments;
    private final Patrol patrol;

    TargetSide(CheckpointParts parts, LiveFlows live) {
        this.live = live;
        this.hits = new Hits(header, parts);
        this.flows = parts.flows();
        this.records = flows.table().records();
        this.wall = parts.wall();
        this.judge = parts.judge();
        this.denials = parts.denials();
        this.journal = parts.journal();
        this.sentry = parts.sentry();
        this.fragments = parts.fragments();
        this.patrol = parts.patrol();
    }

    /// Decides about a packet from a network behind the server, from the server or from a proxy.
    ///
    /// @param segmentBytes payload of each segment of a super-packet, 0 for a plain packet
    /// @return whether it may go on
    boolean decide(
            long nowNanos, DeviceState device, MemorySegment memory, long offset, int lengthBytes, int segmentBytes) {
        if (!device.isLocked()
                && header.read(memory, offset, lengthBytes)
                && hits.toDevice(nowNanos, device, segmentBytes)) {
            return true;
        }
        return decideSlowly(nowNanos, device, memory, offset, lengthBytes, segmentBytes);
    }

    private boolean decideSlowly(
            long nowNanos, DeviceState device, MemorySegment memory, long offset, int lengthBytes, int segmentBytes) {
        if (device.isLocked() || parser.parse(memory, offset, lengthBytes, packet) != PacketFault.NONE) {
            denials.increment(device.isLocked() ? Denial.DEVICE_LOCKED : Denial.MALFORMED);
            return false;
        }
        return switch (packet.kind()) {
            case TCP, UDP, ECHO_REQUEST, ECHO_REPLY -> inFlow(nowNanos, device, segmentBytes);
            case LATER_FRAGMENT -> laterFragment(nowNanos, device);
            case ICMP_ERROR -> error(nowNanos, device);
            case OTHER -> {
                sentry.refuseToDevice(nowNanos, device, packet, Denial.PROTOCOL, null);
                yield false;
            }
        };
    }

    private boolean inFlow(long nowNanos, DeviceState device, int segmentBytes) {
        int slot = live.own(nowNanos, flows.ofTargetPacket(packet), device);
        int payload = packet.payloadBytes();
        int segments = segmentBytes == 0 ? 1 : (payload + segmentBytes - 1) / segmentBytes;
        if (slot == FlowTable.NONE) {
            return open(nowNanos, device, segments);
        }
        if (!flows.isOver(slot) && !live.goesOn(nowNanos, slot, device)) {
            denials.increment(Denial.NO_GRANT);
            return false;
        }
        boolean unanswered = flows.isUnanswered(slot);
        switch (flows.follow(nowNanos, slot, device, packet, false)) {
            case GOES_ON -> flows.count(slot, packet, false, segments);
            case RESET -> {
                flows.count(slot, packet, false, segments);
                flows.end(nowNanos, slot, CloseReason.RESET);
                if (unanswered) {
                    live.inVain(nowNanos, device, slot);
                }
            }
            case STRAY_RESET -> {
                denials.increment(Denial.RESET_OUT_OF_WINDOW);
                return false;
            }
            case OUT_OF_STATE -> {
                denials.increment(Denial.OUT_OF_STATE);
                return false;
            }
            case REOPENS -> {
                flows.close(nowNanos, slot, CloseReason.FINISHED);
                return open(nowNanos, device, segments);
            }
        }
        return !device.isLocked() && withItsFragments(nowNanos, device, slot);
    }

    /// Whether a packet that its flow has let through may go on; its later fragments may follow.
    private boolean withItsFragments(long nowNanos, DeviceState device, int slot) {
        if (packet.isFirstFragment() && !fragments.first(nowNanos, device.number(), packet, slot)) {
            denials.increment(Denial.FRAGMENT);
            return false;
        }
        return true;
    }

    /// Whether a packet for a device that was let through a while ago may still go on. Does not count it again.
    boolean mayStillGo(long nowNanos, DeviceState device, MemorySegment memory, long offset, int lengthBytes) {
        if (device.isLocked() || parser.parse(memory, offset, lengthBytes, packet) != PacketFault.NONE) {
            return false;
        }
        int slot = packet.kind() == Packet.Kind.ICMP_ERROR ? flows.ofQuote(packet, true) : flows.ofTargetPacket(packet);
        return slot != FlowTable.NONE && records.device(slot) == device.number() && live.goesOn(nowNanos, slot, device);
    }

    /// A flow that somebody else opens towards a device: by a grant of the sender's own, whether that is another
    /// device (whose own side has seen to the second factor) or a network.
    private boolean open(long nowNanos, DeviceState device, int segments) {
        long second = wall.epochSecond(nowNanos);
        boolean allowed = judge.allowsToDevice(
                device,
                packet.sourceHigh(),
                packet.sourceLow(),
                packet.destinationHigh(),
                packet.destinationLow(),
                packet.protocol(),
                packet.destinationPort(),
                second);
        Denial refusal = allowed ? obstacle(nowNanos, device) : judge.denial();
        if (refusal != null) {
            sentry.refuseToDevice(nowNanos, device, packet, refusal, null);
            return false;
        }
        int slot = flows.open(nowNanos, device, packet, false);
        if (slot == FlowTable.NONE) {
            sentry.refuseToDevice(nowNanos, device, packet, Denial.FLOW_LIMIT, null);
            return false;
        }
        flows.follow(nowNanos, slot, device, packet, false);
        flows.count(slot, packet, false, segments);
        patrol.wake(nowNanos);
        return withItsFragments(nowNanos, device, slot);
    }

    /// What keeps others from opening a flow that they are granted: what they open must leave the device room for its
    /// own.
    private @Nullable Denial obstacle(long nowNanos, DeviceState device) {
        if (!packet.mayOpenFlow()) {
            return Denial.OUT_OF_STATE;
        }
        if (packet.kind() == Packet.Kind.TCP && device.halfOpenInbound >= Limits.HALF_OPEN_PER_DEVICE) {
            return Denial.HALF_OPEN_LIMIT;
        }
        if (!journal.hasRoom()) {
            return Denial.AUDIT_BACKPRESSURE;
        }
        return device.inbound >= Limits.INBOUND_FLOWS_PER_DEVICE || !device.takeNewInboundFlow(nowNanos)
                ? Denial.FLOW_LIMIT
                : null;
    }

    private boolean laterFragment(long nowNanos, DeviceState device) {
        int slot = fragments.later(nowNanos, device.number(), packet);
        if (slot == FragmentTable.REFUSED
                || !flows.isBetween(slot, device, packet, false)
                || !live.goesOn(nowNanos, slot, device)) {
            denials.increment(Denial.FRAGMENT);
            return false;
        }
        records.seen(slot, nowNanos);
        records.addToDevice(slot, packet.totalBytes(), 1);
        return true;
    }

    private boolean error(long nowNanos, DeviceState device) {
        int slot = flows.ofQuote(packet, true);
        if (slot == FlowTable.NONE || records.device(slot) != device.number() || !live.goesOn(nowNanos, slot, device)) {
            denials.increment(Denial.UNRELATED_ERROR);
            return false;
        }
        if (packet.isRefusal() && flows.isUnanswered(slot)) {
            records.state(slot, records.state(slot) | FlowFlags.IN_VAIN);
            live.inVain(nowNanos, device, slot);
        }
        if (device.isLocked()) {
            return false;
        }
        records.addToDevice(slot, packet.totalBytes(), 1);
        return true;
    }
}
