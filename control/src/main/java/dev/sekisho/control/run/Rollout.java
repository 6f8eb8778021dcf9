package dev.sekisho.control.run;

import dev.sekisho.control.policy.DeviceSection;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.flow.Enforcement;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.ConfigurationException;
import dev.sekisho.dataplane.run.DeviceUpdate;
import dev.sekisho.dataplane.run.PeerUpdate;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Brings the data plane from one policy to the next, all or nothing. One caller at a time.
///
/// It closes before it opens: a device that goes loses its peer before the policy changes, a device that
/// comes is denied everything until the policy knows it. Packet threads that do not answer in time still
/// carry out, in order, what they were told, whenever they wake up; so the old policy is told again behind
/// the new one, and whatever they have done by then, they end with the old.
final class Rollout {
    private static final System.Logger LOG = System.getLogger(Rollout.class.getName());

    /// One state of the data plane.
    ///
    /// @param content its owner keeps it open until the next one is in force
    /// @param enforcement the compiled policy of it, with the locks of the moment
    record Target(PolicyFile.Content content, Supplier<Enforcement> enforcement) {}

    private final Consumer<DeviceUpdate> peers;
    private final Consumer<Enforcement> policy;

    /// Peers that the data plane has, or may have after a change that failed.
    private final Set<PublicKey> known = new LinkedHashSet<>();

    private @Nullable Target current;

    /// Whether the data plane is known to be as `current` says.
    private boolean settled;

    /// @param peers configures the data plane
    /// @param policy configures its checkpoint
    Rollout(Consumer<DeviceUpdate> peers, Consumer<Enforcement> policy) {
        this.peers = peers;
        this.policy = policy;
    }

    /// Puts the next state in force.
    ///
    /// @throws ConfigurationException when it can't; then the old one stays, or comes back as soon as the
    ///     packet threads answer again
    void to(Target next) {
        Target before = settled ? current : null;
        settled = false;
        try {
            tell(before, next);
        } catch (ConfigurationException e) {
            takeBack();
            throw e;
        }
        current = next;
        settled = true;
        known.clear();
        next.content().devices().forEach(device -> known.add(device.publicKey()));
    }

    /// Comparing keys by identity is enough: whoever changes one reads it anew.
    private static boolean isSameTunnel(PolicyFile.Content before, PolicyFile.Content next) {
        return before.privateKey() == next.privateKey()
                && before.network().listenPort() == next.network().listenPort()
                && before.devices().equals(next.devices());
    }

    /// @param before what the data plane is known to be like; null when it is not
    private void tell(@Nullable Target before, Target target) {
        PolicyFile.Content content = target.content();
        if (before == null || !isSameTunnel(before.content(), content)) {
            DeviceUpdate update = before == null ? update(content) : difference(before.content(), content);
            content.devices().forEach(device -> known.add(device.publicKey()));
            peers.accept(update);
        }
        policy.accept(target.enforcement().get());
    }

    /// Tells only of peers that are gone, new or different: there may be many others.
    private static DeviceUpdate difference(PolicyFile.Content before, PolicyFile.Content next) {
        Map<PublicKey, DeviceSection> left =
                LinkedHashMap.newLinkedHashMap(before.devices().size());
        before.devices().forEach(device -> left.put(device.publicKey(), device));
        List<PeerUpdate> added = new ArrayList<>();
        for (DeviceSection device : next.devices()) {
            if (!device.equals(left.remove(device.publicKey()))) {
                added.add(added(device));
            }
        }
        List<PeerUpdate> updates = new ArrayList<>();
        left.keySet().forEach(key -> updates.add(removed(key)));
        updates.addAll(added);
        return new DeviceUpdate(
                before.privateKey() == next.privateKey() ? Optional.empty() : Optional.of(next.privateKey()),
                before.network().listenPort() == next.network().listenPort()
                        ? OptionalInt.empty()
                        : OptionalInt.of(next.network().listenPort()),
                OptionalInt.empty(),
                false,
                updates);
    }

    /// Both halves are told, whatever comes of the first.
    private void takeBack() {
        Target before = current;
        if (before == null) {
            return;
        }
        quietly(() -> peers.accept(update(before.content())));
        quietly(() -> policy.accept(before.enforcement().get()));
    }

    private static void quietly(Runnable step) {
        try {
            step.run();
        } catch (ConfigurationException e) {
            LOG.log(Level.WARNING, "the old policy will be back when the packet threads answer: {0}", e.getMessage());
        }
    }

    /// Takes a peer away and brings it back.
    void reconnect(DeviceSection device) {
        peers.accept(only(removed(device.publicKey())));
        peers.accept(only(added(device)));
    }

    private static DeviceUpdate only(PeerUpdate peer) {
        return new DeviceUpdate(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), false, List.of(peer));
    }

    private DeviceUpdate update(PolicyFile.Content content) {
        Set<PublicKey> wanted = HashSet.newHashSet(content.devices().size());
        content.devices().forEach(device -> wanted.add(device.publicKey()));
        List<PeerUpdate> updates = new ArrayList<>();
        known.stream().filter(key -> !wanted.contains(key)).forEach(key -> updates.add(removed(key)));
        content.devices().forEach(device -> updates.add(added(device)));
        return new DeviceUpdate(
                Optional.of(content.privateKey()),
                OptionalInt.of(content.network().listenPort()),
                OptionalInt.empty(),
                false,
                updates);
    }

    private static PeerUpdate removed(PublicKey key) {
        return new PeerUpdate(
                key, true, false, Optional.empty(), Optional.empty(), OptionalInt.empty(), true, List.of(), List.of());
    }

    private static PeerUpdate added(DeviceSection device) {
        return new PeerUpdate(
                device.publicKey(),
                false,
                false,
                Optional.of(device.presharedKey().orElseGet(() -> SecretKey.copyOf(new byte[SecretKey.BYTES], 0))),
                Optional.empty(),
                OptionalInt.empty(),
                true,
                device.addresses(),
                List.of());
    }
}
