package dev.sekisho.control.device;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.DeviceEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.settings.Settings;
import dev.sekisho.control.state.Attempt;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What becomes of devices: renamed, approved, disabled, locked (product lines P05, P07, I02). Thread-safe.
public final class DeviceStates {
    private final UnitOfWork work;
    private final DeviceStore store;
    private final Devices devices;
    private final Settings settings;
    private final InstantSource clock;

    public DeviceStates(UnitOfWork work, DeviceStore store, Devices devices, Settings settings, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.devices = devices;
        this.settings = settings;
        this.clock = clock;
    }

    /// What is to be changed; what is empty stays.
    ///
    /// @param expiresAt empty = stays, an empty one inside = never
    public record Edit(Optional<String> name, Optional<List<Cidr>> addresses, Optional<Optional<Instant>> expiresAt) {}

    /// A change and what to record of it.
    ///
    /// @param past the lock that it takes away
    private record Step(Device next, DeviceEvent event, Optional<Device.PastLock> past) {
        Step(Device next, DeviceEvent event) {
            this(next, event, Optional.empty());
        }
    }

    private Device step(Actor actor, String id, OptionalLong ifMatch, Function<Device, Optional<Step>> step) {
        return work.change(actor, transaction -> step(transaction, devices.find(transaction, id), ifMatch, step));
    }

    private Change<Device> step(
            Transaction transaction, Device before, OptionalLong ifMatch, Function<Device, Optional<Step>> step) {
        Checked.version(ifMatch, before.version());
        Optional<Step> found = step.apply(before);
        if (found.isEmpty()) {
            return Change.none(before);
        }
        if (!store.update(transaction, found.get().next())) {
            throw Problem.stale();
        }
        found.get().past().ifPresent(past -> store.insertPastLock(transaction, before.id(), past));
        return Change.of(found.get().next(), found.get().event());
    }

    /// Renames, moves, lets expire.
    ///
    /// @throws Problem 400, 404, 409, 412
    public Device edit(Actor actor, String id, OptionalLong ifMatch, Edit edit) {
        return work.change(actor, transaction -> {
            Device before = devices.find(transaction, id);
            List<Cidr> addresses = edit.addresses()
                    .map(wanted ->
                            devices.addresses(transaction, settings.current(transaction), wanted, before.addresses()))
                    .orElse(before.addresses());
            String name = edit.name().orElse(before.name());
            Devices.requireFreeName(store.ofUser(transaction, before.owner().id()), id, name);
            Device next = new Device(
                    id,
                    before.owner(),
                    name,
                    before.key(),
                    addresses,
                    before.state(),
                    before.own(),
                    before.lock(),
                    edit.expiresAt().orElse(before.expiresAt()).map(end -> end.truncatedTo(ChronoUnit.MILLIS)),
                    before.createdAt(),
                    before.version() + 1);
            Checked.field("name", next::deviceId);
            return step(transaction, before, ifMatch, _ -> Optional.of(new Step(next, changed(next))));
        });
    }

    private DeviceEvent changed(Device next) {
        return new DeviceEvent.Changed(
                next.id(),
                next.deviceId().name(),
                Devices.texts(next.addresses()),
                next.shownState(clock.instant()),
                next.expiresAt().map(Instant::toString).orElse(""));
    }

    /// Lets a pending device in.
    ///
    /// @throws Problem 404, 409 when it isn't pending, 412
    public Device approve(Actor actor, String id, OptionalLong ifMatch) {
        return step(actor, id, ifMatch, before -> {
            if (before.state() != Device.State.PENDING) {
                throw Problem.conflict("the device is not waiting for an approval");
            }
            return Optional.of(new Step(
                    before.with(Device.State.ACTIVE),
                    new DeviceEvent.Approved(id, before.deviceId().name())));
        });
    }

    /// Disables or enables it; no change when it is so already.
    ///
    /// @throws Problem 404, 409 when it waits for an approval, 412
    public Device enable(Actor actor, String id, OptionalLong ifMatch, boolean enabled) {
        return step(actor, id, ifMatch, before -> {
            if (enabled && before.state() == Device.State.PENDING) {
                throw Problem.conflict("the device waits for an approval: approve it");
            }
            Device.State wanted = enabled ? Device.State.ACTIVE : Device.State.DISABLED;
            Device next = before.with(wanted);
            return before.state() == wanted ? Optional.empty() : Optional.of(new Step(next, changed(next)));
        });
    }

    /// Locks it: it passes nothing until somebody unlocks it. One that is locked keeps its first lock.
    ///
    /// @throws Problem 404, 412
    public Device lock(Actor actor, String id, OptionalLong ifMatch, Device.Grounds grounds) {
        return step(actor, id, ifMatch, before -> locked(before, actor, grounds));
    }

    /// Locks a device by its name among all, for who knows no identities: the data plane, the control socket.
    ///
    /// @return empty when there is no such device any more
    public Optional<Device> lock(Actor actor, DeviceId device, Device.Grounds grounds) {
        return named(actor, device, before -> locked(before, actor, grounds));
    }

    /// Unlocks a device by its name among all.
    ///
    /// @return empty when there is no such device any more
    public Optional<Device> unlock(Actor actor, DeviceId device, String comment) {
        return named(actor, device, before -> unlocked(before, actor, comment));
    }

    private Optional<Device> named(Actor actor, DeviceId device, Function<Device, Optional<Step>> step) {
        return work.change(actor, transaction -> {
            Optional<Device> found = store.named(transaction, device);
            if (found.isEmpty()) {
                return Change.none(Optional.<Device>empty());
            }
            Change<Device> change = step(transaction, found.get(), OptionalLong.empty(), step);
            return new Change<>(Optional.of(change.value()), change.events());
        });
    }

    /// A device by its name among all.
    public Optional<Device> find(DeviceId device) {
        return work.read(transaction -> store.named(transaction, device));
    }

    /// The names of all locked devices.
    public Set<DeviceId> locked() {
        return work.read(transaction -> store.all(transaction).stream()
                .filter(device -> device.lock().isPresent())
                .map(Device::deviceId)
                .collect(Collectors.toSet()));
    }

    private Optional<Step> locked(Device before, Actor actor, Device.Grounds grounds) {
        if (before.lock().isPresent()) {
            return Optional.empty();
        }
        Device next = before.locked(Optional.of(new Device.Lock(grounds, actor.name(), now())));
        return Optional.of(new Step(
                next,
                new DeviceEvent.Locked(
                        before.id(),
                        before.deviceId().name(),
                        before.owner().name(),
                        grounds.reason().name().toLowerCase(Locale.ROOT),
                        grounds.comment(),
                        grounds.endpoint(),
                        grounds.attempts().stream().map(Attempt::destination).toList())));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// The locks that a device had and has no longer, newest first.
    public List<Device.PastLock> pastLocks(String id) {
        return work.read(transaction -> store.pastLocks(transaction, id));
    }

    /// Unlocks it; no change when it isn't locked.
    ///
    /// @throws Problem 404, 412
    public Device unlock(Actor actor, String id, OptionalLong ifMatch, String comment) {
        return step(actor, id, ifMatch, before -> unlocked(before, actor, comment));
    }

    private Optional<Step> unlocked(Device before, Actor actor, String comment) {
        return before.lock()
                .map(lock -> new Step(
                        before.locked(Optional.empty()),
                        new DeviceEvent.Unlocked(
                                before.id(),
                                before.deviceId().name(),
                                before.owner().name(),
                                comment),
                        Optional.of(new Device.PastLock(lock, now(), actor.name(), comment))));
    }

    /// Records that a session was ended.
    ///
    /// @throws Problem 404
    public Device disconnected(Actor actor, String id) {
        return work.change(actor, transaction -> {
            Device device = devices.find(transaction, id);
            return Change.of(
                    device, new DeviceEvent.Disconnected(id, device.deviceId().name()));
        });
    }
}
