package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.util.Map;
import java.util.Objects;

/// Everything that a [Checkpoint] enforces, as one immutable snapshot: it changes as a whole or not at all.
///
/// @param policy who may reach what
/// @param devices whose key is whose; a peer that is not in it reaches nothing
/// @param mfa how long an approval holds and a challenge waits
/// @param scan when a device counts as scanning
/// @param locked devices that are locked from the start. A device that is locked already stays so whatever this
///     says: only [Checkpoint#unlock] ends a lock
public record Enforcement(
        PolicySnapshot policy,
        Map<PublicKey, DeviceBinding> devices,
        MfaRules mfa,
        ScanRules scan,
        Map<DeviceId, LockReason> locked) {
    public Enforcement {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(mfa, "mfa");
        Objects.requireNonNull(scan, "scan");
        devices = Map.copyOf(devices);
        locked = Map.copyOf(locked);
    }
}
