package dev.sekisho.control.socket;

import dev.sekisho.control.totp.TotpVerifier;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.util.Optional;

/// What the control socket asks about the policy in force: the port that a policy file and a database fill.
/// Thread-safe.
public interface PolicyInForce {
    /// Its version.
    long version();

    /// Checks a user's code; empty when the user has no second factor here.
    Optional<TotpVerifier.Verdict> verify(UserId user, CharSequence code, long epochSecond, long nowNanos);

    /// The user of a device.
    Optional<UserId> userOf(DeviceId id);

    /// Whether there is such a user.
    boolean hasUser(UserId id);

    /// Whether there is such a device.
    default boolean hasDevice(DeviceId id) {
        return userOf(id).isPresent();
    }
}
