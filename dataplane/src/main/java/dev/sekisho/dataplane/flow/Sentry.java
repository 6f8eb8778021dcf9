package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.policy.GrantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Watches what devices try in vain, refuses, and locks those that scan or touch a decoy (product lines I01-I06).
/// Owner: the checkpoint's thread.
final class Sentry {
    private final ScanDetector scans;
    private final DenialLog denials;
    private final DenialCounters counters;
    private final Journal journal;
    private final WallTime wall;

    /// Ends what a device has under way when it is locked.
    interface Cutter {
        void cut(long nowNanos, DeviceState device, CloseReason reason);
    }

    private final Devices devices;
    private final Cutter cutter;

    Sentry(
            ScanDetector scans,
            DenialLog denials,
            DenialCounters counters,
            Journal journal,
            WallTime wall,
            Devices devices,
            Cutter cutter) {
        this.devices = devices;
        this.scans = scans;
        this.denials = denials;
        this.counters = counters;
        this.journal = journal;
        this.wall = wall;
        this.cutter = cutter;
    }

    void enforce(ScanRules rules) {
        scans.rules(rules);
    }

    /// Refuses a packet of a device: counts it, records it unless too many were, and takes it as a step of a scan
    /// where `reason` is one.
    void refuse(long nowNanos, DeviceState device, Packet packet, Denial reason, @Nullable GrantId grant) {
        counters.increment(reason);
        device.refusedPackets++;
        report(nowNanos, device, packet, true, reason, grant);
        if (reason == Denial.DECOY) {
            if (!device.mayScan() && device.isBound()) {
                scans.observe(
                        nowNanos,
                        device.number(),
                        packet.destinationHigh(),
                        packet.destinationLow(),
                        packet.destinationPort());
                lock(nowNanos, device, LockReason.DECOY);
            }
        } else if (isStep(nowNanos, device, packet, reason)) {
            inVain(nowNanos, device, packet.destinationHigh(), packet.destinationLow(), packet.destinationPort());
        }
    }

    /// Refuses a packet of a device that was allowed a moment ago: it is no step of a scan.
    void refuseLate(long nowNanos, DeviceState device, Packet packet, Denial reason) {
        counters.increment(reason);
        device.refusedPackets++;
        report(nowNanos, device, packet, true, reason, null);
    }

    /// Refuses a packet for a device, from a network behind the server.
    void refuseToDevice(long nowNanos, DeviceState device, Packet packet, Denial reason, @Nullable GrantId grant) {
        counters.increment(reason);
        report(nowNanos, device, packet, false, reason, grant);
    }

    private void report(
            long nowNanos,
            DeviceState device,
            Packet packet,
            boolean fromDevice,
            Denial reason,
            @Nullable GrantId grant) {
        long suppressed = denials.admit(nowNanos, device.number());
        if (suppressed != DenialLog.SUPPRESS) {
            journal.offer(new CheckpointEvent.FlowDenied(
                    wall.epochMillis(nowNanos),
                    device.id(),
                    device.userId(),
                    tuple(packet),
                    fromDevice,
                    reason,
                    grant,
                    suppressed));
        }
    }

    /// A device tried a destination that it was not granted, or that refused or never answered.
    void inVain(long nowNanos, DeviceState device, long high, long low, int port) {
        if (device.mayScan() || device.isLocked() || !device.isBound()) {
            return;
        }
        if (scans.observe(nowNanos, device.number(), high, low, port)) {
            lock(nowNanos, device, LockReason.SCAN);
        }
    }

    /// Locks a device, with all peers that go by its name: it passes nothing until [#unlock], and what it has under way
    /// ends. A peer that is nobody's has no name to be unlocked by; it passes nothing anyway.
    void lock(long nowNanos, DeviceState device, LockReason reason) {
        if (device.isLocked() || !device.isBound()) {
            return;
        }
        List<DeviceState> peers = devices.knownAs(device.id()).stream()
                .filter(peer -> peer.isBound() && !peer.isLocked())
                .toList();
        peers.forEach(peer -> devices.lock(peer, reason));
        List<ScanTarget> targets = reason == LockReason.ADMIN
                ? List.of()
                : scans.targets(nowNanos, wall.epochMillis(nowNanos), device.number());
        journal.record(new CheckpointEvent.DeviceLocked(
                wall.epochMillis(nowNanos), device.id(), device.userId(), reason, targets));
        peers.forEach(peer -> cutter.cut(nowNanos, peer, CloseReason.DEVICE_LOCKED));
    }

    void unlock(long nowNanos, DeviceState device) {
        if (device.isLocked()) {
            device.lock(null);
            forget(nowNanos, device);
            journal.record(
                    new CheckpointEvent.DeviceUnlocked(wall.epochMillis(nowNanos), device.id(), device.userId()));
        }
    }

    /// Forgets what a device tried.
    void forget(long nowNanos, DeviceState device) {
        scans.forget(device.number());
        denials.forget(nowNanos, device.number());
    }

    private static FlowTuple tuple(Packet packet) {
        return new FlowTuple(
                packet.sourceHigh(),
                packet.sourceLow(),
                packet.sourcePort(),
                packet.destinationHigh(),
                packet.destinationLow(),
                packet.destinationPort(),
                packet.protocol());
    }

    /// Whether a refused packet says that somebody is looking around. Answers are no attempts; and a device that has
    /// just come back may still think of connections that are gone.
    private static boolean isStep(long nowNanos, DeviceState device, Packet packet, Denial reason) {
        if (!countsAsScan(reason) || reason == Denial.MALFORMED) {
            return reason == Denial.MALFORMED;
        }
        return switch (packet.kind()) {
            case TCP -> {
                int flags = packet.tcpFlags();
                boolean opens = (flags & (TcpView.SYN | TcpView.ACK)) == TcpView.SYN;
                boolean answers = (flags & (TcpView.SYN | TcpView.RST)) != 0;
                boolean late = reason == Denial.SPOOFED_SOURCE
                        || (reason == Denial.OUT_OF_STATE && device.isBackJustNow(nowNanos));
                yield opens || !(answers || late);
            }
            case ECHO_REPLY -> false;
            case UDP, ECHO_REQUEST, ICMP_ERROR, LATER_FRAGMENT, OTHER -> true;
        };
    }

    /// Which refusals may be steps of a scan. Limits of our own and the device's own answers are none.
    private static boolean countsAsScan(Denial reason) {
        return switch (reason) {
            case NO_GRANT,
                    DENY_GRANT,
                    NOT_NOW,
                    UNKNOWN_USER,
                    PROTOCOL,
                    CHALLENGE_DENIED,
                    CHALLENGE_EXPIRED,
                    OUT_OF_STATE,
                    FRAGMENT,
                    MALFORMED,
                    SPOOFED_SOURCE -> true;
            case DECOY,
                    DEVICE_LOCKED,
                    CHALLENGES_SILENCED,
                    TOO_MANY_CHALLENGES,
                    CHALLENGE_BACKING_OFF,
                    CHALLENGE_OPEN_ELSEWHERE,
                    HOLD_FULL,
                    UNRELATED_ERROR,
                    UNROUTABLE,
                    MOVED_TO_PROXY,
                    FLOW_LIMIT,
                    HALF_OPEN_LIMIT,
                    RESET_OUT_OF_WINDOW,
                    AUDIT_BACKPRESSURE -> false;
        };
    }
}
