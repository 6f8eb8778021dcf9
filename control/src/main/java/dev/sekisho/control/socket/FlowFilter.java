package dev.sekisho.control.socket;

import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.util.Optional;

/// Which flows somebody asks for: all that fit each of the conditions. Immutable.
///
/// @param user only those of this user
/// @param device only those of this device
public record FlowFilter(Optional<UserId> user, Optional<DeviceId> device) {
    /// Every flow.
    public static final FlowFilter ALL = new FlowFilter(Optional.empty(), Optional.empty());

    /// Whether no flow is left out.
    public boolean isAll() {
        return user.isEmpty() && device.isEmpty();
    }

    /// Whether this flow is asked for.
    public boolean fits(FlowView flow) {
        return user.map(flow.user()::equals).orElse(true)
                && device.map(flow.device()::equals).orElse(true);
    }
}
