package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.ChallengeOutcome;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CloseReason;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.dataplane.flow.Passage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Asking for a second factor in the model, holding packets meanwhile, and what an answer does (A01-A09).
abstract class ReferenceHolds extends ReferenceState {
    /// What becomes of a packet.
    enum Fate {
        PASS,
        HAND_OFF,
        HELD,
        REFUSED
    }

    private final Deque<CheckpointEvent.ChallengeNeeded> asked = new ArrayDeque<>();
    private final Deque<CheckpointEvent.FlowClosed> evicted = new ArrayDeque<>();

    abstract Fate fromDevice(long now, Device device, Probe probe, byte[] bytes);

    /// What the real one said in the step that is predicted next.
    void hints(List<CheckpointEvent> real) {
        asked.clear();
        evicted.clear();
        for (CheckpointEvent event : real) {
            switch (event) {
                case CheckpointEvent.ChallengeNeeded needed -> asked.add(needed);
                case CheckpointEvent.FlowClosed closed
                when closed.reason() == CloseReason.EVICTED -> evicted.add(closed);
                default -> {}
            }
        }
    }

    /// The flow that the real one evicted next, null when it evicted no more.
    @Nullable
    ReferenceFlow nextVictim() {
        CheckpointEvent.FlowClosed next = evicted.peek();
        return next == null
                ? null
                : flows.values().stream()
                        .filter(f -> f.tuple().equals(next.tuple()))
                        .findFirst()
                        .orElse(null);
    }

    void takeVictim() {
        evicted.remove();
    }

    Device device(int number) {
        return Objects.requireNonNull(devices.get(number));
    }

    // ---- scopes

    /// A03, A04: a port of its own where the resource opens all, else all ports of the address.
    static ReferenceFactors.Scope scope(Device device, FlowTuple to, ReferencePolicy.Verdict verdict, int port) {
        return new ReferenceFactors.Scope(
                device.number, to.destinationHigh(), to.destinationLow(), verdict.countsPerPort() ? port : -1);
    }

    ReferenceFactors.Scope scope(ReferenceFlow flow) {
        boolean hasPorts = flow.key.protocol() == 6 || flow.key.protocol() == 17;
        return scope(device(flow.device), flow.key, flow.verdict, hasPorts ? flow.key.destinationPort() : 0);
    }

    /// A flow that somebody else opened is approved on that side.
    static boolean asks(ReferenceFlow flow) {
        return !flow.fromNetwork && flow.verdict.asksForFactor();
    }

    // ---- holding

    Fate hold(long now, Device device, Probe probe, byte[] bytes, ReferencePolicy.Verdict verdict) {
        if (!hasRoom()) {
            refuse(now, device, probe, Denial.AUDIT_BACKPRESSURE, null);
            return Fate.REFUSED;
        }
        ReferenceFactors.Scope scope =
                scope(device, probe.tuple(), verdict, probe.tuple().destinationPort());
        factors.belongs(device.number, Objects.requireNonNull(device.user()));
        ReferenceFactors.Challenge challenge = factors.openFor(scope);
        if (challenge == null) {
            Denial reason = factors.isSilenced(now, device.number)
                    ? Denial.CHALLENGES_SILENCED
                    : factors.isBackingOff(now, scope)
                            ? Denial.CHALLENGE_BACKING_OFF
                            : factors.isOpenElsewhere(scope)
                                    ? Denial.CHALLENGE_OPEN_ELSEWHERE
                                    : factors.hasTooMany(device.number) ? Denial.TOO_MANY_CHALLENGES : null;
            if (reason != null) {
                refuse(now, device, probe, reason, verdict.grantId());
                turnAway(now, device, probe);
                return Fate.REFUSED;
            }
            challenge = ask(now, device, scope, probe, verdict);
        }
        if (probe.isFragment() || !factors.hold(challenge, probe, bytes.length)) {
            refuse(now, device, probe, Denial.HOLD_FULL, null);
            return Fate.REFUSED;
        }
        return Fate.HELD;
    }

    private ReferenceFactors.Challenge ask(
            long now, Device device, ReferenceFactors.Scope scope, Probe probe, ReferencePolicy.Verdict verdict) {
        var real = asked.poll();
        if (real == null) {
            throw new AssertionError("nothing was asked for " + scope);
        }
        ReferenceFactors.Challenge challenge =
                factors.ask(now, scope, verdict, probe.tuple().destinationPort(), probe.protocol(), real.id());
        emit(new CheckpointEvent.ChallengeNeeded(
                millis(now),
                challenge.id,
                device.id(),
                Objects.requireNonNull(device.user()),
                Objects.requireNonNull(verdict.grantId()),
                Objects.requireNonNull(verdict.resource()).id(),
                scope.high(),
                scope.low(),
                challenge.port,
                challenge.protocol,
                scope.port() != -1,
                millis(now) + (challenge.deadlineNanos - now) / 1_000_000));
        return challenge;
    }

    // ---- answers

    /// Takes an answer and returns whether the challenge was open.
    boolean settle(long now, long id, boolean approved) {
        ReferenceFactors.Challenge challenge = factors.byId(id);
        if (challenge == null || now >= challenge.deadlineNanos) {
            return false;
        }
        if (approved) {
            factors.succeeded(challenge);
            factors.approved(now, challenge.scope);
            emitEnd(now, challenge, ChallengeOutcome.APPROVED);
            takeBack(now, challenge);
        } else {
            noteFailure(now, challenge);
            turnAway(now, challenge, ChallengeOutcome.DENIED, Denial.CHALLENGE_DENIED);
        }
        return true;
    }

    /// All that are due end at once; then their packets are turned away, which may lock a device.
    void expire(long now) {
        List<ReferenceFactors.Challenge> due = factors.due(now);
        due.forEach(challenge -> noteFailure(now, challenge));
        due.forEach(challenge -> turnAway(now, challenge, ChallengeOutcome.EXPIRED, Denial.CHALLENGE_EXPIRED));
    }

    /// These are no longer asked; their packets go back to the filter.
    void cancel(long now, List<ReferenceFactors.Challenge> challenges) {
        challenges.forEach(factors::close);
        for (ReferenceFactors.Challenge challenge : challenges) {
            emitEnd(now, challenge, ChallengeOutcome.CANCELLED);
            takeBack(now, challenge);
        }
    }

    private void noteFailure(long now, ReferenceFactors.Challenge challenge) {
        Device device = device(challenge.scope.device());
        if (factors.failed(now, challenge)) {
            emit(new CheckpointEvent.ChallengesSilenced(
                    millis(now), device.id(), device.user(), millis(now) + 900_000));
        }
    }

    private void turnAway(long now, ReferenceFactors.Challenge challenge, ChallengeOutcome outcome, Denial reason) {
        Device device = device(challenge.scope.device());
        emitEnd(now, challenge, outcome);
        for (ReferenceFactors.Waiting waiting : factors.takeWaiting(challenge)) {
            refuse(now, device, waiting.probe(), reason, challenge.verdict.grantId());
            turnAway(now, device, waiting.probe());
        }
    }

    /// The sender of a packet that is refused is told, and the connection that it belongs to ends.
    private void turnAway(long now, Device device, Probe probe) {
        ReferenceFlow flow = flows.get(keyFromDevice(probe));
        if (device.isLocked() || flow == null) {
            answer(device, probe);
        } else if (!flow.isOver()) {
            cut(now, flow, CloseReason.MFA_ENDED);
        }
    }

    /// The flow that a packet of a device would belong to. Pings of others are told apart by a one.
    static FlowTuple keyFromDevice(Probe probe) {
        return switch (probe.kind()) {
            case ECHO_REQUEST -> echo(probe.tuple(), probe.tuple().sourcePort(), 0);
            case ECHO_REPLY -> echo(probe.tuple(), probe.tuple().sourcePort(), 1);
            default -> probe.tuple();
        };
    }

    static FlowTuple keyFromTarget(Probe probe) {
        FlowTuple key = ReferenceFlow.reversed(probe.tuple());
        return switch (probe.kind()) {
            case ECHO_REQUEST -> echo(key, probe.tuple().sourcePort(), 1);
            case ECHO_REPLY -> echo(key, probe.tuple().sourcePort(), 0);
            default -> key;
        };
    }

    static FlowTuple echo(FlowTuple t, int identifier, int ofOthers) {
        return new FlowTuple(
                t.sourceHigh(),
                t.sourceLow(),
                identifier,
                t.destinationHigh(),
                t.destinationLow(),
                ofOthers,
                t.protocol());
    }

    /// Packets that waited are decided anew, oldest first.
    private void takeBack(long now, ReferenceFactors.Challenge challenge) {
        Device device = device(challenge.scope.device());
        for (ReferenceFactors.Waiting waiting : factors.takeWaiting(challenge)) {
            byte[] bytes = waiting.probe().bytes();
            Fate fate = fromDevice(now, device, waiting.probe(), bytes);
            if (fate == Fate.PASS || fate == Fate.HAND_OFF) {
                Passage passage = fate == Fate.PASS ? Passage.PASS : Passage.HAND_OFF;
                released.add(new Released(ByteBuffer.wrap(bytes), passage));
            }
        }
    }
}
