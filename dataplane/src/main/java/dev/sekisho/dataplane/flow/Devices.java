package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Permission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The devices that the checkpoint knows, by peer and by small number. Owner: the checkpoint's thread.
final class Devices {
    private final List<@Nullable DeviceState> byNumber = new ArrayList<>();
    private final List<Integer> freeNumbers = new ArrayList<>();
    /// Locks made here, by name: a device that comes back with another peer is still locked.
    private final Map<DeviceId, LockReason> locks = new HashMap<>();

    private @Nullable Enforcement enforcement;

    /// Takes a peer in. Its device starts locked when the snapshot says so.
    DeviceState add(Peer peer) {
        if (peer.gateState() instanceof DeviceState known) {
            return known;
        }
        int number = freeNumbers.isEmpty() ? byNumber.size() : freeNumbers.removeLast();
        DeviceState device = new DeviceState(number, peer);
        if (number == byNumber.size()) {
            byNumber.add(device);
        } else {
            byNumber.set(number, device);
        }
        peer.gateState(device);
        bind(device);
        return device;
    }

    void remove(DeviceState device) {
        device.peer().gateState(null);
        byNumber.set(device.number(), null);
        freeNumbers.add(device.number());
    }

    /// The device of a peer that was added.
    DeviceState of(Peer peer) {
        return peer.gateState() instanceof DeviceState device ? device : add(peer);
    }

    /// The device with this number, null when it is gone.
    @Nullable
    DeviceState get(int number) {
        return number >= 0 && number < byNumber.size() ? byNumber.get(number) : null;
    }

    /// The devices with this name, or last known by it: one, but for the time in which a key is exchanged.
    List<DeviceState> knownAs(DeviceId id) {
        return all().stream().filter(device -> device.id().equals(id)).toList();
    }

    /// All of them.
    List<DeviceState> all() {
        List<DeviceState> all = new ArrayList<>(byNumber.size());
        for (DeviceState device : byNumber) {
            if (device != null) {
                all.add(device);
            }
        }
        return all;
    }

    /// The devices that a snapshot takes from their user. What they have under way is that user's: the second factor
    /// too.
    List<DeviceState> takenBy(Enforcement next) {
        if (isBoundAlike(next)) {
            return List.of();
        }
        return all().stream()
                .filter(device -> {
                    DeviceBinding before = device.lastBinding();
                    DeviceBinding after = next.devices().get(device.peer().publicKey());
                    return before != null
                            && device.isBound()
                            && (after == null || !before.user().equals(after.user()));
                })
                .toList();
    }

    /// Whether a snapshot says of all devices what the one in force says, by the look of it: there may be many, and
    /// most
    /// changes are about grants.
    @SuppressWarnings("ReferenceEquality") // comparing the maps would cost more than binding
    private boolean isBoundAlike(Enforcement next) {
        Enforcement current = enforcement;
        return current != null
                && next.devices() == current.devices()
                && next.locked() == current.locked()
                && next.policy().hasUsersOf(current.policy());
    }

    /// Binds all devices anew, if there is anything new to them.
    ///
    /// @return those that the snapshot locked, for what they have under way to be ended
    List<DeviceState> enforce(Enforcement next) {
        if (isBoundAlike(next)) {
            enforcement = next;
            return List.of();
        }
        enforcement = next;
        List<DeviceState> free =
                all().stream().filter(device -> !device.isLocked()).toList();
        all().forEach(this::bind);
        return free.stream().filter(DeviceState::isLocked).toList();
    }

    private void bind(DeviceState device) {
        Enforcement current = enforcement;
        DeviceBinding binding =
                current == null ? null : current.devices().get(device.peer().publicKey());
        if (current == null || binding == null) {
            device.unbind();
            return;
        }
        int user = current.policy().userIndex(binding.user());
        device.bind(binding, user, user >= 0 && current.policy().has(user, Permission.IP_SCAN));
        LockReason lock = locks.getOrDefault(binding.device(), current.locked().get(binding.device()));
        if (lock != null && !device.isLocked()) {
            lock(device, lock);
        }
    }

    void lock(DeviceState device, LockReason reason) {
        device.lock(reason);
        locks.put(device.id(), reason);
    }

    /// A device of this name is locked no more when it comes back.
    void forgetLock(DeviceId id) {
        locks.remove(id);
    }
}
