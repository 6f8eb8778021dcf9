package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CloseReason;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.flow.FlowTuple;
import java.util.Objects;

/// The checkpoint as one would write it who has all the time in the world: decides every packet anew, keeps flows in a
/// map of values, and predicts the fate of every packet and every event.
///
/// Two things are not promised and are taken from the real one, after a check that they may be: which flow makes room
/// for another, and how a challenge is called.
class ReferenceCheckpoint extends ReferenceJudgement {

    ReferenceCheckpoint(int capacity) {
        super(capacity);
    }

    // ---- from a device

    @Override
    Fate fromDevice(long now, Device device, Probe probe, byte[] bytes) {
        device.heard(now);
        if (device.isLocked()) {
            return refused(now, device, probe, Denial.DEVICE_LOCKED);
        }
        Fate fate = switch (probe.kind()) {
            case MALFORMED -> refused(now, device, probe, Denial.MALFORMED);
            case TUNNELLED -> refused(now, device, probe, Denial.PROTOCOL);
            case UNROUTABLE -> refused(now, device, probe, Denial.UNROUTABLE);
            case TCP, UDP, ECHO_REQUEST, ECHO_REPLY, FIRST_FRAGMENT -> inFlow(now, device, probe, bytes);
            case LATER_FRAGMENT -> piece(now, device, probe, bytes, true);
            case UNREACHABLE, PACKET_TOO_BIG -> errorFromDevice(now, device, probe, bytes);
        };
        if (fate == Fate.PASS || fate == Fate.HAND_OFF) {
            device.passed++;
        }
        return fate;
    }

    /// A packet from an address that is not the device's own. Decoys are touched by those too.
    void spoofed(long now, Device device, Probe probe) {
        ReferencePolicy.Verdict verdict = policy.ofUser(
                device.active(),
                probe.tuple().destinationHigh(),
                probe.tuple().destinationLow(),
                probe.protocol(),
                probe.tuple().destinationPort(),
                second(now));
        refused(now, device, probe, verdict.denial() == Denial.DECOY ? Denial.DECOY : Denial.SPOOFED_SOURCE);
    }

    private Fate refused(long now, Device device, Probe probe, Denial reason) {
        refuse(now, device, probe, reason, null);
        return Fate.REFUSED;
    }

    private Fate inFlow(long now, Device device, Probe probe, byte[] bytes) {
        ReferenceFlow flow = flows.get(keyFromDevice(probe));
        if (flow == null) {
            return open(now, device, probe, bytes);
        }
        if (flow.isOver()) {
            return behindTheEnd(now, device, flow, probe, bytes);
        }
        if (!judge(now, flow)) {
            cut(now, flow, endOf(flow));
            refuseLate(now, device, probe, lastRefusal);
            return Fate.REFUSED;
        }
        if (asks(flow)) {
            if (!factors.isApproved(now, scope(flow))) {
                return hold(now, device, probe, bytes, flow.verdict);
            }
            factors.used(now, scope(flow));
        }
        boolean unanswered = isUnanswered(flow);
        switch (flow.follow(now, probe, true)) {
            case GOES_ON -> flow.count(bytes.length, true);
            case RESET -> {
                flow.count(bytes.length, true);
                end(now, flow, CloseReason.RESET);
                if (unanswered) {
                    inVain(now, device, flow);
                }
            }
            case STRAY_RESET -> {
                return refused(now, device, probe, Denial.RESET_OUT_OF_WINDOW);
            }
            case OUT_OF_STATE -> {
                return refused(now, device, probe, Denial.OUT_OF_STATE);
            }
            case REOPENS -> {
                close(now, flow, CloseReason.FINISHED);
                return open(now, device, probe, bytes);
            }
        }
        return passed(now, flow, probe, true);
    }

    /// What was on its way when a connection ended is dropped; whoever opened it may begin anew.
    private Fate behindTheEnd(long now, Device device, ReferenceFlow flow, Probe probe, byte[] bytes) {
        if (flow.follow(now, probe, true) != ReferenceFlow.Step.REOPENS) {
            count(Denial.OUT_OF_STATE);
            return Fate.REFUSED;
        }
        Denial denial = flow.isTcp() ? null : verdictOn(now, device, probe).denial();
        if (denial != null) {
            refuseLate(now, device, probe, denial);
            return Fate.REFUSED;
        }
        close(now, flow, CloseReason.FINISHED);
        return open(now, device, probe, bytes);
    }

    private Fate passed(long now, ReferenceFlow flow, Probe probe, boolean fromDevice) {
        if (probe.kind() == Probe.Kind.FIRST_FRAGMENT && !fragments.first(now, flow.device, probe, flow)) {
            count(Denial.FRAGMENT);
            return Fate.REFUSED;
        }
        return fromDevice && flow.verdict.handedOff() ? Fate.HAND_OFF : Fate.PASS;
    }

    private ReferencePolicy.Verdict verdictOn(long now, Device device, Probe probe) {
        FlowTuple to = probe.tuple();
        return policy.ofUser(
                device.active(),
                to.destinationHigh(),
                to.destinationLow(),
                probe.protocol(),
                to.destinationPort(),
                second(now));
    }

    private Fate open(long now, Device device, Probe probe, byte[] bytes) {
        FlowTuple to = probe.tuple();
        ReferencePolicy.Verdict verdict = verdictOn(now, device, probe);
        if (!verdict.allows()) {
            refuse(now, device, probe, Objects.requireNonNull(verdict.denial()), verdict.grantId());
            return Fate.REFUSED;
        }
        if (!mayOpen(probe)) {
            return outOfState(now, device, probe);
        }
        if (!hasRoom()) {
            return refused(now, device, probe, Denial.AUDIT_BACKPRESSURE);
        }
        if (verdict.asksForFactor()) {
            ReferenceFactors.Scope scope = scope(device, to, verdict, to.destinationPort());
            if (!factors.isApproved(now, scope)) {
                return hold(now, device, probe, bytes, verdict);
            }
            factors.used(now, scope);
        }
        if (!makeRoom(now, device)) {
            return refused(now, device, probe, Denial.FLOW_LIMIT);
        }
        return begin(now, device, keyFromDevice(probe), probe, bytes, verdict, true);
    }

    private Fate begin(
            long now,
            Device device,
            FlowTuple key,
            Probe probe,
            byte[] bytes,
            ReferencePolicy.Verdict verdict,
            boolean fromDevice) {
        ReferenceFlow flow = new ReferenceFlow(key, device.number, !fromDevice, millis(now), verdict);
        flow.policyVersion = generation;
        flow.begin(probe);
        flows.put(key, flow);
        emit(new CheckpointEvent.FlowOpened(
                millis(now),
                0,
                device.id(),
                Objects.requireNonNull(device.user()),
                flow.tuple(),
                Objects.requireNonNull(verdict.grant()).id(),
                Objects.requireNonNull(verdict.resource()).id(),
                fromDevice,
                verdict.handedOff()));
        flow.follow(now, probe, fromDevice);
        if (!fromDevice) {
            noteAnswer(now, flow);
        }
        flow.count(bytes.length, fromDevice);
        wake(now);
        return passed(now, flow, probe, fromDevice);
    }

    private static boolean mayOpen(Probe probe) {
        return switch (probe.kind()) {
            case TCP -> probe.has(Probe.SYN) && !probe.has(Probe.ACK);
            case UDP, ECHO_REQUEST, FIRST_FRAGMENT -> true;
            default -> false;
        };
    }

    /// A connection from before a restart or a sleep is only told to begin anew. A reset is no use to a scanner.
    private Fate outOfState(long now, Device device, Probe probe) {
        if (device.isBackJustNow(now) || probe.has(Probe.RST)) {
            count(Denial.OUT_OF_STATE);
        } else {
            refuse(now, device, probe, Denial.OUT_OF_STATE, null);
        }
        answer(device, probe);
        return Fate.REFUSED;
    }

    private Fate piece(long now, Device device, Probe probe, byte[] bytes, boolean fromDevice) {
        ReferenceFlow flow = fragments.later(now, device.number, probe);
        if (flow == null || !isLive(flow) || !goesOn(now, flow)) {
            if (fromDevice) {
                return refused(now, device, probe, Denial.FRAGMENT);
            }
            count(Denial.FRAGMENT);
            return Fate.REFUSED;
        }
        flow.seen(now);
        flow.count(bytes.length, fromDevice);
        return fromDevice && flow.verdict.handedOff() ? Fate.HAND_OFF : Fate.PASS;
    }

    private Fate errorFromDevice(long now, Device device, Probe probe, byte[] bytes) {
        ReferenceFlow flow = ofQuote(probe, false);
        if (flow == null || flow.device != device.number || !goesOn(now, flow)) {
            return refused(now, device, probe, Denial.UNRELATED_ERROR);
        }
        flow.count(bytes.length, true);
        return flow.verdict.handedOff() ? Fate.HAND_OFF : Fate.PASS;
    }

    // ---- to a device

    Fate toDevice(long now, Device device, Probe probe, byte[] bytes) {
        if (device.isLocked() || probe.kind() == Probe.Kind.MALFORMED) {
            count(device.isLocked() ? Denial.DEVICE_LOCKED : Denial.MALFORMED);
            return Fate.REFUSED;
        }
        return switch (probe.kind()) {
            case MALFORMED, UNROUTABLE, TUNNELLED -> refusedToDevice(now, device, probe, Denial.PROTOCOL);
            case TCP, UDP, ECHO_REQUEST, ECHO_REPLY, FIRST_FRAGMENT -> inFlowToDevice(now, device, probe, bytes);
            case LATER_FRAGMENT -> piece(now, device, probe, bytes, false);
            case UNREACHABLE, PACKET_TOO_BIG -> errorToDevice(now, device, probe, bytes);
        };
    }

    private Fate refusedToDevice(long now, Device device, Probe probe, Denial reason) {
        count(reason);
        report(now, device, probe, false, reason, null);
        return Fate.REFUSED;
    }

    private Fate inFlowToDevice(long now, Device device, Probe probe, byte[] bytes) {
        ReferenceFlow flow = flows.get(keyFromTarget(probe));
        if (flow == null) {
            return openToDevice(now, device, probe, bytes);
        }
        if (!flow.isOver() && !goesOn(now, flow)) {
            count(Denial.NO_GRANT);
            return Fate.REFUSED;
        }
        boolean unanswered = isUnanswered(flow);
        switch (flow.follow(now, probe, false)) {
            case GOES_ON -> {
                noteAnswer(now, flow);
                flow.count(bytes.length, false);
            }
            case RESET -> {
                noteAnswer(now, flow);
                flow.count(bytes.length, false);
                end(now, flow, CloseReason.RESET);
                if (unanswered) {
                    inVain(now, device, flow);
                }
            }
            case STRAY_RESET -> {
                count(Denial.RESET_OUT_OF_WINDOW);
                return Fate.REFUSED;
            }
            case OUT_OF_STATE -> {
                count(Denial.OUT_OF_STATE);
                return Fate.REFUSED;
            }
            case REOPENS -> {
                close(now, flow, CloseReason.FINISHED);
                return openToDevice(now, device, probe, bytes);
            }
        }
        return device.isLocked() ? Fate.REFUSED : passed(now, flow, probe, false);
    }

    private Fate openToDevice(long now, Device device, Probe probe, byte[] bytes) {
        FlowTuple from = probe.tuple();
        ReferencePolicy.Verdict verdict = ofSender(device, from, probe.protocol(), second(now));
        Denial refusal = verdict.denial() != null
                ? verdict.denial()
                : !mayOpen(probe) ? Denial.OUT_OF_STATE : !hasRoom() ? Denial.AUDIT_BACKPRESSURE : null;
        if (refusal == null && !makeRoom(now, device)) {
            refusal = Denial.FLOW_LIMIT;
        }
        return refusal != null
                ? refusedToDevice(now, device, probe, refusal)
                : begin(now, device, keyFromTarget(probe), probe, bytes, verdict, false);
    }

    private Fate errorToDevice(long now, Device device, Probe probe, byte[] bytes) {
        ReferenceFlow flow = ofQuote(probe, true);
        if (flow == null || flow.device != device.number || !goesOn(now, flow)) {
            count(Denial.UNRELATED_ERROR);
            return Fate.REFUSED;
        }
        if (probe.kind() == Probe.Kind.UNREACHABLE && isUnanswered(flow)) {
            inVain(now, device, flow);
        }
        if (device.isLocked()) {
            return Fate.REFUSED;
        }
        flow.count(bytes.length, false);
        return Fate.PASS;
    }

    static boolean isUnanswered(ReferenceFlow flow) {
        return !flow.fromNetwork && !flow.answered && !flow.triedInVain;
    }

    void inVain(long now, Device device, ReferenceFlow flow) {
        flow.triedInVain = true;
        triedInVain(now, device, flow.key.destinationHigh(), flow.key.destinationLow(), portOf(flow));
    }
}
