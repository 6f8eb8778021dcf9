package dev.sekisho.control.run;

import dev.sekisho.control.policy.DeviceSection;
import dev.sekisho.control.policy.MfaSection;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.policy.ScanSection;
import dev.sekisho.control.socket.ChallengeView;
import dev.sekisho.control.socket.DeviceView;
import dev.sekisho.control.socket.FlowView;
import dev.sekisho.control.tunnel.Undo;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.crypto.SecretKey;
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
import dev.sekisho.dataplane.run.DeviceUpdate;
import dev.sekisho.dataplane.run.PeerStatus;
import dev.sekisho.dataplane.run.PeerUpdate;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Explanation;
import dev.sekisho.policy.compile.PolicyCompiler;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A checkpoint on a real data plane. Thread-safe: the data plane is, and one change of the policy is made at a time.
final class LiveCheckpoint implements OpenCheckpoint {
    private final DataPlane plane;
    private final CheckpointControl control;
    private final Supplier<Map<DeviceId, LockReason>> locks;
    private final Undo undo;

    /// What is in force. Guarded by this object's monitor for changes, read by others.
    private volatile PolicySnapshot policy;

    private volatile List<DeviceSection> devices = List.of();

    /// What the data plane was configured with, and the rest of what is in force. Guarded by this object's monitor.
    private PolicyFile.@Nullable Content content;

    /// @param plane open, without peers; its owner is `undo`
    /// @param locks the devices that are locked, at any time
    /// @param undo ends everything that was made, the data plane too
    LiveCheckpoint(DataPlane plane, Supplier<Map<DeviceId, LockReason>> locks, Undo undo) {
        this.plane = plane;
        this.control = plane.checkpoint();
        this.locks = locks;
        this.undo = undo;
        this.policy = PolicyCompiler.compile(new Policy(0, List.of(), List.of(), List.of(), List.of(), List.of()));
    }

    /// Compiles first, for that is what may fail; then closes before it opens: a device that goes loses its peer before
    /// the policy changes, a device that comes is denied everything until the policy knows it.
    ///
    /// A content with the same policy, the very object, is not compiled again; what [#revoke] took stays taken.
    @Override
    public synchronized void enforce(PolicyFile.Content next) {
        PolicySnapshot snapshot = next.policy() == policy.policy() ? policy : PolicyCompiler.compile(next.policy());
        PolicyFile.Content before = content;
        boolean sameTunnel = before != null
                && before.privateKey() == next.privateKey()
                && before.network().listenPort() == next.network().listenPort()
                && devices.equals(next.devices());
        if (!sameTunnel) {
            plane.configure(new DeviceUpdate(
                    Optional.of(next.privateKey()),
                    OptionalInt.of(next.network().listenPort()),
                    OptionalInt.empty(),
                    false,
                    peers(next.devices())));
            devices = next.devices();
        }
        content = next;
        enforce(snapshot, next);
    }

    private void enforce(PolicySnapshot snapshot, PolicyFile.Content with) {
        Map<PublicKey, DeviceBinding> bindings =
                HashMap.newHashMap(with.devices().size());
        for (DeviceSection device : with.devices()) {
            bindings.put(device.publicKey(), new DeviceBinding(device.id(), device.user()));
        }
        control.enforce(new Enforcement(snapshot, bindings, rules(with.mfa()), rules(with.scan()), locks.get()));
        policy = snapshot;
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
        found.ifPresent(section -> {
            plane.configure(update(peer(section, true)));
            plane.configure(update(peer(section, false)));
        });
        return found.isPresent();
    }

    private static DeviceUpdate update(PeerUpdate peer) {
        return new DeviceUpdate(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), false, List.of(peer));
    }

    /// The devices that go, then all that stay or come.
    private List<PeerUpdate> peers(List<DeviceSection> next) {
        List<PeerUpdate> updates = new ArrayList<>();
        Map<PublicKey, DeviceSection> wanted = HashMap.newHashMap(next.size());
        next.forEach(device -> wanted.put(device.publicKey(), device));
        for (DeviceSection before : devices) {
            if (!wanted.containsKey(before.publicKey())) {
                updates.add(peer(before, true));
            }
        }
        next.forEach(device -> updates.add(peer(device, false)));
        return updates;
    }

    private static PeerUpdate peer(DeviceSection device, boolean remove) {
        return new PeerUpdate(
                device.publicKey(),
                remove,
                false,
                remove
                        ? Optional.empty()
                        : Optional.of(
                                device.presharedKey().orElseGet(() -> SecretKey.copyOf(new byte[SecretKey.BYTES], 0))),
                Optional.empty(),
                OptionalInt.empty(),
                true,
                remove ? List.of() : device.addresses(),
                List.of());
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
                    .map(device -> view(device, peers.get(device.publicKey()), reports.get(device.publicKey())))
                    .toList();
        } finally {
            UapiSockets.wipe(status);
        }
    }

    private static DeviceView view(DeviceSection device, @Nullable PeerStatus peer, @Nullable DeviceReport report) {
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
                report == null ? 0 : report.flows(),
                report != null && report.lock() != null);
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
    public long flows(int limit, Consumer<FlowView> sink) {
        control.flows(limit).stream().limit(limit).map(LiveCheckpoint::view).forEach(sink);
        return control.flowCount();
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
        InetAddress address = destination.getAddress();
        Cidr host = Cidr.of(address, 8 * address.getAddress().length);
        return policy.explain(user, host.high(), host.low(), protocol, port, Instant.ofEpochSecond(epochSecond));
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
