package dev.sekisho.control.enforce;

import dev.sekisho.control.flows.FlowLogWriter;
import dev.sekisho.control.flows.stats.FlowStats;
import dev.sekisho.control.socket.EventHub;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.LockReason;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/// Brings the data plane's events to the flow log, to those who follow, to the database and to whoever asks people for
/// their second factor. It waits for nobody but the flow log when that is far behind. Called by one thread at a time.
final class EventBridge implements Consumer<CheckpointEvent> {
    private static final System.Logger LOG = System.getLogger(EventBridge.class.getName());

    /// Where everything is written down.
    record Records(FlowLogWriter log, FlowStats stats) {}

    private final FlowLogWriter log;
    private final FlowStats stats;
    private final EventHub hub;
    private final Ends ends;

    /// Who is told of what concerns them. None of them waits.
    ///
    /// @param denials is told of what was denied
    record Ends(
            DetectedLocks locks,
            ChallengeSink challenges,
            Consumer<CheckpointEvent.FlowDenied> denials,
            FlowNews flows) {}

    EventBridge(Records records, EventHub hub, Ends ends) {
        this.log = records.log();
        this.stats = records.stats();
        this.hub = hub;
        this.ends = ends;
    }

    @Override
    public void accept(CheckpointEvent event) {
        switch (event) {
            case CheckpointEvent.DeviceLocked locked -> keep(locked);
            case CheckpointEvent.ChallengeNeeded needed -> ends.challenges().needed(needed);
            case CheckpointEvent.ChallengeEnded ended -> ends.challenges().ended(ended);
            case CheckpointEvent.ChallengesSilenced silenced ->
                LOG.log(
                        Level.WARNING,
                        "device {0}: too many challenges were denied or missed; it may ask for none for a while",
                        silenced.device());
            case CheckpointEvent.FlowDenied denied -> ends.denials().accept(denied);
            case CheckpointEvent.FlowOpened _, CheckpointEvent.FlowClosed _, CheckpointEvent.DeviceUnlocked _ -> {}
        }
        ends.flows().tell(event);
        hub.publish(event);
        stats.record(event);
        log.put(event);
    }

    /// What an administrator locks is in the database already.
    private void keep(CheckpointEvent.DeviceLocked locked) {
        LOG.log(
                Level.WARNING,
                "device {0} is locked: {1}",
                locked.device(),
                locked.reason().sentence());
        if (locked.reason() != LockReason.ADMIN) {
            ends.locks().keep(locked);
        }
    }
}
