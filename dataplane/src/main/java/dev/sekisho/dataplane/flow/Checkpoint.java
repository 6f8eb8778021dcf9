package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.policy.DeviceId;
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
    private final FragmentTable fragments;
    private final Approvals approvals;
    private final Replies replies;
    private final Patrol patrol;
    private final Streak streak = new Streak();
    private final DeviceSide deviceSide;
    private final TargetSide targetSide;
    private long retryNanos;

    /// A checkpoint at which nobody may do anything until [#enforce].
    public Checkpoint(CheckpointOptions options, CheckpointOutput out) {
        this.out = out;
        this.journal = new Journal(out);
        this.flows = new Flows(options, judge, journal, devices, wall);
        this.fragments = new FragmentTable(options.arena(), options.seed());
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
        CheckpointParts parts = new CheckpointParts(
                judge, wall, devices, denials, journal, sentry, flows, fragments, approvals, replies, patrol);
        LiveFlows live = new LiveFlows(parts);
        this.deviceSide = new DeviceSide(parts, live, streak);
        this.targetSide = new TargetSide(parts, live);
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
        return deviceSide.decide(nowNanos, devices.of(peer), memory, offset, lengthBytes);
    }

    /// Takes note of a packet from an address that is not the device's own, which was dropped: it is a step of a scan.
    public void spoofed(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        deviceSide.spoofed(nowNanos, devices.of(peer), memory, offset, lengthBytes);
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
        return targetSide.decide(nowNanos, devices.of(peer), memory, offset, lengthBytes, segmentBytes);
    }

    /// Whether a packet for a device that was let through a while ago may still go on. Does not count it again.
    public boolean mayStillGo(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        streak.end();
        return targetSide.mayStillGo(nowNanos, devices.of(peer), memory, offset, lengthBytes);
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
