package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Rule;
import java.util.Objects;
import java.util.function.Consumer;

/// The life of flows: how they begin, are judged again and end. Owner: the checkpoint's thread.
///
/// A flow's record notes which policy judged it and until when that holds; [#isCurrent] is the whole cost of a
/// policy on a packet of a live flow.
final class Flows {
    private final FlowTable table;
    private final FlowRecords records;
    private final TcpTracker tcp;
    private final Judge judge;
    private final Journal journal;
    private final GrantNames names = new GrantNames();
    private final Devices devices;
    private final WallTime wall;
    private int live;
    private long nowNanos;
    private Denial lastRefusal = Denial.NO_GRANT;
    private final Outage outage4 = new Outage();
    private final Outage outage6 = new Outage();

    Flows(CheckpointOptions options, Judge judge, Journal journal, Devices devices, WallTime wall) {
        this.table = new FlowTable(options.arena(), FlowBounds.of(options.flows()), options.seed(), slot -> {
            record(slot, CloseReason.EVICTED);
            leave(slot);
        });
        this.records = table.records();
        this.tcp = new TcpTracker(records);
        this.judge = judge;
        this.journal = journal;
        this.devices = devices;
        this.wall = wall;
    }

    FlowTable table() {
        return table;
    }

    /// The flow that a packet of the device belongs to, or [FlowTable#NONE].
    int ofDevicePacket(Packet packet) {
        return table.find(
                packet.sourceHigh(),
                packet.sourceLow(),
                packet.destinationHigh(),
                packet.destinationLow(),
                portsOfDevicePacket(packet),
                packet.protocol());
    }

    /// The flow that a packet for the device belongs to, or [FlowTable#NONE].
    int ofTargetPacket(Packet packet) {
        return table.find(
                packet.destinationHigh(),
                packet.destinationLow(),
                packet.sourceHigh(),
                packet.sourceLow(),
                portsOfTargetPacket(packet),
                packet.protocol());
    }

    /// Pings of the device and pings of others with the same identifier are two flows: the latter have a one where TCP
    /// has the target's port.
    private static int portsOfDevicePacket(Packet packet) {
        return switch (packet.kind()) {
            case ECHO_REQUEST -> packet.sourcePort() << 16;
            case ECHO_REPLY -> packet.sourcePort() << 16 | 1;
            case TCP, UDP, ICMP_ERROR, LATER_FRAGMENT, OTHER -> packet.sourcePort() << 16 | packet.destinationPort();
        };
    }

    private static int portsOfTargetPacket(Packet packet) {
        return switch (packet.kind()) {
            case ECHO_REPLY -> packet.sourcePort() << 16;
            case ECHO_REQUEST -> packet.sourcePort() << 16 | 1;
            case TCP, UDP, ICMP_ERROR, LATER_FRAGMENT, OTHER -> packet.destinationPort() << 16 | packet.sourcePort();
        };
    }

    /// The flow that an ICMP error quotes a packet of, or [FlowTable#NONE].
    ///
    /// @param toDevice whether the error goes to the device, which then sent what is quoted
    int ofQuote(Packet error, boolean toDevice) {
        int slot = ofQuotedEnds(error, toDevice);
        boolean forged = slot != FlowTable.NONE
                && error.quotedProtocol() == TcpView.PROTOCOL
                && !tcp.mayHaveSent(slot, error.quotedSequence(), toDevice);
        return forged ? FlowTable.NONE : slot;
    }

    private int ofQuotedEnds(Packet error, boolean toDevice) {
        int protocol = error.quotedProtocol();
        boolean echo = protocol != TcpView.PROTOCOL && protocol != UdpView.PROTOCOL;
        int ports = echo
                ? error.quotedSourcePort() << 16
                : toDevice
                        ? error.quotedSourcePort() << 16 | error.quotedDestinationPort()
                        : error.quotedDestinationPort() << 16 | error.quotedSourcePort();
        int slot = ofQuote(error, toDevice, ports);
        return slot == FlowTable.NONE && echo ? ofQuote(error, toDevice, ports | 1) : slot;
    }

    private int ofQuote(Packet error, boolean toDevice, int ports) {
        return toDevice
                ? table.find(
                        error.quotedSourceHigh(),
                        error.quotedSourceLow(),
                        error.quotedDestinationHigh(),
                        error.quotedDestinationLow(),
                        ports,
                        error.quotedProtocol())
                : table.find(
                        error.quotedDestinationHigh(),
                        error.quotedDestinationLow(),
                        error.quotedSourceHigh(),
                        error.quotedSourceLow(),
                        ports,
                        error.quotedProtocol());
    }

    /// Whether a fragment goes between the ends of a flow of the device.
    boolean isBetween(int slot, DeviceState device, Packet fragment, boolean fromDevice) {
        if (!records.isLive(slot) || records.device(slot) != device.number()) {
            return false;
        }
        return fromDevice
                ? records.deviceHigh(slot) == fragment.sourceHigh()
                        && records.deviceLow(slot) == fragment.sourceLow()
                        && records.targetHigh(slot) == fragment.destinationHigh()
                        && records.targetLow(slot) == fragment.destinationLow()
                : records.deviceHigh(slot) == fragment.destinationHigh()
                        && records.deviceLow(slot) == fragment.destinationLow()
                        && records.targetHigh(slot) == fragment.sourceHigh()
                        && records.targetLow(slot) == fragment.sourceLow();
    }

    /// Begins the flow that [#judge] has just allowed, opened by `packet`.
    ///
    /// @return its slot, or [FlowTable#NONE] when there is no room for it
    int open(long now, DeviceState device, Packet packet, boolean fromDevice) {
        nowNanos = now;
        long epochMillis = wall.epochMillis(now);
        int slot = fromDevice
                ? table.insert(
                        packet.sourceHigh(),
                        packet.sourceLow(),
                        packet.destinationHigh(),
                        packet.destinationLow(),
                        portsOfDevicePacket(packet),
                        packet.protocol(),
                        device.number(),
                        now,
                        epochMillis)
                : table.insert(
                        packet.destinationHigh(),
                        packet.destinationLow(),
                        packet.sourceHigh(),
                        packet.sourceLow(),
                        portsOfTargetPacket(packet),
                        packet.protocol(),
                        device.number(),
                        now,
                        epochMillis);
        if (slot == FlowTable.NONE) {
            return slot;
        }
        records.flags(slot, fromDevice ? 0 : FlowFlags.FROM_NETWORK);
        records.rule(slot, GrantNames.NONE);
        if (packet.protocol() == TcpView.PROTOCOL) {
            tcp.begin(slot, packet, fromDevice);
            halfOpen(slot, device, 1);
        }
        live++;
        device.flows++;
        device.inbound += fromDevice ? 0 : 1;
        note(slot);
        GrantNames.Entry entry = names.entry(records.rule(slot));
        journal.record(new CheckpointEvent.FlowOpened(
                epochMillis,
                records.id(slot),
                device.id(),
                user(device),
                tuple(slot),
                entry.grant(),
                entry.resource(),
                fromDevice,
                isHandedOff(slot)));
        return slot;
    }

    /// Whether what was decided for the flow still holds.
    boolean isCurrent(int slot, long epochSecond) {
        return records.policyVersion(slot) == judge.generation() && epochSecond < records.validUntilEpochSecond(slot);
    }

    /// Judges a flow again.
    ///
    /// @return whether it may go on; when not, the caller ends it
    boolean rejudge(int slot, DeviceState device, long epochSecond) {
        boolean fromNetwork = (records.flags(slot) & FlowFlags.FROM_NETWORK) != 0;
        boolean wasHandedOff = isHandedOff(slot);
        int devicePort = records.ports(slot) >>> 16;
        int targetPort = records.ports(slot) & 0xffff;
        boolean allowed = fromNetwork
                ? judge.allowsToDevice(
                        device,
                        records.targetHigh(slot),
                        records.targetLow(slot),
                        records.deviceHigh(slot),
                        records.deviceLow(slot),
                        records.protocol(slot),
                        policyPort(records.protocol(slot), devicePort),
                        epochSecond)
                : judge.allows(
                        device,
                        records.targetHigh(slot),
                        records.targetLow(slot),
                        records.protocol(slot),
                        policyPort(records.protocol(slot), targetPort),
                        epochSecond);
        if (!allowed || judge.handedOff() != wasHandedOff) {
            lastRefusal = allowed ? Denial.MOVED_TO_PROXY : judge.denial();
            return false; // a connection can't move between a target and a proxy
        }
        note(slot);
        return true;
    }

    /// Why the last flow that was judged again may not go on.
    Denial lastRefusal() {
        return lastRefusal;
    }

    /// Why a flow ends that [#rejudge] has just refused.
    CloseReason endOf(int slot) {
        return records.policyVersion(slot) == judge.generation() ? CloseReason.VALIDITY_ENDED : CloseReason.REVOKED;
    }

    /// The rules of the policy before are of no use any more.
    void forgetRules() {
        names.forgetRules();
    }

    /// ICMP echo goes by port 0.
    static int policyPort(int protocol, int port) {
        return protocol == TcpView.PROTOCOL || protocol == UdpView.PROTOCOL ? port : 0;
    }

    /// Writes the judge's last answer into a flow's record.
    private void note(int slot) {
        Rule rule = judge.rule();
        int flags = records.flags(slot) & FlowFlags.FROM_NETWORK;
        // Who sends to a device is either a device, whose own side asks for the factor, or a network, which has none.
        flags |= rule.mfa() && flags == 0 ? FlowFlags.MFA : 0;
        flags |= rule.challengePerPort() ? FlowFlags.PER_PORT : 0;
        flags |= judge.handedOff() ? FlowFlags.HANDED_OFF : 0;
        if (((flags ^ records.flags(slot)) & FlowFlags.PER_PORT) != 0) {
            records.mfaSession(slot, MfaSessions.NONE); // what was approved is another scope
        }
        records.flags(slot, flags);
        int grant = names.numberOf(rule);
        names.use(grant);
        names.release(records.rule(slot));
        records.rule(slot, grant);
        records.policyVersion(slot, judge.generation());
        records.validUntilEpochSecond(slot, judge.validUntilEpochSecond());
    }

    boolean isHandedOff(int slot) {
        return (records.flags(slot) & FlowFlags.HANDED_OFF) != 0;
    }

    /// Follows a packet of a flow: who has answered, how far its TCP connection is.
    ///
    /// @return what the packet means for the flow; only with `GOES_ON` and `RESET` may it pass
    TcpTracker.Step follow(long now, int slot, DeviceState device, Packet packet, boolean fromDevice) {
        if (packet.protocol() != TcpView.PROTOCOL && isOver(slot)) {
            boolean opens = fromDevice == ((records.flags(slot) & FlowFlags.FROM_NETWORK) == 0);
            return opens ? TcpTracker.Step.REOPENS : TcpTracker.Step.OUT_OF_STATE;
        }
        TcpTracker.Step step = TcpTracker.Step.GOES_ON;
        int before = records.state(slot);
        if (packet.protocol() == TcpView.PROTOCOL) {
            step = tcp.advance(slot, packet, fromDevice);
            if (step != TcpTracker.Step.GOES_ON && step != TcpTracker.Step.RESET) {
                return step;
            }
            if (((before ^ records.state(slot)) & FlowFlags.CONFIRMED) != 0) {
                halfOpen(slot, device, -1);
            }
        } else if (fromDevice == ((records.flags(slot) & FlowFlags.FROM_NETWORK) != 0)
                && (before & FlowFlags.ANSWERED) == 0) {
            records.state(slot, before | FlowFlags.ANSWERED);
        }
        if ((before & FlowFlags.BOTH_FIN) != FlowFlags.BOTH_FIN) {
            records.seen(slot, now); // nobody keeps a place by talking on behind the end
        }
        if (!fromDevice && (records.flags(slot) & FlowFlags.FROM_NETWORK) == 0) {
            noteAnswer(now, slot);
        }
        return step;
    }

    /// Counts a packet in its flow.
    ///
    /// @param packets how many segments of equal size it holds
    void count(int slot, Packet packet, boolean fromDevice, int packets) {
        long headers = (long) (packets - 1) * (packet.totalBytes() - packet.payloadBytes());
        if (fromDevice) {
            records.addToTarget(slot, packet.totalBytes() + headers, packets);
        } else {
            records.addToDevice(slot, packet.totalBytes() + headers, packets);
        }
    }

    /// The target of a flow that the device opened has sent a packet.
    void noteAnswer(long now, int slot) {
        outage(slot).answered(now);
    }

    /// Whether silence in this flow's family is that of the network, not of a scanned host.
    boolean isOutage(long now, int slot) {
        return outage(slot).isOn(now, records.device(slot));
    }

    private Outage outage(int slot) {
        return records.targetHigh(slot) == 0 ? outage4 : outage6;
    }

    private void halfOpen(int slot, DeviceState device, int change) {
        if ((records.flags(slot) & FlowFlags.FROM_NETWORK) == 0) {
            device.halfOpen += change;
        } else {
            device.halfOpenInbound += change;
        }
    }

    /// Ends a flow and records that.
    void close(long now, int slot, CloseReason reason) {
        nowNanos = now;
        record(slot, reason);
        forget(slot);
    }

    /// Ends a flow and records that. It keeps its place for a while, so that what is still on its way is known for what
    /// it is, and not taken for an attempt to get in somewhere. Answers to a ping are never taken for one.
    void end(long now, int slot, CloseReason reason) {
        if (records.protocol(slot) != TcpView.PROTOCOL && records.protocol(slot) != UdpView.PROTOCOL) {
            close(now, slot, reason);
            return;
        }
        nowNanos = now;
        record(slot, reason);
        records.seen(slot, now);
    }

    /// Gives the place of a flow that has ended to others.
    void forget(int slot) {
        leave(slot);
        table.remove(slot);
    }

    /// A place is about to be free. Until then it counts among those that others may take from its device, and its
    /// grant
    /// keeps its number.
    private void leave(int slot) {
        names.release(records.rule(slot));
        if ((records.flags(slot) & FlowFlags.FROM_NETWORK) != 0) {
            Objects.requireNonNull(devices.get(records.device(slot))).inbound--;
        }
    }

    /// How many flows there are; those that have ended and only keep their places are none.
    int count() {
        return live;
    }

    /// Whether a flow has ended and only keeps its place.
    boolean isOver(int slot) {
        return (records.state(slot) & FlowFlags.OVER) != 0;
    }

    private void record(int slot, CloseReason reason) {
        if (isOver(slot)) {
            return; // that was recorded when it ended
        }
        DeviceState device = Objects.requireNonNull(devices.get(records.device(slot)));
        if (records.protocol(slot) == TcpView.PROTOCOL && (records.state(slot) & FlowFlags.CONFIRMED) == 0) {
            halfOpen(slot, device, -1);
        }
        live--;
        device.flows--;
        GrantNames.Entry entry = names.entry(records.rule(slot));
        journal.record(new CheckpointEvent.FlowClosed(
                wall.epochMillis(nowNanos),
                records.id(slot),
                device.id(),
                user(device),
                tuple(slot),
                entry.grant(),
                entry.resource(),
                (records.flags(slot) & FlowFlags.FROM_NETWORK) == 0,
                isHandedOff(slot),
                records.startedEpochMillis(slot),
                traffic(slot),
                reason));
        records.state(slot, records.state(slot) | FlowFlags.OVER);
    }

    /// Whether both sides of a TCP connection have said that they send no more.
    boolean isFinished(int slot) {
        return (records.state(slot) & FlowFlags.BOTH_FIN) == FlowFlags.BOTH_FIN;
    }

    /// How long a flow may be silent.
    long idleLimitNanos(int slot) {
        if (isOver(slot)) {
            return Limits.TCP_OVER_NANOS;
        }
        int protocol = records.protocol(slot);
        if (protocol == UdpView.PROTOCOL) {
            return Limits.UDP_IDLE_NANOS;
        }
        if (protocol != TcpView.PROTOCOL) {
            return Limits.ICMP_IDLE_NANOS;
        }
        int state = records.state(slot);
        if ((state & FlowFlags.CONFIRMED) == 0) {
            return Limits.TCP_HALF_OPEN_NANOS;
        }
        return switch (state & FlowFlags.BOTH_FIN) {
            case 0 -> Limits.TCP_IDLE_NANOS;
            case FlowFlags.BOTH_FIN -> Limits.TCP_FINISHED_NANOS;
            default -> Limits.TCP_HALF_CLOSED_NANOS;
        };
    }

    /// Whether a device opened the flow, nobody answered and the scan detector does not know that yet.
    boolean isUnanswered(int slot) {
        return (records.flags(slot) & FlowFlags.FROM_NETWORK) == 0
                && (records.state(slot) & (FlowFlags.ANSWERED | FlowFlags.IN_VAIN)) == 0;
    }

    FlowTuple tuple(int slot) {
        int devicePort = records.ports(slot) >>> 16;
        int targetPort = records.ports(slot) & 0xffff;
        boolean fromNetwork = (records.flags(slot) & FlowFlags.FROM_NETWORK) != 0;
        int protocol = records.protocol(slot);
        if (fromNetwork && protocol != TcpView.PROTOCOL && protocol != UdpView.PROTOCOL) {
            targetPort = devicePort; // the identifier stands with the source
            devicePort = 0;
        }
        return fromNetwork
                ? new FlowTuple(
                        records.targetHigh(slot),
                        records.targetLow(slot),
                        targetPort,
                        records.deviceHigh(slot),
                        records.deviceLow(slot),
                        devicePort,
                        records.protocol(slot))
                : new FlowTuple(
                        records.deviceHigh(slot),
                        records.deviceLow(slot),
                        devicePort,
                        records.targetHigh(slot),
                        records.targetLow(slot),
                        targetPort,
                        records.protocol(slot));
    }

    FlowTraffic traffic(int slot) {
        return new FlowTraffic(
                records.bytesToTarget(slot),
                records.packetsToTarget(slot),
                records.bytesToDevice(slot),
                records.packetsToDevice(slot));
    }

    void closeAll(long now, CloseReason reason) {
        nowNanos = now;
        table.forEach(slot -> record(slot, reason));
    }

    void forEach(int limit, Consumer<FlowStatus> consumer) {
        int left = limit;
        for (int slot = 0; slot < table.slots() && left > 0; slot++) {
            if (records.isLive(slot) && !isOver(slot)) {
                consumer.accept(status(slot));
                left--;
            }
        }
    }

    FlowStatus status(int slot) {
        DeviceState device = Objects.requireNonNull(devices.get(records.device(slot)));
        GrantNames.Entry entry = names.entry(records.rule(slot));
        return new FlowStatus(
                records.id(slot),
                device.id(),
                user(device),
                tuple(slot),
                entry.grant(),
                entry.resource(),
                (records.flags(slot) & FlowFlags.FROM_NETWORK) == 0,
                isHandedOff(slot),
                records.startedEpochMillis(slot),
                traffic(slot));
    }

    /// A flow is open only for a device that was bound to a user; the binding may be gone when it closes.
    private static UserId user(DeviceState device) {
        UserId user = device.userId();
        return user == null ? NOBODY : user;
    }

    private static final UserId NOBODY = new UserId("nobody");
}
