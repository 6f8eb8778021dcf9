package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.policy.compile.Rule;
import java.lang.foreign.MemorySegment;

/// Decides about packets that devices sent: the half of the [Checkpoint] that opens flows by the grants of a device's
/// user, asks for the second factor and notices scans. Owner: the checkpoint's thread.
final class DeviceSide {
    private final PacketParser parser = new PacketParser();
    private final Packet packet = new Packet();
    private final PlainHeader header = new PlainHeader();
    private final Hits hits;
    private final Streak streak;
    private final LiveFlows live;
    private final Flows flows;
    private final FlowRecords records;
    private final WallTime wall;
    private final Judge judge;
    private final DenialCounters denials;
    private final Journal journal;
    private final Sentry sentry;
    private final FragmentTable fragments;
    private final Approvals approvals;
    private final Replies replies;
    private final Patrol patrol;

    DeviceSide(CheckpointParts parts, LiveFlows live, Streak streak) {
        this.streak = streak;
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
        this.approvals = parts.approvals();
        this.replies = parts.replies();
        this.patrol = parts.patrol();
    }

    /// Decides about an authentic packet, from an address that is the device's own.
    Passage decide(long nowNanos, DeviceState device, MemorySegment memory, long offset, int lengthBytes) {
        if (header.read(memory, offset, lengthBytes)) {
            if (streak.isOn(nowNanos, device.number()) && hits.isOf(streak.slot())) {
                return again(device);
            }
            if (!device.isLocked()) {
                device.heard(nowNanos);
                int slot = hits.fromDevice(nowNanos, device);
                if (slot != FlowTable.NONE) {
                    return passed(nowNanos, device, slot);
                }
            }
        }
        streak.end();
        device.heard(nowNanos);
        return decideSlowly(nowNanos, device, memory, offset, lengthBytes);
    }

    /// One more packet of the flow of the one before.
    private Passage again(DeviceState device) {
        hits.countFromDevice(streak.slot());
        device.passed(header.totalBytes);
        return streak.passage();
    }

    /// A plain packet of a live flow, which others of the same may follow.
    private Passage passed(long nowNanos, DeviceState device, int slot) {
        Passage passage = flows.isHandedOff(slot) ? Passage.HAND_OFF : Passage.PASS;
        device.passed(header.totalBytes);
        streak.begin(nowNanos, device.number(), slot, passage);
        return passage;
    }

    private Passage decideSlowly(
            long nowNanos, DeviceState device, MemorySegment memory, long offset, int lengthBytes) {
        PacketFault fault = parser.parse(memory, offset, lengthBytes, packet);
        if (device.isLocked()) {
            sentry.refuse(nowNanos, device, packet, Denial.DEVICE_LOCKED, null);
            return Passage.STOP;
        }
        if (fault != PacketFault.NONE) {
            return refuse(nowNanos, device, oddity(nowNanos, device, fault, Denial.MALFORMED));
        }
        Passage passage = switch (packet.kind()) {
            case TCP, UDP, ECHO_REQUEST, ECHO_REPLY -> inFlow(nowNanos, device, memory, offset);
            case LATER_FRAGMENT -> laterFragment(nowNanos, device);
            case ICMP_ERROR -> errorFromDevice(nowNanos, device);
            case OTHER -> refuse(nowNanos, device, Denial.PROTOCOL);
        };
        if (passage != Passage.STOP) {
            device.passed(packet.totalBytes());
        }
        return passage;
    }

    /// Takes note of a packet from an address that is not the device's own, which was dropped: it is a step of a scan.
    void spoofed(long nowNanos, DeviceState device, MemorySegment memory, long offset, int lengthBytes) {
        streak.end();
        PacketFault fault = parser.parse(memory, offset, lengthBytes, packet);
        refuse(nowNanos, device, oddity(nowNanos, device, fault, Denial.SPOOFED_SOURCE));
    }

    /// What a packet is refused for that is wrong in itself. A decoy is touched by those too.
    private Denial oddity(long nowNanos, DeviceState device, PacketFault fault, Denial otherwise) {
        if (fault == PacketFault.BAD_DESTINATION) {
            return Denial.UNROUTABLE;
        }
        return !isAllowed(nowNanos, device) && judge.denial() == Denial.DECOY ? Denial.DECOY : otherwise;
    }

    private Passage refuse(long nowNanos, DeviceState device, Denial reason) {
        sentry.refuse(nowNanos, device, packet, reason, null);
        return Passage.STOP;
    }

    private Passage inFlow(long nowNanos, DeviceState device, MemorySegment memory, long offset) {
        int slot = live.own(nowNanos, flows.ofDevicePacket(packet), device);
        if (slot == FlowTable.NONE) {
            return open(nowNanos, device, memory, offset);
        }
        if (flows.isOver(slot)) {
            return behindTheEnd(nowNanos, slot, device, memory, offset);
        }
        long second = wall.epochSecond(nowNanos);
        if (!flows.isCurrent(slot, second) && !flows.rejudge(slot, device, second)) {
            replies.cut(nowNanos, slot, device, flows.endOf(slot));
            sentry.refuseLate(nowNanos, device, packet, flows.lastRefusal());
            return Passage.STOP;
        }
        if ((records.flags(slot) & FlowFlags.MFA) != 0 && !approvals.mayGoOn(nowNanos, slot, records, device)) {
            return holdAgain(nowNanos, device, slot, memory, offset);
        }
        boolean unanswered = flows.isUnanswered(slot);
        switch (flows.follow(nowNanos, slot, device, packet, true)) {
            case GOES_ON -> flows.count(slot, packet, true, 1);
            case RESET -> {
                flows.count(slot, packet, true, 1);
                flows.end(nowNanos, slot, CloseReason.RESET);
                if (unanswered) {
                    live.inVain(nowNanos, device, slot); // asked and withdrew before anybody could answer
                }
            }
            case STRAY_RESET -> {
                return refuse(nowNanos, device, Denial.RESET_OUT_OF_WINDOW);
            }
            case OUT_OF_STATE -> {
                return refuse(nowNanos, device, Denial.OUT_OF_STATE);
            }
            case REOPENS -> {
                flows.close(nowNanos, slot, CloseReason.FINISHED);
                return open(nowNanos, device, memory, offset);
            }
        }
        return withItsFragments(nowNanos, device, slot);
    }

    /// A packet of a flow that has ended: what was on its way is dropped, the opener may begin anew. A datagram says
    /// nothing of whether it is an attempt, so one that is not allowed any more counts as on its way.
    private Passage behindTheEnd(long nowNanos, int slot, DeviceState device, MemorySegment memory, long offset) {
        if (flows.follow(nowNanos, slot, device, packet, true) != TcpTracker.Step.REOPENS) {
            denials.increment(Denial.OUT_OF_STATE);
            return Passage.STOP;
        }
        if (packet.kind() != Packet.Kind.TCP && !isAllowed(nowNanos, device)) {
            sentry.refuseLate(nowNanos, device, packet, judge.denial());
            return Passage.STOP;
        }
        flows.close(nowNanos, slot, CloseReason.FINISHED);
        return open(nowNanos, device, memory, offset);
    }

    /// Whether the device may send the packet where it goes.
    private boolean isAllowed(long nowNanos, DeviceState device) {
        return judge.allows(
                device,
                packet.destinationHigh(),
                packet.destinationLow(),
                packet.protocol(),
                packet.destinationPort(),
                wall.epochSecond(nowNanos));
    }

    /// The second factor of a live flow is no longer fresh: its packets wait for another.
    private Passage holdAgain(long nowNanos, DeviceState device, int slot, MemorySegment memory, long offset) {
        if (!flows.rejudge(slot, device, wall.epochSecond(nowNanos))) {
            replies.cut(nowNanos, slot, device, flows.endOf(slot));
            sentry.refuseLate(nowNanos, device, packet, flows.lastRefusal());
            return Passage.STOP;
        }
        return approvals.hold(nowNanos, device, packet, judge.rule(), memory, offset);
    }

    /// The passage of a packet that its flow has let through; its later fragments may follow.
    private Passage withItsFragments(long nowNanos, DeviceState device, int slot) {
        if (packet.isFirstFragment() && !fragments.first(nowNanos, device.number(), packet, slot)) {
            denials.increment(Denial.FRAGMENT);
            return Passage.STOP;
        }
        return flows.isHandedOff(slot) ? Passage.HAND_OFF : Passage.PASS;
    }

    /// The first packet of what may become a flow.
    private Passage open(long nowNanos, DeviceState device, MemorySegment memory, long offset) {
        if (!isAllowed(nowNanos, device)) {
            Rule deciding = judge.deciding();
            sentry.refuse(
                    nowNanos,
                    device,
                    packet,
                    judge.denial(),
                    deciding == null ? null : deciding.grant().id());
            return Passage.STOP;
        }
        if (!packet.mayOpenFlow()) {
            return outOfState(nowNanos, device, memory, offset);
        }
        if (packet.kind() == Packet.Kind.TCP && device.halfOpen >= Limits.HALF_OPEN_PER_DEVICE) {
            return refuse(nowNanos, device, Denial.HALF_OPEN_LIMIT);
        }
        if (!journal.hasRoom()) {
            return refuse(nowNanos, device, Denial.AUDIT_BACKPRESSURE);
        }
        if (!device.takeNewFlow(nowNanos)) {
            return refuse(nowNanos, device, Denial.FLOW_LIMIT);
        }
        Rule rule = judge.rule();
        int session = MfaSessions.NONE;
        if (rule.mfa()) {
            session = approvals.find(nowNanos, device, packet, rule);
            if (session == MfaSessions.NONE) {
                return approvals.hold(nowNanos, device, packet, rule, memory, offset);
            }
        }
        int slot = flows.open(nowNanos, device, packet, true);
        if (slot == FlowTable.NONE) {
            return refuse(nowNanos, device, Denial.FLOW_LIMIT);
        }
        records.mfaSession(slot, session);
        approvals.touch(nowNanos, session);
        flows.follow(nowNanos, slot, device, packet, true);
        flows.count(slot, packet, true, 1);
        patrol.wake(nowNanos);
        return withItsFragments(nowNanos, device, slot);
    }

    /// A packet from the middle of a connection that is not known here. When the device has just come back, it
    /// is of one that ended meanwhile, or that the server before us knew: its sender is told at once and connects
    /// again. A reset does not count either: it often comes behind the end, and nobody learns anything by it.
    private Passage outOfState(long nowNanos, DeviceState device, MemorySegment memory, long offset) {
        if (device.isBackJustNow(nowNanos) || (packet.tcpFlags() & TcpView.RST) != 0) {
            denials.increment(Denial.OUT_OF_STATE);
        } else {
            sentry.refuse(nowNanos, device, packet, Denial.OUT_OF_STATE, null);
        }
        if (!device.isLocked()) {
            replies.refuse(nowNanos, device, packet, memory, offset);
        }
        return Passage.STOP;
    }

    private Passage laterFragment(long nowNanos, DeviceState device) {
        int slot = fragments.later(nowNanos, device.number(), packet);
        if (slot == FragmentTable.REFUSED
                || !flows.isBetween(slot, device, packet, true)
                || !live.goesOn(nowNanos, slot, device)) {
            return refuse(nowNanos, device, Denial.FRAGMENT);
        }
        records.seen(slot, nowNanos);
        records.addToTarget(slot, packet.totalBytes(), 1);
        return flows.isHandedOff(slot) ? Passage.HAND_OFF : Passage.PASS;
    }

    private Passage errorFromDevice(long nowNanos, DeviceState device) {
        int slot = flows.ofQuote(packet, false);
        if (slot == FlowTable.NONE || records.device(slot) != device.number() || !live.goesOn(nowNanos, slot, device)) {
            return refuse(nowNanos, device, Denial.UNRELATED_ERROR);
        }
        records.addToTarget(slot, packet.totalBytes(), 1);
        return flows.isHandedOff(slot) ? Passage.HAND_OFF : Passage.PASS;
    }
}
