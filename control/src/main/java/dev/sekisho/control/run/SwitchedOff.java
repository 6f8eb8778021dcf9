package dev.sekisho.control.run;

import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.socket.ChallengeView;
import dev.sekisho.control.socket.DeviceTraffic;
import dev.sekisho.control.socket.DeviceView;
import dev.sekisho.control.socket.FlowFilter;
import dev.sekisho.control.socket.FlowView;
import dev.sekisho.control.traffic.Rate;
import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Explanation;
import dev.sekisho.policy.compile.IncrementalCompiler;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// The checkpoint of a server whose network module is switched off (product line N13): no interface, no UDP
/// port, no packets. The policy is still read, checked and explained. Thread-safe.
final class SwitchedOff implements OpenCheckpoint {
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Guarded by this object's monitor.
    private final IncrementalCompiler compiler = new IncrementalCompiler();

    private volatile PolicyView policy;
    private volatile List<DeviceView> devices;

    SwitchedOff(PolicyFile.Content content) {
        this.policy = new PolicyView(compiler.compile(content.policy()));
        this.devices = views(content);
    }

    @Override
    public synchronized void enforce(PolicyFile.Content content) {
        policy = new PolicyView(compiler.compile(content.policy()));
        devices = views(content);
    }

    @Override
    public boolean hasTunnel() {
        return false;
    }

    @Override
    public synchronized Compilations compilations() {
        return new Compilations(compiler.wholes(), compiler.parts());
    }

    private static List<DeviceView> views(PolicyFile.Content content) {
        return content.devices().stream()
                .map(device -> LiveCheckpoint.view(device, null, Rate.NONE, null))
                .toList();
    }

    @Override
    public void revoke(Set<GrantId> grants) {
        policy = new PolicyView(policy.snapshot().without(grants));
    }

    @Override
    public boolean disconnect(DeviceId device) {
        return false;
    }

    @Override
    public boolean settle(long challengeId, boolean approved) {
        return false;
    }

    @Override
    public boolean lock(DeviceId device) {
        return isKnown(device);
    }

    @Override
    public boolean unlock(DeviceId device) {
        return isKnown(device);
    }

    private boolean isKnown(DeviceId device) {
        return devices.stream().anyMatch(view -> view.device().equals(device));
    }

    @Override
    public List<DeviceView> devices() {
        return devices;
    }

    @Override
    public List<DeviceTraffic> traffic() {
        return List.of();
    }

    @Override
    public List<ChallengeView> challenges() {
        return List.of();
    }

    @Override
    public long flows(int limit, FlowFilter wanted, Consumer<FlowView> sink) {
        return 0;
    }

    @Override
    public Optional<FlowView> origin(InetSocketAddress remote, InetSocketAddress local) {
        return Optional.empty();
    }

    @Override
    public Explanation explain(UserId user, InetSocketAddress destination, int protocol, int port, long epochSecond) {
        return policy.explain(user, destination, protocol, port, epochSecond);
    }

    @Override
    public DataPlane.StopReason awaitStop() throws InterruptedException {
        closed.await();
        return DataPlane.StopReason.CLOSED;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
