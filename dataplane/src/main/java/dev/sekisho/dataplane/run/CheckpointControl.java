package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.flow.Checkpoint;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.DeviceReport;
import dev.sekisho.dataplane.flow.Enforcement;
import dev.sekisho.dataplane.flow.FlowStatus;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The checkpoint of a running data plane, as others command and ask it. Thread-safe; every call waits until the
/// packet threads have carried it out.
///
/// All methods throw [ConfigurationException] when the data plane is closed or its packet threads do not answer.
public final class CheckpointControl {
    /// Carries a task to the checkpoints of all workers and waits for them.
    interface Asker {
        void askAll(Worker.CheckpointTask task);
    }

    private final Asker asker;

    CheckpointControl(Asker asker) {
        this.asker = asker;
    }

    /// Puts a policy in force: when it returns, it counts for every packet.
    ///
    /// @throws ConfigurationException when the packet threads do not answer
    public void enforce(Enforcement enforcement) {
        asker.askAll((checkpoint, now) -> checkpoint.enforce(now, enforcement));
    }

    /// Settles a challenge: what was held for it is released, or refused.
    ///
    /// @return whether it was open
    public boolean settle(long challenge, boolean approved) {
        AtomicBoolean open = new AtomicBoolean();
        asker.askAll((checkpoint, now) -> {
            if (checkpoint.settle(now, challenge, approved)) {
                open.set(true);
            }
        });
        return open.get();
    }

    /// Locks a device: it passes nothing from now on.
    ///
    /// @return whether a peer is bound to that device
    public boolean lock(DeviceId device) {
        AtomicBoolean known = new AtomicBoolean();
        asker.askAll((checkpoint, now) -> {
            if (checkpoint.lock(now, device)) {
                known.set(true);
            }
        });
        return known.get();
    }

    /// Unlocks a device and forgets what it tried.
    ///
    /// @return whether a peer is bound to that device
    public boolean unlock(DeviceId device) {
        AtomicBoolean known = new AtomicBoolean();
        asker.askAll((checkpoint, now) -> {
            if (checkpoint.unlock(now, device)) {
                known.set(true);
            }
        });
        return known.get();
    }

    /// Number of live flows.
    public long flowCount() {
        LongAdder count = new LongAdder();
        asker.askAll((checkpoint, now) -> count.add(checkpoint.flowCount()));
        return count.sum();
    }

    /// The live flows at about this moment, in no order, at most `limit` of each worker.
    public List<FlowStatus> flows(int limit) {
        return gather((checkpoint, now, list) -> checkpoint.flows(limit, list::add));
    }

    /// The open challenges.
    public List<CheckpointEvent.ChallengeNeeded> challenges() {
        return gather((checkpoint, now, list) -> list.addAll(checkpoint.challenges(now)));
    }

    /// The devices behind the peers.
    public List<DeviceReport> devices() {
        return gather((checkpoint, now, list) -> list.addAll(checkpoint.devices()));
    }

    /// Who is behind a connection that a proxy accepted on the hand-off device.
    ///
    /// @param remote the connection's remote address: the device
    /// @param local the connection's local address: what the device dialled
    /// @return empty when there is no live flow of that kind: close the connection
    public Optional<FlowStatus> origin(InetSocketAddress remote, InetSocketAddress local) {
        Cidr device = Cidr.of(remote.getAddress(), 8 * remote.getAddress().getAddress().length);
        Cidr target = Cidr.of(local.getAddress(), 8 * local.getAddress().getAddress().length);
        return this.<FlowStatus>gather((checkpoint, now, list) -> {
                    FlowStatus origin = checkpoint.origin(
                            device.high(),
                            device.low(),
                            remote.getPort(),
                            target.high(),
                            target.low(),
                            local.getPort());
                    if (origin != null) {
                        list.add(origin);
                    }
                })
                .stream()
                .findFirst();
    }

    private interface Gatherer<T> {
        void gather(Checkpoint checkpoint, long nowNanos, List<T> list);
    }

    private <T> List<T> gather(Gatherer<T> gatherer) {
        List<T> all = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        asker.askAll((checkpoint, now) -> {
            try {
                gatherer.gather(checkpoint, now, all);
            } catch (RuntimeException e) {
                failure.set(e); // a question that fails is the asker's trouble, not that of the packets
            }
        });
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return List.copyOf(all);
    }
}
