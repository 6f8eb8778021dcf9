package dev.sekisho.control.state;

import dev.sekisho.policy.DeviceId;
import java.util.Optional;
import java.util.Set;

/// The locked devices, kept where a restart finds them (product line I02). Thread-safe.
public interface Locks {
    /// The names of all locked devices.
    Set<DeviceId> devices();

    /// The lock of a device, if it has one.
    Optional<Lock> find(DeviceId device);

    /// Adds a lock; a device that is locked keeps its first one. Kept when this returns.
    ///
    /// @throws RuntimeException with a sentence when it can't be kept; then it isn't added
    void add(Lock lock);

    /// Removes a lock. Gone when this returns.
    ///
    /// @return whether there was one
    /// @throws RuntimeException with a sentence when it can't be removed; then it stays
    boolean remove(DeviceId device);
}
