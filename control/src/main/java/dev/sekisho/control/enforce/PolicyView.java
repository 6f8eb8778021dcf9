package dev.sekisho.control.enforce;

import dev.sekisho.control.policy.DeviceSection;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.socket.PolicyInForce;
import dev.sekisho.control.totp.TotpVerifier;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.util.List;
import java.util.Optional;

/// What the control socket asks of the policy that comes from the database. Second factors are given in the portal.
/// Written by one thread, read by all.
final class PolicyView implements PolicyInForce {
    private record Shown(long version, List<DeviceSection> devices, List<User> users) {}

    private volatile Shown shown = new Shown(0, List.of(), List.of());

    /// Takes note of it, no more: it is shown often and asked by hand.
    void show(PolicyFile.Content content) {
        shown = new Shown(
                content.policy().version(), content.devices(), content.policy().users());
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
        return shown.devices().stream()
                .filter(device -> device.id().equals(id))
                .map(DeviceSection::user)
                .findFirst();
    }

    @Override
    public boolean hasUser(UserId id) {
        return shown.users().stream().anyMatch(user -> user.id().equals(id));
    }
}
