package dev.sekisho.control.run;

import dev.sekisho.control.policy.DeviceSection;
import dev.sekisho.control.policy.MfaSection;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.policy.ScanSection;
import dev.sekisho.control.socket.ChallengeView;
import dev.sekisho.control.socket.DeviceTraffic;
import dev.sekisho.control.socket.DeviceView;
import dev.sekisho.control.socket.FlowFilter;
import dev.sekisho.control.socket.FlowView;
import dev.sekisho.control.traffic.Rate;
import dev.sekisho.control.traffic.TrafficMeter;
import dev.sekisho.control.tunnel.Undo;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.DeviceBinding;
import dev.sekisho.dataplane.flow.DeviceReport;
import dev.sekisho.dataplane.flow.Enforcement;
import dev.sekisho.dataplane.flow.FlowStatus;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.flow.MfaRules;
import dev.sekisho.dataplane.flow.ScanRules;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.CheckpointControl;
import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.PeerStatus;
import dev.sekisho.dataplane.run.PeerTraffic;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Explanation;
import dev.sekisho.policy.compile.IncrementalCompiler;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A checkpoint on a real data plane. Thread-safe: the data plane is, and one change of the policy is made
/// at a time.
final class LiveCheckpoint implements OpenCheckpoint {
    private static final System.Logger LOG = System.getLogger(LiveCheckpoint.class.getName());

    private final DataPlane plane;
    private final TrafficMeter meter;
    private final CheckpointControl control;
    private final Rollout rollout;
    private final Supplier<Map<DeviceId, LockReason>> locks;
    private final Undo undo;

    /// Guarded by this object's monitor.
    private final IncrementalCompiler compiler = new IncrementalCompiler();

    /// What is in force. Guarded by this object's monitor for changes, read by others.
    private volatile PolicySnapshot policy;

    private volatile List<DeviceSection> devices = List.of();

    /// The rest of what is in force. Guarded by this object's monitor.
    private PolicyFile.@Nullable Content content;

    /// Devices, and whose key is whose among them. Guarded by this object's monitor for changes; the map,
    /// which is immutable, is read by others.
    private List<DeviceSection> bound = List.of();

    private volatile Map<PublicKey, DeviceBinding> bindings = Map.of();

    /// @param plane open, without peers; its owner is `undo`
    /// @param meter reads the counters of the plane
    /// @param locks the devices that are locked, at any time
    /// @param undo ends everything that was made, the data plane and the meter too
    LiveCheckpoint(DataPlane plane, TrafficMeter meter, Supplier<Map<DeviceId, LockReason>> locks, Undo undo) {
        this.plane = plane;
        this.meter = meter;
        this.control = plane.checkpoint();
        this.rollout = new Rollout(plane::configure, control::enforce);
        this.locks = locks;
        this.undo = undo;
        this.policy = compiler.compile(new Policy(0, List.of(), List.of(), List.of(), List.of(), List.of()));
    }

    /// Compiles first, for that is what may fail, and of the policy what is different from the one before. A content
    /// with
    /// the same policy, the very object, is not compiled again; what [#revoke] took stays taken.
    @Override
    @SuppressWarnings("ReferenceEquality") // comparing a large policy would cost more than compiling it
    public synchronized void enforce(PolicyFile.Content next) {
        long beganNanos = System.nanoTime();
        PolicySnapshot snapshot = next.policy() == policy.policy() ? policy : compiler.compile(next.policy());
        LOG.log(
                Level.DEBUG,
                "policy {0} compiled in {1} us",
                next.policy().version(),
                (System.nanoTime() - beganNanos) / 1000);
        enforce(snapshot, next);
        content = next;
        devices = next.devices();
    }

    private void enforce(PolicySnapshot snapshot, PolicyFile.Content with) {
        Map<PublicKey, DeviceBinding> bindings = bindings(with.devices());
        rollout.to(new Rollout.Target(
                with, () -> new Enforcement(snapshot, bindings, rules(with.mfa()), rules(with.scan()), locks.get())));
        policy = snapshot;
    }

    /// Whose key is whose. The same map for the same list.
    @SuppressWarnings("ReferenceEquality") // a list of ten thousand that was not made anew need not be compared
    private Map<PublicKey, DeviceBinding> bindings(List<DeviceSection> next) {
        if (next != bound) {
            Map<PublicKey, DeviceBinding> made = HashMap.newHashMap(next.size());
            for (DeviceSection device : next) {
                made.put(device.publicKey(), new DeviceBinding(device.id(), device.user()));
            }
            bindings = Map.copyOf(made);
            bound = next;
        }
        return bindings;
    }

    @Override
    public synchronized void revoke(Set<GrantId> grants) {
        PolicyFile.Content current = content;
        if (current != null && !grants.isEmpty()) {
            enforce(policy.without(grants), current);
        }
    }

    /// Takes the peer away and brings it back: its keys are gone, it has to shake hands again.
    @Override
    public synchronized boolean disconnect(DeviceId device) {
        Optional<DeviceSection> found =
                devices.stream().filter(section -> section.id().equals(device)).findFirst();
        found.ifPresent(rollout::reconnect);
        return found.isPresent();
    }

    @Override
    public synchronized Compilations compilations() {
        return new Compilations(compiler.wholes(), compiler.parts());
    }

    private static MfaRules rules(MfaSection mfa) {
        return new MfaRules(
                mfa.inactivity().toNanos(),
                mfa.maximumAge().map(Duration::toNanos).orElse(0L),
                mfa.timeout().toNanos());
    }

    private static ScanRules rules(ScanSection scan) {
        return new ScanRules(
                scan.threshold(),
                scan.window().toNanos(),
                scan.slowThreshold(),
                scan.slowWindow().toNanos());
    }

    @Override
    public boolean settle(long challengeId, boolean approved) {
        return control.settle(challengeId, approved);
    }

    /// Not while a policy is put in force: its snapshot of the locks may be older than this one.
    @Override
    public synchronized boolean lock(DeviceId device) {
        return control.lock(device);
    }

    /// Not while a policy is put in force, which would bring back the lock that it has read before.
    @Override
    public synchronized boolean unlock(DeviceId device) {
        return control.unlock(device);
    }

    @Override
    public List<DeviceView> devices() {
        DeviceStatus status = plane.status();
        try {
            Map<PublicKey, PeerStatus> peers = HashMap.newHashMap(status.peers().size());
            status.peers().forEach(peer -> peers.put(peer.publicKey(), peer));
            Map<PublicKey, DeviceReport> reports = HashMap.newHashMap(peers.size());
            control.devices().forEach(report -> reports.put(report.publicKey(), report));
            return devices.stream()
                    .map(device -> view(
                            device,
                            peers.get(device.publicKey()),
                            meter.rate(device.publicKey()),
                            reports.get(device.publicKey())))
                    .toList();
        } finally {
            UapiSockets.wipe(status);
        }
    }

    static DeviceView view(DeviceSection device, @Nullable PeerStatus peer, Rate rate, @Nullable DeviceReport report) {
        return new DeviceView(
                device.id(),
                device.user(),
                device.addresses().stream()
                        .map(block -> block.address().getHostAddress())
                        .toList(),
                peer == null ? Optional.empty() : peer.endpoint().map(Endpoint::toString),
                peer == null ? 0 : peer.lastHandshakeEpochNanos() / 1_000_000,
                peer == null ? 0 : peer.receivedBytes(),
                peer == null ? 0 : peer.sentBytes(),
                rate,
                report == null ? 0 : report.flows(),
                report != null && report.lock() != null);
    }

    /// What the meter read last; a device that has left the policy meanwhile is not among them.
    @Override
    public List<DeviceTraffic> traffic() {
        Map<PublicKey, DeviceBinding> known = bindings;
        List<DeviceTraffic> found = new ArrayList<>();
        meter.moving().forEach((key, moving) -> {
            DeviceBinding binding = known.get(key);
            if (binding != null) {
                found.add(traffic(binding, moving));
            }
        });
        return found;
    }

    private static DeviceTraffic traffic(DeviceBinding binding, TrafficMeter.Moving moving) {
        PeerTraffic counted = moving.counted();
        return new DeviceTraffic(
                binding.device(),
                binding.user(),
                counted.endpoint().map(Endpoint::toString),
                counted.lastHandshakeEpochNanos() / 1_000_000,
                counted.receivedBytes(),
                counted.sentBytes(),
                moving.rate());
    }

    @Override
    public List<ChallengeView> challenges() {
        return control.challenges().stream().map(LiveCheckpoint::view).toList();
    }

    private static ChallengeView view(CheckpointEvent.ChallengeNeeded challenge) {
        return new ChallengeView(
                challenge.id(),
                challenge.device(),
                challenge.user(),
                challenge.grant(),
                challenge.resource(),
                Endpoint.of(challenge.addressHigh(), challenge.addressLow(), challenge.port(), 0, 0, 0, 0)
                        .toString(),
                challenge.protocol(),
                challenge.perPort(),
                challenge.epochMillis(),
                challenge.deadlineEpochMillis());
    }

    @Override
    public long flows(int limit, FlowFilter wanted, Consumer<FlowView> sink) {
        if (wanted.isAll()) {
            control.flows(limit).stream().limit(limit).map(LiveCheckpoint::view).forEach(sink);
            return control.flowCount();
        }
        List<FlowView> found = control.flows(Limits.LARGEST_FLOWS).stream()
                .map(LiveCheckpoint::view)
                .filter(wanted::fits)
                .toList();
        found.stream().limit(limit).forEach(sink);
        return found.size();
    }

    @Override
    public Optional<FlowView> origin(InetSocketAddress remote, InetSocketAddress local) {
        return control.origin(remote, local).map(LiveCheckpoint::view);
    }

    private static FlowView view(FlowStatus flow) {
        return new FlowView(
                flow.flowId(),
                flow.device(),
                flow.user(),
                flow.tuple(),
                flow.grant(),
                flow.resource(),
                flow.fromDevice(),
                flow.handedOff(),
                flow.startedEpochMillis(),
                flow.traffic());
    }

    @Override
    public Explanation explain(UserId user, InetSocketAddress destination, int protocol, int port, long epochSecond) {
        return new PolicyView(policy).explain(user, destination, protocol, port, epochSecond);
    }

    @Override
    public DataPlane.StopReason awaitStop() throws InterruptedException {
        return plane.awaitStop();
    }

    @Override
    public void close() {
        undo.close();
    }
}
