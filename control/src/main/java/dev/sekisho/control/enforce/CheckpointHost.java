package dev.sekisho.control.enforce;

import com.google.gson.JsonObject;
import dev.sekisho.control.device.DeviceStates;
import dev.sekisho.control.device.LiveDevices;
import dev.sekisho.control.flows.FlowLog;
import dev.sekisho.control.flows.FlowLogWriter;
import dev.sekisho.control.flows.stats.FlowStats;
import dev.sekisho.control.policy.NetworkSection;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.run.CheckpointOpener;
import dev.sekisho.control.run.OpenCheckpoint;
import dev.sekisho.control.socket.ControlServer;
import dev.sekisho.control.socket.ControlService;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.socket.DeviceTraffic;
import dev.sekisho.control.socket.DeviceView;
import dev.sekisho.control.socket.Enforcer;
import dev.sekisho.control.socket.EventHub;
import dev.sekisho.control.state.Locks;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs the data plane as the settings say: starts it, changes it while it runs where that is possible, starts it anew
/// where it isn't, stops it when the module is off. Changed by one thread, the publisher's; asked by all.
public final class CheckpointHost implements LiveDevices, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CheckpointHost.class.getName());

    /// Where things are.
    ///
    /// @param state the state directory, claimed by the caller
    /// @param sockets where the control socket goes
    /// @param workers threads that move packets
    public record Place(Path state, ControlSockets sockets, int workers) {}

    /// What a host talks to.
    ///
    /// @param opener makes the data plane
    /// @param states keeps what the data plane has locked
    /// @param rootToken makes tokens for the control socket
    public record Ports(
            CheckpointOpener opener,
            DeviceStates states,
            ChallengeSink challenges,
            News news,
            Optional<Supplier<String>> rootToken) {}

    /// What runs.
    private record Running(OpenCheckpoint checkpoint, ControlServer socket, NetworkSection network) {}

    private final Place place;
    private final Ports ports;
    private final InstantSource clock;
    private final FlowLogWriter log;
    private final FlowStats stats;
    private final DetectedLocks detected;
    private final EventHub hub = new EventHub();
    private final PolicyView view = new PolicyView();
    private final FlowOwners owners = new FlowOwners();

    private volatile Map<DeviceId, LockReason> locks = Map.of();
    private volatile @Nullable Running running;
    private volatile Runnable onStopped = () -> {};
    private volatile Consumer<CheckpointEvent.FlowDenied> onDenied = _ -> {};

    private CheckpointHost(Place place, Ports ports, InstantSource clock, EventBridge.Records records) {
        this.place = place;
        this.ports = ports;
        this.clock = clock;
        this.log = records.log();
        this.stats = records.stats();
        this.detected = DetectedLocks.start(ports.states(), this::endpoint);
    }

    /// A host with nothing running yet.
    public static CheckpointHost open(Place place, Ports ports, InstantSource clock) throws IOException {
        FlowStats stats = FlowStats.open(place.state().resolve("flow-stats"), clock);
        FlowLogWriter log =
                FlowLogWriter.start(FlowLog.open(place.state().resolve("flows"), FlowLog.Retention.DEFAULT), clock);
        return new CheckpointHost(place, ports, clock, new EventBridge.Records(log, stats));
    }

    /// The flow log of this node.
    public FlowLogWriter flowLog() {
        return log;
    }

    /// What the flows of this node add up to.
    public FlowStats flowStats() {
        return stats;
    }

    /// Whose flows are whose; the publisher says so with each policy.
    FlowOwners owners() {
        return owners;
    }

    /// Is to be told when the data plane has stopped by itself.
    void onStopped(Runnable listener) {
        onStopped = listener;
    }

    /// Is to be told of what was denied; must not wait.
    public void onDenied(Consumer<CheckpointEvent.FlowDenied> listener) {
        onDenied = listener;
    }

    /// The data plane, while it runs.
    public Optional<Enforcer> enforcer() {
        return Optional.ofNullable(running).map(Running::checkpoint);
    }

    /// How the policies that are and were in force came about, while the data plane runs.
    Optional<OpenCheckpoint.Compilations> compilations() {
        return Optional.ofNullable(running).map(now -> now.checkpoint().compilations());
    }

    /// The interface, while it runs.
    public Optional<String> interfaceName() {
        return Optional.ofNullable(running).map(now -> now.network().interfaceName());
    }

    /// Takes grants away at once.
    void revoke(Set<GrantId> grants) {
        enforcer().ifPresent(enforcer -> enforcer.revoke(grants));
    }

    /// Puts a content in force, or stops everything.
    ///
    /// @param enabled whether anything shall run
    /// @param nextLocks the devices that pass nothing
    /// @throws RuntimeException with a sentence when it can't; then what runs goes on, if it still can
    void apply(PolicyFile.Content content, boolean enabled, Map<DeviceId, LockReason> nextLocks) {
        Map<DeviceId, LockReason> before = locks;
        locks = Map.copyOf(nextLocks);
        view.show(content);
        Running now = running;
        if (now != null && (!enabled || needsRestart(now.network(), content.network()))) {
            stop(now);
            now = null;
        }
        if (!enabled) {
            return;
        }
        if (now == null) {
            running = start(content);
            return;
        }
        Enforcer enforcer = now.checkpoint();
        locks.keySet().stream().filter(device -> !before.containsKey(device)).forEach(enforcer::lock);
        boolean done = false;
        try {
            enforcer.enforce(content);
            done = true;
        } finally {
            if (!done) {
                locks = before; // so that what is unlocked is unlocked by the next try
            }
        }
        before.keySet().stream().filter(device -> !locks.containsKey(device)).forEach(enforcer::unlock);
    }

    /// What can't change while the interface is up.
    private static boolean needsRestart(NetworkSection before, NetworkSection after) {
        return !before.interfaceName().equals(after.interfaceName())
                || !before.addresses().equals(after.addresses())
                || before.mtu() != after.mtu();
    }

    private Running start(PolicyFile.Content content) {
        EventBridge bridge = new EventBridge(
                new EventBridge.Records(log, stats),
                hub,
                new EventBridge.Ends(
                        detected,
                        ports.challenges(),
                        denied -> onDenied.accept(denied),
                        new FlowNews(owners, ports.news())));
        OpenCheckpoint checkpoint = ports.opener().open(content, () -> locks, place.workers(), bridge);
        try {
            String name = content.network().interfaceName();
            Locks kept = new DeviceLocks(ports.states());
            ControlService service = new ControlService(
                    checkpoint, view, kept, () -> status(name), ports.rootToken(), clock, System::nanoTime);
            ControlServer socket = ControlServer.open(place.sockets().socket(name), service, hub);
            watch(checkpoint);
            LOG.log(
                    Level.INFO,
                    checkpoint.hasTunnel()
                            ? "{0} is up: {1} devices"
                            : "without a tunnel: the policy is explained, and no packet passes",
                    name,
                    content.devices().size());
            return new Running(checkpoint, socket, content.network());
        } catch (IOException e) {
            checkpoint.close();
            throw new IllegalStateException("the control socket can't be made: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private JsonObject status(String name) {
        JsonObject json = new JsonObject();
        json.addProperty("interface", name);
        json.addProperty("state", place.state().toAbsolutePath().toString());
        json.addProperty("lostEvents", log.lostCount());
        log.problem().ifPresent(problem -> json.addProperty("flowLogProblem", problem));
        return json;
    }

    private void watch(OpenCheckpoint checkpoint) {
        Thread.ofPlatform().name("watch-checkpoint").daemon().start(() -> {
            try {
                DataPlane.StopReason reason = checkpoint.awaitStop();
                if (reason != DataPlane.StopReason.CLOSED) {
                    LOG.log(Level.ERROR, "the data plane has stopped ({0}): starting it again", reason);
                    onStopped.run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// Stops what has stopped by itself, for it to be started again.
    void restart() {
        Running now = running;
        if (now != null) {
            stop(now);
        }
    }

    private void stop(Running now) {
        running = null;
        if (now.checkpoint().hasTunnel()) {
            LOG.log(Level.INFO, "{0} goes down", now.network().interfaceName());
        }
        try {
            now.socket().close();
        } finally {
            log.withoutWaiting(now.checkpoint()::close);
        }
    }

    @Override
    public Map<DeviceId, Live> live() {
        Map<DeviceId, Live> live = new HashMap<>();
        enforcer().ifPresent(enforcer -> {
            for (DeviceView device : enforcer.devices()) {
                if (isKnown(device)) {
                    live.put(device.device(), live(device));
                }
            }
        });
        return live;
    }

    private static boolean isKnown(DeviceView device) {
        return device.lastHandshakeEpochMillis() != 0
                || device.endpoint().isPresent()
                || device.receivedBytes() != 0
                || device.sentBytes() != 0
                || device.flows() != 0;
    }

    /// The devices that had traffic in the last five seconds; none while nothing runs.
    public List<DeviceTraffic> traffic() {
        return enforcer().map(Enforcer::traffic).orElse(List.of());
    }

    private static Live live(DeviceView device) {
        return new Live(
                device.lastHandshakeEpochMillis() == 0
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(device.lastHandshakeEpochMillis())),
                device.endpoint(),
                device.receivedBytes(),
                device.sentBytes(),
                device.rate(),
                device.flows());
    }

    private Optional<String> endpoint(DeviceId device) {
        return Optional.ofNullable(live().get(device)).flatMap(Live::endpoint);
    }

    @Override
    public boolean disconnect(DeviceId device) {
        return enforcer().map(enforcer -> enforcer.disconnect(device)).orElse(false);
    }

    /// Stops everything and writes what is left to write.
    @Override
    public void close() {
        try {
            restart();
        } finally {
            detected.close();
            log.close();
            stats.close();
        }
    }
}
