package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.ChallengeOutcome;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CloseReason;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.flow.Passage;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What happened in stories, counted by kind.
final class StorySigns {
    private final Map<String, Integer> counts = new TreeMap<>();

    void note(String sign) {
        counts.merge(sign, 1, Integer::sum);
    }

    void event(CheckpointEvent event) {
        note(
                switch (event) {
                    case CheckpointEvent.FlowOpened e -> "opened by " + (e.fromDevice() ? "device" : "network");
                    case CheckpointEvent.FlowClosed e -> "closed " + e.reason();
                    case CheckpointEvent.FlowDenied e -> "reported " + e.reason();
                    case CheckpointEvent.ChallengeNeeded e -> "asked for " + (e.perPort() ? "port" : "address");
                    case CheckpointEvent.ChallengeEnded e -> "challenge " + e.outcome();
                    case CheckpointEvent.ChallengesSilenced e -> "silenced";
                    case CheckpointEvent.DeviceLocked e -> "locked by " + e.reason();
                    case CheckpointEvent.DeviceUnlocked e -> "unlocked";
                });
    }

    void add(StorySigns other) {
        other.counts.forEach((sign, count) -> counts.merge(sign, count, Integer::sum));
    }

    /// What never happened, of all that can.
    Set<String> missing() {
        Set<String> all = new TreeSet<>(Set.of("opened by device", "opened by network", "asked for port"));
        all.addAll(Set.of("asked for address", "silenced", "unlocked", "released " + Passage.PASS));
        all.add("released " + Passage.HAND_OFF);
        for (CloseReason reason : CloseReason.values()) {
            all.add("closed " + reason);
        }
        for (Denial denial : Denial.values()) {
            all.add("refused " + denial);
        }
        for (ChallengeOutcome outcome : ChallengeOutcome.values()) {
            all.add("challenge " + outcome);
        }
        for (LockReason reason : LockReason.values()) {
            all.add("locked by " + reason);
        }
        for (Class<?> step : CheckpointStep.class.getPermittedSubclasses()) {
            all.add("did " + step.getSimpleName());
        }
        all.remove("locked by " + LockReason.REPORTED); // others say so, and lock as an administrator does
        all.removeAll(counts.keySet());
        return all;
    }

    /// In alphabetical order.
    @Override
    public String toString() {
        return counts.toString();
    }
}
