package dev.sekisho.control.socket;

import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.traffic.Rate;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Explanation;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// A checkpoint without packets.
public class MemoryEnforcer implements Enforcer {
    public final List<ChallengeView> challenges = new CopyOnWriteArrayList<>();
    public final List<String> settled = new CopyOnWriteArrayList<>();
    public final Set<DeviceId> locked = new ConcurrentSkipListSet<>();
    public final Set<GrantId> revoked = new ConcurrentSkipListSet<>(Comparator.comparing(GrantId::name));
    public final List<FlowFilter> asked = new CopyOnWriteArrayList<>();
    public final List<Long> enforced = new CopyOnWriteArrayList<>();

    public static ChallengeView challenge(long id, String device, String user) {
        return new ChallengeView(
                id,
                new DeviceId(device),
                new UserId(user),
                new GrantId("g"),
                new ResourceId("db"),
                "10.0.1.5:443",
                6,
                false,
                0,
                180_000);
    }

    @Override
    public void enforce(PolicyFile.Content content) {
        enforced.add(content.policy().version());
    }

    @Override
    public void revoke(Set<GrantId> grants) {
        revoked.addAll(grants);
    }

    @Override
    public boolean disconnect(DeviceId device) {
        return devices().stream().anyMatch(view -> view.device().equals(device));
    }

    @Override
    public boolean settle(long challengeId, boolean approved) {
        boolean open = challenges.removeIf(challenge -> challenge.id() == challengeId);
        if (open) {
            settled.add(challengeId + " " + approved);
        }
        return open;
    }

    @Override
    public boolean lock(DeviceId device) {
        return locked.add(device);
    }

    @Override
    public boolean unlock(DeviceId device) {
        return locked.remove(device);
    }

    @Override
    public List<DeviceView> devices() {
        return List.of(device("laptop", "alice"), device("phone", "bob"));
    }

    private DeviceView device(String name, String user) {
        DeviceId id = new DeviceId(name);
        return new DeviceView(
                id,
                new UserId(user),
                List.of("10.66.0.2"),
                Optional.of("198.51.100.7:5000"),
                0,
                2_048,
                3,
                new Rate(512, 0),
                1,
                locked.contains(id));
    }

    @Override
    public List<DeviceTraffic> traffic() {
        return List.of();
    }

    @Override
    public List<ChallengeView> challenges() {
        return List.copyOf(challenges);
    }

    @Override
    public long flows(int limit, FlowFilter wanted, Consumer<FlowView> sink) {
        asked.add(wanted);
        return 0;
    }

    @Override
    public Optional<FlowView> origin(InetSocketAddress remote, InetSocketAddress local) {
        return Optional.empty();
    }

    @Override
    public Explanation explain(UserId user, InetSocketAddress destination, int protocol, int port, long epochSecond) {
        return new Explanation(
                user + " " + destination + " " + protocol + " " + port + " " + epochSecond,
                false,
                Optional.empty(),
                Optional.empty(),
                false,
                Long.MAX_VALUE,
                List.of());
    }
}
