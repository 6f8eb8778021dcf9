package dev.sekisho.control.run;

import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.flows.FlowLogWriter;
import dev.sekisho.control.socket.EventHub;
import dev.sekisho.control.state.Attempt;
import dev.sekisho.control.state.Lock;
import dev.sekisho.control.state.LockStore;
import dev.sekisho.control.state.StateException;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.DeviceId;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Brings the checkpoint's events to the flow log, to those who follow and to the disk. It waits for nobody but the
/// disk: when a device is locked, and when the flow log is far behind; then the checkpoint's ring fills and no new flow
/// passes unrecorded. Called by one thread at a time.
final class EventRecorder implements Consumer<CheckpointEvent> {
    private static final System.Logger LOG = System.getLogger(EventRecorder.class.getName());

    private final FlowLogWriter log;
    private final EventHub hub;
    private final LockStore locks;

    /// Locks that the disk did not take yet.
    private final Map<DeviceId, Lock> unwritten = new LinkedHashMap<>();

    private final Set<DeviceId> complained = new HashSet<>();

    EventRecorder(FlowLogWriter log, EventHub hub, LockStore locks) {
        this.log = log;
        this.hub = hub;
        this.locks = locks;
    }

    @Override
    public void accept(CheckpointEvent event) {
        if (!unwritten.isEmpty()) {
            writeLocks();
        }
        switch (event) {
            case CheckpointEvent.DeviceLocked locked -> keep(locked);
            case CheckpointEvent.DeviceUnlocked unlocked -> release(unlocked);
            case CheckpointEvent.ChallengesSilenced silenced ->
                LOG.log(
                        Level.WARNING,
                        "device {0}: too many challenges were denied or missed; it may ask for none until {1}",
                        silenced.device(),
                        EventJson.time(silenced.untilEpochMillis()));
            case CheckpointEvent.FlowOpened _,
                    CheckpointEvent.FlowClosed _,
                    CheckpointEvent.FlowDenied _,
                    CheckpointEvent.ChallengeNeeded _,
                    CheckpointEvent.ChallengeEnded _ -> {}
        }
        hub.publish(event);
        log.put(event);
    }

    /// Events of a device come in their order: a lock that was still on its way when somebody unlocked goes too.
    private void release(CheckpointEvent.DeviceUnlocked unlocked) {
        unwritten.remove(unlocked.device());
        try {
            locks.remove(unlocked.device());
        } catch (StateException e) {
            LOG.log(
                    Level.ERROR,
                    "device {0} is unlocked now, but a restart would lock it: {1}",
                    unlocked.device(),
                    e.getMessage());
        }
    }

    /// What an administrator locks is on disk already.
    private void keep(CheckpointEvent.DeviceLocked locked) {
        LOG.log(
                Level.WARNING,
                "device {0} is locked: {1}",
                locked.device(),
                locked.reason().sentence());
        if (locked.reason() == LockReason.ADMIN) {
            return;
        }
        unwritten.put(
                locked.device(),
                new Lock(
                        locked.device(),
                        locked.reason(),
                        locked.epochMillis(),
                        "",
                        locked.targets().stream()
                                .map(target -> Attempt.of(target.toString(), target.epochMillis()))
                                .toList()));
        writeLocks();
    }

    /// Tries again with every event: a disk that was full is not full for ever, and a restart must unlock nobody.
    private void writeLocks() {
        for (Lock lock : List.copyOf(unwritten.values())) {
            try {
                locks.add(lock);
                unwritten.remove(lock.device());
                complained.remove(lock.device());
            } catch (StateException e) {
                if (complained.add(lock.device())) {
                    LOG.log(
                            Level.ERROR,
                            "device {0} is locked now, but a restart would unlock it; trying again: {1}",
                            lock.device(),
                            e.getMessage());
                }
            }
        }
    }
}
