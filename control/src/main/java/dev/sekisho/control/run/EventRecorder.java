package dev.sekisho.control.run;

import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.flows.FlowLogWriter;
import dev.sekisho.control.socket.EventHub;
import dev.sekisho.control.state.Lock;
import dev.sekisho.control.state.LockStore;
import dev.sekisho.control.state.StateException;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.flow.ScanTarget;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/// Brings the checkpoint's events to the flow log, to those who follow and to the disk. It waits for nobody but the
/// disk: when a device is locked, and when the flow log is far behind; then the checkpoint's ring fills and no new flow
/// passes unrecorded. Called by one thread at a time.
final class EventRecorder implements Consumer<CheckpointEvent> {
    private static final System.Logger LOG = System.getLogger(EventRecorder.class.getName());

    private final FlowLogWriter log;
    private final EventHub hub;
    private final LockStore locks;

    EventRecorder(FlowLogWriter log, EventHub hub, LockStore locks) {
        this.log = log;
        this.hub = hub;
        this.locks = locks;
    }

    @Override
    public void accept(CheckpointEvent event) {
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
        try {
            locks.add(new Lock(
                    locked.device(),
                    locked.reason(),
                    locked.epochMillis(),
                    "",
                    locked.targets().stream().map(ScanTarget::toString).toList()));
        } catch (StateException e) {
            LOG.log(
                    Level.ERROR,
                    "device {0} is locked now, but a restart would unlock it: {1}",
                    locked.device(),
                    e.getMessage());
        }
    }
}
