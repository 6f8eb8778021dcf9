package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.device.Device;
import dev.sekisho.control.device.DeviceStates;
import dev.sekisho.control.state.Lock;
import dev.sekisho.control.state.Locks;
import dev.sekisho.policy.DeviceId;
import java.util.Optional;
import java.util.Set;

/// The locks in the database, for the local control socket. Thread-safe.
///
/// @param states where they are
record DeviceLocks(DeviceStates states) implements Locks {
    @Override
    public Set<DeviceId> devices() {
        return states.locked();
    }

    @Override
    public Optional<Lock> find(DeviceId device) {
        return states.find(device)
                .flatMap(Device::lock)
                .map(lock -> new Lock(
                        device,
                        lock.grounds().reason(),
                        lock.at().toEpochMilli(),
                        lock.grounds().comment(),
                        lock.grounds().attempts()));
    }

    @Override
    public void add(Lock lock) {
        states.lock(Actor.ROOT, lock.device(), new Device.Grounds(lock.reason(), lock.note(), "", lock.attempts()));
    }

    @Override
    public boolean remove(DeviceId device) {
        boolean was = find(device).isPresent();
        states.unlock(Actor.ROOT, device, "on the host's command line");
        return was;
    }
}
