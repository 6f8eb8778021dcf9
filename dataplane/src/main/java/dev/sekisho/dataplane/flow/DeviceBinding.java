package dev.sekisho.dataplane.flow;

import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.util.Objects;

/// Whose key it is: what ties a peer to the policy. Immutable.
///
/// @param device its name
/// @param user who is answerable for it
public record DeviceBinding(DeviceId device, UserId user) {
    public DeviceBinding {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(user, "user");
    }
}
