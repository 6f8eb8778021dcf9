package dev.sekisho.control.enforce;

import dev.sekisho.control.device.Device;
import dev.sekisho.control.policy.DeviceSection;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.settings.KeySafe;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.DeviceId;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Devices as they were read last, and the same for the data plane. One owner thread.
final class LoadedDevices implements AutoCloseable {
    private static final Comparator<Device> BY_NAME =
            Comparator.comparing((Device device) -> NameKey.of(device.name())).thenComparing(Device::id);

    private final DeviceSections sections;
    private final Map<String, Device> devices = new HashMap<>();
    private List<Device> ordered = List.of();

    /// Those that may connect and those that pass nothing, as of a moment; made anew when that is no longer right.
    private List<DeviceSection> connecting = List.of();

    private Map<DeviceId, LockReason> locks = Map.of();
    private Instant asOf = Instant.EPOCH;
    private boolean changed;

    LoadedDevices(KeySafe safe) {
        this.sections = new DeviceSections(safe);
    }

    /// Takes all of them, by name.
    void replace(List<Device> all) {
        devices.clear();
        all.forEach(device -> devices.put(device.id(), device));
        ordered = List.copyOf(all);
        changed = true;
    }

    /// Takes some.
    ///
    /// @param ids of those that were asked for; what was not found is not there
    void update(Collection<String> ids, List<Device> found) {
        devices.keySet().removeAll(new HashSet<>(ids));
        found.forEach(device -> devices.put(device.id(), device));
        ordered = devices.values().stream().sorted(BY_NAME).toList();
        changed = true;
    }

    /// Identities of devices for which something holds.
    Set<String> having(Predicate<Device> what) {
        Set<String> found = new HashSet<>();
        devices.forEach((id, device) -> {
            if (what.test(device)) {
                found.add(id);
            }
        });
        return found;
    }

    /// All of them, by name, whether they may connect or not.
    List<Device> all() {
        return ordered;
    }

    /// Those that may connect. The same list as long as none has changed or expired.
    List<DeviceSection> connecting(Instant now) {
        settle(now);
        return connecting;
    }

    /// Identities of those that were left out, if they are worth another try.
    Set<String> openAgain() {
        return sections.openAgain(devices);
    }

    /// Those that may connect, but can't, since their preshared keys can't be opened.
    List<DeviceId> leftOut() {
        return sections.leftOut();
    }

    /// Why some pass nothing.
    Map<DeviceId, LockReason> locks(Instant now) {
        settle(now);
        return locks;
    }

    private void settle(Instant now) {
        if (changed || expiresBetween(asOf, now)) {
            connecting = List.copyOf(sections.of(ordered, now));
            Map<DeviceId, LockReason> found = new HashMap<>();
            for (Device device : ordered) {
                device.lock()
                        .ifPresent(lock ->
                                found.put(device.deviceId(), lock.grounds().reason()));
            }
            locks = Map.copyOf(found);
            changed = false;
        }
        asOf = now;
    }

    /// When the next device expires, if one does.
    Optional<Instant> nextExpiry(Instant now) {
        return ordered.stream()
                .flatMap(device -> device.expiresAt().stream())
                .filter(end -> end.isAfter(now))
                .min(Instant::compareTo);
    }

    /// Whether a device expires after `from` and not after `to`.
    boolean expiresBetween(Instant from, Instant to) {
        return ordered.stream()
                .flatMap(device -> device.expiresAt().stream())
                .anyMatch(end -> end.isAfter(from) && !end.isAfter(to));
    }

    /// Wipes the keys.
    @Override
    public void close() {
        sections.close();
    }
}
