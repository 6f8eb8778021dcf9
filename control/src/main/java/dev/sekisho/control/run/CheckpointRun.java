package dev.sekisho.control.run;

import com.google.gson.JsonObject;
import dev.sekisho.control.flows.FlowLog;
import dev.sekisho.control.flows.FlowLogWriter;
import dev.sekisho.control.policy.NetworkSection;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.policy.PolicyWatcher;
import dev.sekisho.control.socket.ControlServer;
import dev.sekisho.control.socket.ControlService;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.socket.CurrentPolicy;
import dev.sekisho.control.socket.EventHub;
import dev.sekisho.control.state.CodeFile;
import dev.sekisho.control.state.LockStore;
import dev.sekisho.control.state.StateDirectory;
import dev.sekisho.control.totp.TotpVerifier;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// One checkpoint from its policy file to running interfaces and back. One owner thread; [#checkpoint] may
/// be used by others.
///
/// Nothing passes before the locks of the last run are in force: they are read first, and a damaged file
/// stops the start. What was started is ended in the opposite order, also when the start fails half way.
public final class CheckpointRun implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CheckpointRun.class.getName());

    /// Where things are.
    ///
    /// @param file the policy
    /// @param state the state directory
    /// @param sockets where the control socket goes
    /// @param workers threads that move packets
    public record Place(PolicyFile file, Path state, ControlSockets sockets, int workers) {}

    private final Deque<AutoCloseable> started;
    private final OpenCheckpoint checkpoint;
    private final NetworkSection network;

    private CheckpointRun(Deque<AutoCloseable> started, OpenCheckpoint checkpoint, NetworkSection network) {
        this.started = started;
        this.checkpoint = checkpoint;
        this.network = network;
    }

    /// Starts everything.
    ///
    /// @throws RuntimeException with a sentence when something can't start
    public static CheckpointRun start(Place place, CheckpointOpener opener) throws IOException {
        Deque<AutoCloseable> started = new ArrayDeque<>();
        boolean done = false;
        try {
            CheckpointRun run = start(place, opener, started);
            done = true;
            return run;
        } finally {
            if (!done) {
                end(started);
            }
        }
    }

    private static CheckpointRun start(Place place, CheckpointOpener opener, Deque<AutoCloseable> started)
            throws IOException {
        PolicyFile.Content content = place.file().read(1);
        boolean owned = false;
        try {
            content.warnings().forEach(warning -> LOG.log(Level.WARNING, "{0}", warning));
            StateDirectory state = StateDirectory.claim(place.state());
            started.push(state);
            LockStore locks = LockStore.open(state.path());
            TotpVerifier codes = codes(state);
            FlowLogWriter log = FlowLogWriter.start(
                    FlowLog.open(state.path().resolve("flows"), FlowLog.Retention.DEFAULT), InstantSource.system());
            started.push(log);
            EventHub hub = new EventHub();
            OpenCheckpoint checkpoint = content.network().enabled()
                    ? opener.open(content, locks::reasons, place.workers(), new EventRecorder(log, hub, locks))
                    : switchedOff(content);
            started.push(() -> log.withoutWaiting(checkpoint::close));
            CurrentPolicy policy = new CurrentPolicy(checkpoint, codes, content);
            owned = true;
            started.push(policy);
            String name = content.network().interfaceName();
            PolicyWatcher watcher = PolicyWatcher.start(place.file(), content, policy::enforce);
            started.push(watcher);
            ControlService service = new ControlService(
                    checkpoint,
                    policy,
                    locks,
                    () -> status(place, content.network(), watcher, log),
                    Optional.empty(),
                    InstantSource.system(),
                    System::nanoTime);
            started.push(ControlServer.open(place.sockets().socket(name), service, hub));
            return new CheckpointRun(started, checkpoint, content.network());
        } finally {
            if (!owned) {
                content.close();
            }
        }
    }

    private static TotpVerifier codes(StateDirectory state) {
        return new TotpVerifier(
                new CodeFile(state.path()), InstantSource.system().instant().getEpochSecond(), System.nanoTime());
    }

    private static OpenCheckpoint switchedOff(PolicyFile.Content content) {
        LOG.log(Level.INFO, "network.enabled is false: no interface and no UDP port, until a start with true");
        return new SwitchedOff(content);
    }

    private static JsonObject status(Place place, NetworkSection network, PolicyWatcher watcher, FlowLogWriter log) {
        JsonObject json = new JsonObject();
        json.addProperty("interface", network.interfaceName());
        json.addProperty("enabled", network.enabled());
        json.addProperty("file", place.file().path().toAbsolutePath().toString());
        json.addProperty("state", place.state().toAbsolutePath().toString());
        watcher.lastError().ifPresent(error -> json.addProperty("lastError", error));
        json.addProperty("lostEvents", log.lostCount());
        log.problem().ifPresent(problem -> json.addProperty("flowLogProblem", problem));
        return json;
    }

    /// The running checkpoint.
    public OpenCheckpoint checkpoint() {
        return checkpoint;
    }

    /// The tunnel's interface.
    public String interfaceName() {
        return network.interfaceName();
    }

    /// Whether there is a tunnel at all (product line N13).
    public boolean isEnabled() {
        return network.enabled();
    }

    /// Ends everything.
    @Override
    public void close() {
        end(started);
    }

    private static void end(Deque<AutoCloseable> started) {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "could not end {0}: {1}", part.getClass().getSimpleName(), e.getMessage());
            }
        }
    }
}
