package dev.sekisho.control.device;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.DeviceEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.settings.KeySafe;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import dev.sekisho.crypto.Wipe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Links that hand configurations out once (product line P02). Thread-safe. The owner calls [#sweep] now and then.
///
/// A private key is kept nowhere, so a link comes with a new one: the device's former key opens nothing any more. The
/// configuration waits sealed until somebody fetches it, and is wiped then, or when the link expires or is revoked. A
/// device has one open link at most, and a key that is reset ends it.
public final class DeviceLinks {
    /// How long a link waits unless somebody says otherwise.
    public static final Duration DEFAULT_LIFE = Duration.ofDays(1);

    /// How long a link waits at most.
    public static final Duration LONGEST_LIFE = Duration.ofDays(7);

    /// How long a link waits at least.
    public static final Duration SHORTEST_LIFE = Duration.ofMinutes(5);

    private static final int SWEEP = 100;

    private final UnitOfWork work;
    private final DeviceLinkStore store;
    private final Devices devices;
    private final KeySafe safe;
    private final InstantSource clock;

    public DeviceLinks(UnitOfWork work, DeviceLinkStore store, Devices devices, KeySafe safe, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.devices = devices;
        this.safe = safe;
        this.clock = clock;
        devices.onNewKey(this::supersede);
    }

    /// A link that is wanted.
    ///
    /// @param life how long it waits
    /// @param byOwner whether the device's user asks for it
    public record Wanted(Duration life, boolean byOwner) {}

    /// A link that was just made.
    ///
    /// @param made what it hands out
    /// @param secret for behind the `#` of the address; told this once
    public record Issued(DeviceLink link, Devices.Made made, String secret) {
        @Override
        public String toString() {
            return "Issued[" + link.id() + "]";
        }
    }

    /// What a link hands out.
    ///
    /// @param config the file for the device, with its private key
    public record Fetched(Device device, String config) {
        @Override
        public String toString() {
            return "Fetched[" + device.deviceId() + "]";
        }
    }

    /// What can be seen of a link before it is used.
    public record Waiting(Device device, DeviceLink link) {}

    /// Gives a device a new key, and makes a link that hands it out.
    ///
    /// @throws Problem 404, 412
    public Issued issue(Actor actor, String deviceId, OptionalLong ifMatch, Wanted wanted) {
        String secret = LinkSecret.make();
        DeviceLink link = link(actor, deviceId, wanted.life());
        Devices.HandOver handOver = (transaction, handed) -> insert(transaction, link, handed, secret);
        Devices.Made made = devices.resetKey(
                actor, deviceId, ifMatch, new Devices.NewKey(Optional.empty(), wanted.byOwner(), handOver));
        return new Issued(link, made, secret);
    }

    private DeviceLink link(Actor actor, String deviceId, Duration life) {
        Instant now = now();
        return new DeviceLink(
                Ids.next(now.toEpochMilli()),
                deviceId,
                actor.name(),
                actor.userId(),
                DeviceLink.State.OPEN,
                now,
                now.plus(life),
                Optional.empty(),
                "");
    }

    private List<ControlEvent> insert(Transaction transaction, DeviceLink link, Devices.Made handed, String secret) {
        byte[] plain = handed.config().orElseThrow().getBytes(StandardCharsets.UTF_8);
        try {
            byte[] sealed = safe.seal(KeySafe.Use.DEVICE_CONFIG, link.id(), plain);
            store.insert(transaction, new DeviceLinkStore.Open(link, LinkSecret.hash(secret), sealed));
        } finally {
            Wipe.bytes(plain);
        }
        return List.of(new DeviceEvent.LinkMade(
                link.deviceId(),
                handed.device().deviceId().name(),
                link.id(),
                link.expiresAt().toString()));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// Ends the open link of a device that gets another key.
    private List<ControlEvent> supersede(Transaction transaction, Device device) {
        List<ControlEvent> events = new ArrayList<>();
        for (DeviceLink link : store.ofDevice(transaction, device.id())) {
            if (store.end(transaction, link.id(), DeviceLink.State.REVOKED, now(), "")) {
                events.add(revoked(device, link));
            }
        }
        return events;
    }

    private static DeviceEvent revoked(Device device, DeviceLink link) {
        return new DeviceEvent.LinkRevoked(
                device.id(),
                device.deviceId().name(),
                link.id(),
                link.maker(),
                link.makerId().orElse(""));
    }

    /// The links of a device, newest first.
    public List<DeviceLink> ofDevice(String deviceId) {
        return work.read(transaction -> store.ofDevice(transaction, deviceId));
    }

    /// One of them.
    ///
    /// @throws Problem 404
    public DeviceLink find(String id) {
        return work.read(transaction -> store.find(transaction, id)).orElseThrow(DeviceLinks::unknown);
    }

    /// Takes a link back.
    ///
    /// @throws Problem 404, 409 when it has ended
    public void revoke(Actor actor, String id) {
        work.change(actor, transaction -> {
            DeviceLink link = store.find(transaction, id).orElseThrow(DeviceLinks::unknown);
            Device device = devices.find(transaction, link.deviceId());
            if (link.stateAt(now()) != DeviceLink.State.OPEN
                    || !store.end(transaction, id, DeviceLink.State.REVOKED, now(), "")) {
                throw Problem.conflict("the link has ended already");
            }
            return Change.of(id, revoked(device, link));
        });
    }

    /// What a link is about, for whoever has its secret. It stays as it is.
    ///
    /// @throws Problem 404 when there is no such link, or it has ended
    public Waiting look(String id, String secret) {
        return work.read(transaction -> {
            DeviceLink link = open(transaction, id, secret).link();
            return new Waiting(devices.find(transaction, link.deviceId()), link);
        });
    }

    /// The configuration of a link, this once.
    ///
    /// @param actor with the address that it goes to
    /// @throws Problem 404 when there is no such link, or it has ended
    public Fetched fetch(Actor actor, String id, String secret) {
        return work.change(actor, transaction -> {
            DeviceLinkStore.Open open = open(transaction, id, secret);
            // Of two who come at once, one ends it.
            if (!store.end(transaction, id, DeviceLink.State.FETCHED, now(), actor.source())) {
                throw unknown();
            }
            Device device = devices.find(transaction, open.link().deviceId());
            byte[] plain = safe.open(KeySafe.Use.DEVICE_CONFIG, id, open.config());
            try {
                return Change.of(
                        new Fetched(
                                device,
                                devices.renewed(transaction, device, new String(plain, StandardCharsets.UTF_8))),
                        new DeviceEvent.LinkFetched(
                                device.id(),
                                device.deviceId().name(),
                                id,
                                open.link().maker(),
                                open.link().makerId().orElse(""),
                                actor.source()));
            } finally {
                Wipe.bytes(plain);
            }
        });
    }

    private DeviceLinkStore.Open open(Transaction transaction, String id, String secret) {
        return store.findOpen(transaction, id)
                .filter(open -> LinkSecret.matches(secret, open.secretHash()))
                .filter(open -> open.link().stateAt(now()) == DeviceLink.State.OPEN)
                .orElseThrow(DeviceLinks::unknown);
    }

    /// The same words whatever is wrong: nobody learns which links there are.
    static Problem unknown() {
        return Problem.notFound("there is no such link: it was used, has expired or was taken back. Ask for a new one");
    }

    /// Ends what has expired, and wipes the configurations.
    public void sweep() {
        for (DeviceLink due : work.read(transaction -> store.due(transaction, now(), SWEEP))) {
            work.change(Actor.SYSTEM, transaction -> expire(transaction, due));
        }
    }

    private Change<Boolean> expire(Transaction transaction, DeviceLink due) {
        Device device = devices.find(transaction, due.deviceId());
        return store.end(transaction, due.id(), DeviceLink.State.EXPIRED, now(), "")
                ? Change.of(
                        true,
                        new DeviceEvent.LinkExpired(
                                device.id(),
                                device.deviceId().name(),
                                due.id(),
                                due.maker(),
                                due.makerId().orElse("")))
                : Change.none(false);
    }
}
