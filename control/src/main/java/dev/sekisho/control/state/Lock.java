package dev.sekisho.control.state;

import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.DeviceId;
import java.util.List;

/// A device that passes nothing until an administrator unlocks it. Immutable.
///
/// @param sinceEpochMillis when it was locked
/// @param note what the administrator gave as reason; may be empty
/// @param attempts the evidence, oldest first
public record Lock(DeviceId device, LockReason reason, long sinceEpochMillis, String note, List<Attempt> attempts) {
    public Lock {
        attempts = List.copyOf(attempts);
    }
}
