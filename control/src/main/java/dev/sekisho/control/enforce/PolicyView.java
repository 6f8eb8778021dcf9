package dev.sekisho.control.enforce;

import dev.sekisho.control.policy.DeviceSection;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.socket.PolicyInForce;
import dev.sekisho.control.totp.TotpVerifier;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What the control socket asks of the policy that comes from the database. Second factors are given in the portal.
/// Written by one thread, read by all.
final class PolicyView implements PolicyInForce {
    private record Shown(long version, Map<DeviceId, UserId> devices, Set<UserId> users) {}

    private volatile Shown shown = new Shown(0, Map.of(), Set.of());

    void show(PolicyFile.Content content) {
        Map<DeviceId, UserId> devices = new HashMap<>();
        for (DeviceSection device : content.devices()) {
            devices.put(device.id(), device.user());
        }
        shown = new Shown(
                content.policy().version(),
                devices,
                content.policy().users().stream().map(User::id).collect(Collectors.toSet()));
    }

    @Override
    public long version() {
        return shown.version();
    }

    @Override
    public Optional<TotpVerifier.Verdict> verify(UserId user, CharSequence code, long epochSecond, long nowNanos) {
        return Optional.empty();
    }

    @Override
    public Optional<UserId> userOf(DeviceId id) {
        return Optional.ofNullable(shown.devices().get(id));
    }

    @Override
    public boolean hasUser(UserId id) {
        return shown.users().contains(id);
    }
}
