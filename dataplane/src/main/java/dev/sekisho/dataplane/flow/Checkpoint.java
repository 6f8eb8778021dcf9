package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.compile.Rule;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Decides about every packet between a device and what is behind the server: default deny, flows by grant, a
/// second factor where the grant asks for one, a lock for a device that scans. Sans-IO. Owner: one engine's thread.
///
/// A packet of a live flow costs one look-up and a comparison of versions; the first of a flow asks the policy. What
/// cannot be understood, recorded or accounted for does not pass. Allocates nothing on packets of live flows.
public final class Checkpoint {
    /// Pause after which events that found no room are offered again.
    private static final long RETRY_NANOS = 20_000_000L;

    private final CheckpointOutput out;
    private final PacketParser parser = new PacketParser();
    private final Packet packet = new Packet();
    private final WallTime wall = new WallTime();
    private final Judge judge = new Judge();
    private final Devices devices = new Devices();
    private final DenialCounters denials = new DenialCounters();
    private final Journal journal;
    private final Sentry sentry;
    private final Flows flows;
    private final FlowRecords records;
    private final FragmentTable fragments;
    private final Approvals approvals;
    private final Replies replies;
    private final Patrol patrol;
    private final Streak streak = new Streak();
    private long retryNanos;

    /// A checkpoint at which nobody may do anything until [#enforce].
    public Checkpoint(CheckpointOptions options, CheckpointOutput out) {
        this.out = out;
        this.journal = new Journal(out);
        this.flows = new Flows(options, judge, journal, devices, wall);
        this.records = flows.table().records();
        this.fragments = new FragmentTable(options.seed());
        this.replies = new Replies(flows, new Refusals(options.arena()), out);
        this.sentry = new Sentry(
                new ScanDetector(ScanRules.DEFAULT, options.seed()),
                new DenialLog(),
                denials,
                journal,
                wall,
                devices,
                this::endAll);
        this.approvals = new Approvals(options, sentry, journal, wall, devices, replies, this::again);
        this.patrol = new Patrol(flows, devices, replies, sentry, wall);
    }

    // ---- what is in force

    /// Puts a snapshot in force: it counts for the next packet of every flow, and live flows that it no longer allows
    /// are ended by the following calls of [#onTimeout].
    public void enforce(long nowNanos, Enforcement enforcement) {
        streak.end();
        for (DeviceState device : devices.takenBy(enforcement)) {
            endAll(nowNanos, device, CloseReason.REVOKED);
        }
        judge.enforce(enforcement);
        flows.forgetRules();
        sentry.enforce(enforcement.scan());
        for (DeviceState device : devices.enforce(enforcement)) {
            endAll(nowNanos, device, CloseReason.DEVICE_LOCKED);
        }
        approvals.enforce(nowNanos, enforcement.mfa(), judge);
        patrol.startUrgently(nowNanos);
    }

    /// Tells the time of day; once a second or so.
    public void wallTime(long nowNanos, long epochMillis) {
        streak.end();
        wall.tell(nowNanos, epochMillis);
    }

    /// Whose an inner address is.
    public void allowedIps(AllowedIps snapshot) {
        streak.end();
        judge.allowedIps(snapshot);
    }

    /// Takes in a peer.
    public void add(Peer peer) {
        devices.add(peer);
    }

    /// Ends everything of a peer and forgets it.
    public void remove(long nowNanos, Peer peer) {
        streak.end();
        if (peer.gateState() instanceof DeviceState device) {
            endAll(nowNanos, device, CloseReason.DEVICE_REMOVED);
            FlowTable table = flows.table();
            for (int slot = table.first(device.number()); slot != FlowTable.NONE; slot = table.first(device.number())) {
                flows.close(nowNanos, slot, CloseReason.DEVICE_REMOVED);
            }
            sentry.forget(nowNanos, device);
            devices.remove(device);
        }
    }

    /// Ends what a device has under way, as far as that is done at once; the patrol sees to the rest, while nothing of
    /// it passes.
    private void endAll(long nowNanos, DeviceState device, CloseReason reason) {
        device.peer().staged().clear();
        approvals.end(nowNanos, device);
        fragments.closeDevice(device.number());
        FlowTable table = flows.table();
        int left = Limits.CUTS_AT_ONCE;
        int slot = table.first(device.number());
        while (slot != FlowTable.NONE && left > 0) {
            int next = table.next(slot);
            if (!flows.isOver(slot)) {
                replies.cut(nowNanos, slot, device, reason);
                left--;
            }
            slot = next;
        }
        patrol.startUrgently(nowNanos);
    }

    // ---- packets

    /// Decides about a packet that a device sent: an authentic one, from an address that is the device's own.
    public Passage fromDevice(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        DeviceState device = devices.of(peer);
        if (streak.goesOn(nowNanos, peer, memory, offset, lengthBytes)) {
            return again(device);
        }
        streak.end();
        device.heard(nowNanos);
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
            device.passedPackets++;
            device.passedBytes += packet.totalBytes();
        }
        return passage;
    }

    /// One more packet of the flow of the one before.
    private Passage again(DeviceState device) {
        int slot = streak.slot();
        if (streak.isTcp()) {
            records.targetSequence(slot, streak.acknowledgment());
        }
        records.addToTarget(slot, streak.totalBytes(), 1);
        device.passedPackets++;
        device.passedBytes += streak.totalBytes();
        return streak.passage();
    }

    /// Takes note of a packet from an address that is not the device's own, which was dropped: it is a step of a scan.
    public void spoofed(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        streak.end();
        DeviceState device = devices.of(peer);
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
        int slot = own(nowNanos, flows.ofDevicePacket(packet), device);
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
                    inVain(nowNanos, device, slot); // asked and withdrew before anybody could answer
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
        Passage passage = passed(nowNanos, device, slot, true);
        if (passage != Passage.STOP && flows.isSteady(slot) && packet.v4() && !packet.isFragment()) {
            streak.begin(nowNanos, device.peer(), packet, slot, passage);
        }
        return passage;
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

    /// The flow in `slot` if it belongs to the device. An address may move to another device; the flows of the one
    /// before end then, for they live by its user's grants.
    private int own(long nowNanos, int slot, DeviceState device) {
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
    private Passage passed(long nowNanos, DeviceState device, int slot, boolean fromDevice) {
        if (packet.isFirstFragment() && !fragments.first(nowNanos, device.number(), packet, slot)) {
            denials.increment(Denial.FRAGMENT);
            return Passage.STOP;
        }
        return fromDevice && flows.isHandedOff(slot) ? Passage.HAND_OFF : Passage.PASS;
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
        if (!mayOpen()) {
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
        return passed(nowNanos, device, slot, true);
    }

    /// Whether a packet may be the first of a flow.
    private boolean mayOpen() {
        return switch (packet.kind()) {
            case TCP -> (packet.tcpFlags() & (TcpView.SYN | TcpView.ACK)) == TcpView.SYN;
            case UDP, ECHO_REQUEST -> true;
            case ECHO_REPLY, ICMP_ERROR, LATER_FRAGMENT, OTHER -> false;
        };
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
                || !goesOn(nowNanos, slot, device)) {
            return refuse(nowNanos, device, Denial.FRAGMENT);
        }
        records.seen(slot, nowNanos);
        records.addToTarget(slot, packet.totalBytes(), 1);
        return flows.isHandedOff(slot) ? Passage.HAND_OFF : Passage.PASS;
    }

    /// Whether a live flow may still carry packets.
    private boolean goesOn(long nowNanos, int slot, DeviceState device) {
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

    private Passage errorFromDevice(long nowNanos, DeviceState device) {
        int slot = flows.ofQuote(packet, false);
        if (slot == FlowTable.NONE || records.device(slot) != device.number() || !goesOn(nowNanos, slot, device)) {
            return refuse(nowNanos, device, Denial.UNRELATED_ERROR);
        }
        records.addToTarget(slot, packet.totalBytes(), 1);
        return flows.isHandedOff(slot) ? Passage.HAND_OFF : Passage.PASS;
    }

    /// Decides about a plain packet for a device.
    ///
    /// @return whether it may go on
    public boolean toDevice(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        return toDevice(nowNanos, peer, memory, offset, lengthBytes, 0);
    }

    /// Decides about a packet for a device, from a network behind the server, from the server or from a proxy.
    ///
    /// @param segmentBytes payload of each segment of a super-packet, 0 for a plain packet
    /// @return whether it may go on
    public boolean toDevice(
            long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes, int segmentBytes) {
        streak.end();
        DeviceState device = devices.of(peer);
        if (device.isLocked() || parser.parse(memory, offset, lengthBytes, packet) != PacketFault.NONE) {
            denials.increment(device.isLocked() ? Denial.DEVICE_LOCKED : Denial.MALFORMED);
            return false;
        }
        return switch (packet.kind()) {
            case TCP, UDP, ECHO_REQUEST, ECHO_REPLY -> inFlowToDevice(nowNanos, device, segmentBytes);
            case LATER_FRAGMENT -> laterFragmentToDevice(nowNanos, device);
            case ICMP_ERROR -> errorToDevice(nowNanos, device);
            case OTHER -> {
                sentry.refuseToDevice(nowNanos, device, packet, Denial.PROTOCOL, null);
                yield false;
            }
        };
    }

    private boolean inFlowToDevice(long nowNanos, DeviceState device, int segmentBytes) {
        int slot = own(nowNanos, flows.ofTargetPacket(packet), device);
        int payload = packet.payloadBytes();
        int segments = segmentBytes == 0 ? 1 : (payload + segmentBytes - 1) / segmentBytes;
        if (slot == FlowTable.NONE) {
            return openToDevice(nowNanos, device, segments);
        }
        if (!flows.isOver(slot) && !goesOn(nowNanos, slot, device)) {
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
                    inVain(nowNanos, device, slot);
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
                return openToDevice(nowNanos, device, segments);
            }
        }
        return !device.isLocked() && passed(nowNanos, device, slot, false) == Passage.PASS;
    }

    /// Whether a packet for a device that was let through a while ago may still go on. Does not count it again.
    public boolean mayStillGo(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        streak.end();
        DeviceState device = devices.of(peer);
        if (device.isLocked() || parser.parse(memory, offset, lengthBytes, packet) != PacketFault.NONE) {
            return false;
        }
        int slot = packet.kind() == Packet.Kind.ICMP_ERROR ? flows.ofQuote(packet, true) : flows.ofTargetPacket(packet);
        return slot != FlowTable.NONE && records.device(slot) == device.number() && goesOn(nowNanos, slot, device);
    }

    private void inVain(long nowNanos, DeviceState device, int slot) {
        sentry.inVain(
                nowNanos,
                device,
                records.targetHigh(slot),
                records.targetLow(slot),
                Flows.policyPort(records.protocol(slot), records.ports(slot) & 0xffff));
    }

    /// A flow that somebody else opens towards a device: by a grant of the sender's own, whether that is another
    /// device (whose own side has seen to the second factor) or a network.
    private boolean openToDevice(long nowNanos, DeviceState device, int segments) {
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
        return passed(nowNanos, device, slot, false) == Passage.PASS;
    }

    /// What keeps others from opening a flow that they are granted: what they open must leave the device room for its
    /// own.
    private @Nullable Denial obstacle(long nowNanos, DeviceState device) {
        if (!mayOpen()) {
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

    private boolean laterFragmentToDevice(long nowNanos, DeviceState device) {
        int slot = fragments.later(nowNanos, device.number(), packet);
        if (slot == FragmentTable.REFUSED
                || !flows.isBetween(slot, device, packet, false)
                || !goesOn(nowNanos, slot, device)) {
            denials.increment(Denial.FRAGMENT);
            return false;
        }
        records.seen(slot, nowNanos);
        records.addToDevice(slot, packet.totalBytes(), 1);
        return true;
    }

    private boolean errorToDevice(long nowNanos, DeviceState device) {
        int slot = flows.ofQuote(packet, true);
        if (slot == FlowTable.NONE || records.device(slot) != device.number() || !goesOn(nowNanos, slot, device)) {
            denials.increment(Denial.UNRELATED_ERROR);
            return false;
        }
        if (packet.isRefusal() && flows.isUnanswered(slot)) {
            records.state(slot, records.state(slot) | FlowFlags.IN_VAIN);
            inVain(nowNanos, device, slot);
        }
        if (device.isLocked()) {
            return false;
        }
        records.addToDevice(slot, packet.totalBytes(), 1);
        return true;
    }

    // ---- commands

    /// Settles an open challenge. One that is not open any more is left alone.
    ///
    /// @return whether it was open
    public boolean settle(long nowNanos, long challenge, boolean approved) {
        streak.end();
        return approvals.settle(nowNanos, challenge, approved);
    }

    /// A held packet comes back through the filter.
    private void again(long nowNanos, DeviceState device, MemorySegment memory, long offset, int lengthBytes) {
        boolean isOwn = parser.parse(memory, offset, lengthBytes, packet) == PacketFault.NONE
                && judge.owner(packet.sourceHigh(), packet.sourceLow()) == device.peer();
        if (!isOwn) {
            return; // the address has moved on meanwhile
        }
        Passage passage = fromDevice(nowNanos, device.peer(), memory, offset, lengthBytes);
        if (passage != Passage.STOP) {
            out.released(memory, offset, lengthBytes, passage);
        }
    }

    /// Locks a device by hand.
    ///
    /// @return whether the device is known here
    public boolean lock(long nowNanos, DeviceId id) {
        streak.end();
        List<DeviceState> named =
                devices.knownAs(id).stream().filter(DeviceState::isBound).toList();
        named.forEach(device -> sentry.lock(nowNanos, device, LockReason.ADMIN));
        return !named.isEmpty();
    }

    /// Unlocks a device.
    ///
    /// @return whether the device is known here
    public boolean unlock(long nowNanos, DeviceId id) {
        streak.end();
        devices.forgetLock(id);
        List<DeviceState> named = devices.knownAs(id);
        named.forEach(device -> sentry.unlock(nowNanos, device));
        return !named.isEmpty();
    }

    /// Ends all flows, for their records' sake: nothing may come after it.
    public void close(long nowNanos) {
        streak.end();
        flows.closeAll(nowNanos, CloseReason.SHUTDOWN);
    }

    /// Hands out events that wait for room.
    ///
    /// @return whether some still wait
    public boolean settleEvents() {
        journal.settle();
        return journal.isOwing();
    }

    /// Counts events that still wait as lost.
    public void abandonEvents() {
        journal.abandon();
    }

    // ---- time

    /// Does what is due: challenges that run out, flows that are silent or no longer allowed, events that wait.
    public void onTimeout(long nowNanos) {
        streak.end();
        journal.settle();
        retryNanos = nowNanos + RETRY_NANOS;
        approvals.expire(nowNanos);
        patrol.walk(nowNanos);
    }

    /// The earliest time at which [#onTimeout] has work. [Long#MAX_VALUE] when there is none.
    public long nextDeadlineNanos() {
        long next = Math.min(approvals.nextDeadlineNanos(), patrol.nextDeadlineNanos());
        return journal.isOwing() ? Math.min(next, retryNanos) : next;
    }

    // ---- what others may see, on the owner's thread

    /// How often each reason to refuse came up. May be read from any thread.
    public DenialCounters denials() {
        return denials;
    }

    /// Events that were lost since the start because nobody took them.
    public long lostEvents() {
        return journal.lost();
    }

    /// Number of live flows.
    public int flowCount() {
        return flows.count();
    }

    /// The live flows, in no order, at most `limit`.
    public void flows(int limit, Consumer<FlowStatus> consumer) {
        flows.forEach(limit, consumer);
    }

    /// Who is behind a connection that was handed off: the live flow from a device's address and port to a
    /// destination, null when there is none.
    public @Nullable FlowStatus origin(
            long deviceHigh, long deviceLow, int devicePort, long targetHigh, long targetLow, int targetPort) {
        int slot = flows.table()
                .find(deviceHigh, deviceLow, targetHigh, targetLow, devicePort << 16 | targetPort, TcpView.PROTOCOL);
        boolean isOrigin = slot != FlowTable.NONE && flows.isHandedOff(slot) && !flows.isOver(slot);
        return isOrigin ? flows.status(slot) : null;
    }

    /// The open challenges, oldest first.
    public List<CheckpointEvent.ChallengeNeeded> challenges(long nowNanos) {
        return approvals.open(nowNanos);
    }

    /// The devices that are known here.
    public List<DeviceReport> devices() {
        return devices.all().stream().map(DeviceState::report).toList();
    }
}
