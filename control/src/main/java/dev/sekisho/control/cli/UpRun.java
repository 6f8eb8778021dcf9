package dev.sekisho.control.cli;

import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.run.CheckpointOpener;
import dev.sekisho.control.run.CheckpointRun;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.dataplane.run.DataPlane;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// A checkpoint in the foreground, from its policy file to the signal that ends it.
///
/// @param opener makes the data plane
/// @param stop ends it
/// @param started told the interface's name once everything is up
record UpRun(CheckpointOpener opener, Stop stop, Consumer<String> started) {
    /// Runs until asked to stop.
    ///
    /// @param state the state directory
    /// @throws CommandFailure when the data plane failed
    void run(PolicyFile policy, Path state, int workers) throws IOException, InterruptedException {
        System.Logger log = System.getLogger(UpRun.class.getName());
        ControlSockets sockets = ControlSockets.of(state, RunningInstance.isRoot(), System.getenv());
        CheckpointRun.Place place = new CheckpointRun.Place(policy, state, sockets, workers);
        AtomicReference<DataPlane.StopReason> reason = new AtomicReference<>(DataPlane.StopReason.CLOSED);
        String name;
        Optional<String> dead;
        try (DeadThreads deaths = DeadThreads.watch(stop);
                CheckpointRun run = CheckpointRun.start(place, opener)) {
            name = run.interfaceName();
            log.log(
                    Level.INFO,
                    run.isEnabled() ? "{0} is up: {1} devices" : "{0} is switched off: {1} devices wait for it",
                    name,
                    run.checkpoint().devices().size());
            started.accept(name);
            Thread watch = Thread.ofPlatform().name("watch-checkpoint").daemon().start(() -> {
                try {
                    reason.set(run.checkpoint().awaitStop());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                stop.request();
            });
            stop.await();
            watch.interrupt();
            dead = deaths.first();
            log.log(Level.INFO, "{0}: going down", name);
        }
        if (dead.isPresent()) {
            throw new CommandFailure(name + ": the thread " + dead.get() + " died; the log above says how");
        }
        Foreground.requireHealthy(name, reason.get());
        if (reason.get() == DataPlane.StopReason.DEVICE_REMOVED) {
            throw new CommandFailure(name + " or its hand-off interface was removed: nothing is guarded any more");
        }
    }
}
