package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import java.util.ArrayDeque;

/// The events of a checkpoint on their way out. Owner: the checkpoint's thread.
///
/// What opens a flow or a challenge needs room first ([#hasRoom]). What ends or locks something happens whatever
/// the room: its event waits here and goes out when there is some again, in order. Beyond [Limits#OWED_EVENTS] events
/// are lost, and counted; but no lock, and no end of a flow: of these at most as many wait as the table has flows, for
/// none opens meanwhile.
final class Journal {
    /// Events that one packet may cause: an evicted flow and a new one, or a denial and a lock.
    private static final int ROOM = 4;

    private final CheckpointOutput out;
    private final ArrayDeque<CheckpointEvent> owed = new ArrayDeque<>();
    private long lost;

    Journal(CheckpointOutput out) {
        this.out = out;
    }

    /// Whether something new may begin: it and what it may cause can be recorded.
    boolean hasRoom() {
        return owed.isEmpty() && out.hasRoom(ROOM);
    }

    void record(CheckpointEvent event) {
        if (owed.isEmpty() && out.event(event)) {
            return;
        }
        boolean isKept = event instanceof CheckpointEvent.DeviceLocked || event instanceof CheckpointEvent.FlowClosed;
        if (isKept || owed.size() < Limits.OWED_EVENTS) {
            owed.add(event);
        } else {
            lost++;
        }
    }

    /// Records what may be lost when nobody takes events: one refusal of many.
    void offer(CheckpointEvent event) {
        if (!owed.isEmpty() || !out.event(event)) {
            lost++;
        }
    }

    /// Hands out what waits, as far as there is room.
    void settle() {
        while (!owed.isEmpty() && out.event(owed.getFirst())) {
            owed.removeFirst();
        }
    }

    boolean isOwing() {
        return !owed.isEmpty();
    }

    /// Counts what still waits as lost: nobody will take it any more.
    void abandon() {
        lost += owed.size();
        owed.clear();
    }

    /// Events that nobody will ever see.
    long lost() {
        return lost;
    }
}
