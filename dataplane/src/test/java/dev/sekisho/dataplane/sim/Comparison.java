package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.flow.Checkpoint;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.flow.DeviceReport;
import dev.sekisho.dataplane.flow.FlowStatus;
import dev.sekisho.dataplane.flow.Passage;
import dev.sekisho.dataplane.flow.ScanTarget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What came out of a checkpoint, compared with what its model expects, and the bounds and invariants that hold
/// whatever either of them thinks.
final class Comparison {
    private static final int TCP = 6;

    private final Checkpoint checkpoint;
    private final Reference model;
    private final List<CheckpointEvent> events = new ArrayList<>();
    private final List<ReferenceState.Released> released = new ArrayList<>();
    private final Set<Long> openFlows = new HashSet<>();
    private final Set<Long> seenFlows = new HashSet<>();
    private int resetsToDevices;
    private int resetsToTargets;
    private int unmatchedFrom;
    private final StorySigns signs = new StorySigns();

    Comparison(Checkpoint checkpoint, Reference model) {
        this.checkpoint = checkpoint;
        this.model = model;
    }

    /// Events since the last comparison.
    List<CheckpointEvent> unmatched() {
        return events.subList(unmatchedFrom, events.size());
    }

    StorySigns signs() {
        return signs;
    }

    void event(CheckpointEvent event) {
        signs.event(event);
        events.add(
                switch (event) {
                    case CheckpointEvent.FlowOpened e -> opened(e);
                    case CheckpointEvent.FlowClosed e -> closed(e);
                    default -> inOrder(event);
                });
    }

    /// What was tried in the same millisecond may stand in any order in the evidence of a lock.
    private static CheckpointEvent inOrder(CheckpointEvent event) {
        return !(event instanceof CheckpointEvent.DeviceLocked e)
                ? event
                : new CheckpointEvent.DeviceLocked(
                        e.epochMillis(),
                        e.device(),
                        e.user(),
                        e.reason(),
                        e.targets().stream()
                                .sorted(Comparator.comparingLong(ScanTarget::epochMillis)
                                        .thenComparing(ScanTarget::toString))
                                .toList());
    }

    /// Notes the flow's id and leaves it out, for the model has none.
    private CheckpointEvent opened(CheckpointEvent.FlowOpened e) {
        same("whether a flow's id is new", seenFlows.add(e.flowId()), true);
        openFlows.add(e.flowId());
        return new CheckpointEvent.FlowOpened(
                e.epochMillis(),
                0,
                e.device(),
                e.user(),
                e.tuple(),
                e.grant(),
                e.resource(),
                e.fromDevice(),
                e.handedOff());
    }

    private CheckpointEvent closed(CheckpointEvent.FlowClosed e) {
        same("whether a flow is open that is closed: " + e, openFlows.remove(e.flowId()), true);
        return new CheckpointEvent.FlowClosed(
                e.epochMillis(),
                0,
                e.device(),
                e.user(),
                e.tuple(),
                e.grant(),
                e.resource(),
                e.fromDevice(),
                e.handedOff(),
                e.startedEpochMillis(),
                e.traffic(),
                e.reason());
    }

    void released(byte[] bytes, Passage passage) {
        signs.note("released " + passage);
        released.add(new ReferenceState.Released(ByteBuffer.wrap(bytes), passage));
    }

    void reply(byte[] packet) {
        resetsToDevices += isTcp(packet) ? 1 : 0;
    }

    void toTarget(byte[] packet) {
        same("whether a frame for a target is a reset", isTcp(packet), true);
        resetsToTargets++;
    }

    private static boolean isTcp(byte[] packet) {
        return (packet[0] >>> 4 == 4 ? packet[9] : packet[6]) == TCP;
    }

    // ---- comparing

    /// Compares everything.
    void all(long now, boolean ringOpen) {
        counts();
        releases();
        same("events lost", checkpoint.lostEvents(), model.lost);
        same("resets to devices", resetsToDevices, model.resetsToDevices);
        same("resets to targets", resetsToTargets, model.resetsToTargets);
        if (ringOpen && !model.owes()) {
            events();
        }
        flows();
        devices();
        challenges(now);
    }

    /// Every refusal is counted, by its reason.
    void counts() {
        for (Denial denial : Denial.values()) {
            long expected = model.counts.getOrDefault(denial, 0L);
            if (checkpoint.denials().count(denial) != expected) {
                same("refusals for " + denial, checkpoint.denials().count(denial), expected);
            }
        }
        unmatchedFrom = events.size();
    }

    private void releases() {
        same("packets released", released.size(), model.released.size());
        for (int i = 0; i < released.size(); i++) {
            ReferenceState.Released real = released.get(i);
            ReferenceState.Released expected = model.released.get(i);
            same("where a held packet goes", real.passage(), expected.passage());
            same("whether held packets come in order", real.packet().equals(expected.packet()), true);
        }
        released.clear();
        model.released.clear();
    }

    /// Events of one step may come in any order.
    private void events() {
        Map<CheckpointEvent, Integer> balance = new HashMap<>();
        events.forEach(event -> balance.merge(event, 1, Integer::sum));
        model.events.forEach(event -> balance.merge(inOrder(event), -1, Integer::sum));
        balance.values().removeIf(count -> count == 0);
        if (!balance.isEmpty()) {
            StringBuilder text = new StringBuilder("events differ; too many (+) and missing (-):");
            balance.forEach((event, count) ->
                    text.append("\n  ").append(count).append(' ').append(event));
            throw new AssertionError(text);
        }
        events.clear();
        unmatchedFrom = 0;
        model.events.clear();
    }

    private void flows() {
        List<FlowStatus> live = new ArrayList<>();
        checkpoint.flows(Integer.MAX_VALUE, live::add);
        Map<Object, ReferenceFlow> expected = new HashMap<>();
        model.flows.values().stream().filter(flow -> !flow.isOver()).forEach(flow -> expected.put(flow.tuple(), flow));
        same("live flows", live.size(), expected.size());
        same("live flows, counted", checkpoint.flowCount(), expected.size());
        for (FlowStatus status : live) {
            ReferenceFlow flow = expected.get(status.tuple());
            if (flow == null) {
                throw new AssertionError("a flow lives that should not: " + status);
            }
            ReferenceState.Device device = model.device(flow.device);
            same("device of a flow", status.device(), device.id());
            same("grant of " + status, status.grant(), Objects.requireNonNull(flow.verdict.grantId()));
            same("hand-off of " + status, status.handedOff(), flow.verdict.handedOff());
            same("traffic of " + status, status.traffic(), flow.traffic());
            same("whether the device of a live flow is locked", device.isLocked(), false);
        }
    }

    private void devices() {
        same("devices", checkpoint.devices().size(), model.devices.size());
        for (DeviceReport report : checkpoint.devices()) {
            ReferenceState.Device device = model.devices.values().stream()
                    .filter(d -> d.key.equals(report.publicKey().toString()))
                    .findFirst()
                    .orElseThrow();
            same("lock of " + report.device(), String.valueOf(report.lock()), String.valueOf(device.lock));
            same("flows of " + report.device(), report.flows(), model.liveFlowsOf(device));
            same("packets passed of " + report.device(), report.passedPackets(), device.passed);
            same("packets refused of " + report.device(), report.refusedPackets(), device.refused);
        }
    }

    private void challenges(long now) {
        List<CheckpointEvent.ChallengeNeeded> open = checkpoint.challenges(now);
        Set<Object> scopes = new HashSet<>();
        same("open challenges", open.size(), model.factors.open().size());
        for (CheckpointEvent.ChallengeNeeded challenge : open) {
            ReferenceFactors.Challenge expected = Objects.requireNonNull(model.factors.byId(challenge.id()));
            same("whether a scope has one challenge", scopes.add(expected.scope), true);
            same(
                    "device of a challenge",
                    challenge.device(),
                    model.device(expected.scope.device()).id());
        }
        for (ReferenceState.Device device : model.devices.values()) {
            within("challenges of a device", model.factors.openOf(device.number), Limits.OPEN_CHALLENGES_PER_DEVICE);
            within("held packets of a device", model.factors.waitingOf(device.number), Limits.HELD_PACKETS_PER_DEVICE);
        }
        long due = model.factors.nextDeadlineNanos();
        same("whether a challenge wakes the driver", checkpoint.nextDeadlineNanos() <= due, true);
    }

    /// Every flow that was opened was closed once.
    void end() {
        events();
        same("flows without an end", openFlows, Set.of());
        for (Denial denial : Denial.values()) {
            if (checkpoint.denials().count(denial) > 0) {
                signs.note("refused " + denial);
            }
        }
    }

    static void within(String what, long value, long limit) {
        if (value > limit) {
            throw new AssertionError(what + ": " + value + " are more than " + limit);
        }
    }

    static void same(String what, Object real, Object expected) {
        if (!Objects.equals(real, expected)) {
            throw new AssertionError(what + ": " + real + ", but the model says " + expected);
        }
    }
}
