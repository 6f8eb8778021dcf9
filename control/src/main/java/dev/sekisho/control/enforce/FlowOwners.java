package dev.sekisho.control.enforce;

import dev.sekisho.control.device.Device;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whose a flow is. The data plane knows people by name, and a name that somebody gave up may be another's: flows that
/// were opened while it was still the former's are then nobody's. Changed by one thread, the publisher's; asked by all.
final class FlowOwners {
    /// @param sinceMillis flows that began later are theirs
    private record Owner(String userId, long sinceMillis) {}

    /// By name. A name that is in no policy any more stays with whoever had it last.
    private volatile Map<String, Owner> owners = Map.of();

    // Owner: the publisher's thread.
    private final Set<String> changing = new HashSet<>();
    private List<Device> entered = List.of();

    /// Names that are about to change hands are nobody's until they have.
    ///
    /// @param devices of the policy that is to come into force
    void leave(List<Device> devices) {
        if (isEntered(devices)) {
            return;
        }
        Map<String, Owner> now = owners;
        Set<String> leaving = devices.stream()
                .map(Device::owner)
                .filter(next -> isOthers(now.get(next.name()), next))
                .map(Device.Owner::name)
                .collect(Collectors.toSet());
        if (!leaving.isEmpty()) {
            Map<String, Owner> left = new HashMap<>(now);
            left.keySet().removeAll(leaving);
            owners = left;
            changing.addAll(leaving);
        }
    }

    private static boolean isOthers(@Nullable Owner owner, Device.Owner next) {
        return owner != null && !owner.userId().equals(next.id());
    }

    @SuppressWarnings("ReferenceEquality") // as long as no device has changed the list is the same
    private boolean isEntered(List<Device> devices) {
        return devices == entered;
    }

    /// Names are as the policy in force has them.
    ///
    /// @param devices of that policy
    /// @param now when no packet is decided by the policy before any more
    void enter(List<Device> devices, Instant now) {
        if (isEntered(devices) && changing.isEmpty()) {
            return;
        }
        Map<String, Owner> next = new HashMap<>(owners);
        for (Device device : devices) {
            String name = device.owner().name();
            next.computeIfAbsent(
                    name,
                    _ -> new Owner(device.owner().id(), changing.contains(name) ? now.toEpochMilli() : Long.MIN_VALUE));
        }
        owners = next;
        changing.removeAll(next.keySet()); // the others may still come to somebody
        entered = devices;
    }

    /// The identity of the user whose flow it is, if that is sure.
    ///
    /// @param beganEpochMillis when the flow was opened or refused
    Optional<String> ownerOf(UserId name, long beganEpochMillis) {
        return Optional.ofNullable(owners.get(name.name()))
                .filter(owner -> beganEpochMillis > owner.sinceMillis())
                .map(Owner::userId);
    }
}
