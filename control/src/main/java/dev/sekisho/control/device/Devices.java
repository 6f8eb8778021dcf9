package dev.sekisho.control.device;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.DeviceEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.people.People;
import dev.sekisho.control.people.Person;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.settings.KeySafe;
import dev.sekisho.control.settings.NetworkSettings;
import dev.sekisho.control.settings.Settings;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// Devices: added, by administrators, users and the first login, given new keys, removed. Thread-safe.
public final class Devices {
    /// Name of a device that the first login makes.
    public static final String ENROLLED = "first device";

    private static final int MAX_ADDRESSES = 8;

    /// Devices of which all names are read to sort them.
    private static final long FEW = 500;

    private final UnitOfWork work;
    private final DeviceStore store;
    private final Settings settings;
    private final People people;
    private final DeviceKeys keys;
    private final InstantSource clock;
    private volatile BiFunction<Transaction, Device, List<ControlEvent>> superseded = (_, _) -> List.of();

    public Devices(
            UnitOfWork work, DeviceStore store, Settings settings, People people, KeySafe safe, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.settings = settings;
        this.people = people;
        this.keys = new DeviceKeys(settings, safe);
        this.clock = clock;
    }

    /// A device with what is told once only.
    ///
    /// @param config the file for the device, with its private key; empty when the device made it itself
    public record Made(Device device, Person owner, Optional<String> config) {
        @Override
        public String toString() {
            return "Made[" + device.deviceId() + "]";
        }
    }

    /// What else happens to a configuration that was just made, in the same transaction.
    @FunctionalInterface
    public interface HandOver {
        /// It is shown to whoever asked, and that is all.
        HandOver SHOWN = (_, _) -> List.of();

        /// Takes it.
        ///
        /// @return what to record
        List<ControlEvent> take(Transaction transaction, Made made);
    }

    /// Another key for a device.
    ///
    /// @param own the device's public key, when it made the pair itself
    /// @param byOwner whether its user asks, who may have to wait for an approval (product line P07)
    public record NewKey(Optional<PublicKey> own, boolean byOwner, HandOver handOver) {}

    /// Who adds a device, which decides what it may be.
    private enum Way {
        ADMIN,
        OWN,
        ENROLLMENT
    }

    /// A part of the list.
    public Page<Device> page(DeviceStore.Query query, Page.Request request) {
        return work.read(transaction -> store.page(transaction, query, request));
    }

    /// A part of the list in an order that only the data plane knows. Of few, all names are read; of many, those with
    /// a number by their names, the others by identity, until the page is full.
    ///
    /// @param ranks by what it goes, above 0; others count as 0
    /// @throws Problem 400 when the page is of another order
    public Page<Device> page(
            DeviceStore.Query query, Page.Request request, Map<DeviceId, Long> ranks, boolean descending) {
        Ranking ranking = new Ranking(ranks, descending);
        Optional<Ranking.Place> after =
                request.after().map(cursor -> Checked.field("cursor", () -> Ranking.Place.parse(cursor)));
        return work.read(transaction -> {
            long total = store.count(transaction, query);
            int most = request.limit() + 1;
            Optional<List<Ranking.Ranked>> walked = total > FEW && query.text().isEmpty()
                    ? ranking.walk(after, source(transaction, query, descending), most)
                    : Optional.empty();
            List<Ranking.Ranked> places =
                    walked.orElseGet(() -> ranking.behind(after, store.names(transaction, query), most));
            Map<String, Device> found =
                    store
                            .some(
                                    transaction,
                                    places.stream().map(Ranking.Ranked::id).toList())
                            .stream()
                            .collect(Collectors.toMap(Device::id, device -> device));
            return request.page(places, total, ranked -> ranked.place().cursor())
                    .map(ranked -> Objects.requireNonNull(found.get(ranked.id())));
        });
    }

    private Ranking.Source source(Transaction transaction, DeviceStore.Query query, boolean descending) {
        return new Ranking.Source() {
            @Override
            public List<DeviceStore.Named> named(List<DeviceId> names) {
                return store.named(transaction, query, names);
            }

            @Override
            public List<DeviceStore.Named> next(Optional<String> after, int most) {
                return store.next(transaction, query, new DeviceStore.Stretch(after, descending, most));
            }
        };
    }

    /// One of them.
    ///
    /// @throws Problem 404
    public Device find(String id) {
        return work.read(transaction -> find(transaction, id));
    }

    /// All of them, for other features' transactions.
    public List<Device> all(Transaction transaction) {
        return store.all(transaction);
    }

    /// Those with these identities that there are, for other features' transactions.
    public List<Device> some(Transaction transaction, Collection<String> ids) {
        return store.some(transaction, ids);
    }

    Device find(Transaction transaction, String id) {
        return store.find(transaction, id).orElseThrow(() -> Problem.notFound("there is no such device"));
    }

    /// Adds a device for somebody.
    ///
    /// @throws Problem 400 when user, key or address can't be used, 409 when name, key or address is taken
    public Made add(Actor actor, DeviceDraft draft) {
        return add(actor, draft, Way.ADMIN);
    }

    /// Adds a device of one's own, within the limit (product line P04); it may have to be approved (P07).
    ///
    /// @throws Problem as [#add], and 403 when the limit is reached
    public Made addOwn(Actor actor, DeviceDraft draft) {
        if (!draft.addresses().isEmpty()) {
            throw Problem.forbidden("an administrator chooses addresses");
        }
        return add(actor, draft, Way.OWN);
    }

    /// Makes the first device of a user whose roles ask for it (product line P03); to be called at every login.
    ///
    /// @return empty when they have one, or no such role
    public Optional<Made> enroll(Actor actor, String userId) {
        boolean wanted = work.read(transaction -> {
            Set<String> roles = people.rolesOf(transaction, userId);
            return settings.current(transaction).enrollmentRoles().stream()
                            .map(NamedRole::id)
                            .anyMatch(roles::contains)
                    && store.ofUser(transaction, userId).isEmpty();
        });
        return wanted ? Optional.of(add(actor, DeviceDraft.plain(userId, ENROLLED), Way.ENROLLMENT)) : Optional.empty();
    }

    private Made add(Actor actor, DeviceDraft draft, Way way) {
        try (DeviceKeys.Fresh fresh = keys.fresh(draft.publicKey(), draft.presharedKey())) {
            return work.change(actor, transaction -> insert(transaction, draft, way, fresh));
        }
    }

    private Change<Made> insert(Transaction transaction, DeviceDraft draft, Way way, DeviceKeys.Fresh fresh) {
        NetworkSettings current = settings.current(transaction);
        Person user = people.user(transaction, draft.user())
                .orElseThrow(() -> Problem.invalid("user", "there is no user '" + draft.user() + "'"));
        List<Device> others = store.ofUser(transaction, user.id());
        if (way == Way.OWN && others.stream().filter(Device::own).count() >= current.maxOwnDevices()) {
            throw Problem.forbidden(
                    "limit-reached", "you may add " + current.maxOwnDevices() + " devices: remove one first");
        }
        requireFreeName(others, "", draft.name());
        requireFreeKey(transaction, fresh.publicKey());
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        boolean pending = way == Way.OWN && current.pendingDevices();
        String id = Ids.next(now.toEpochMilli());
        Device made = new Device(
                id,
                new Device.Owner(user.id(), user.name(), user.active()),
                draft.name(),
                keys.kept(id, fresh),
                addresses(transaction, current, draft.addresses(), List.of()),
                pending ? Device.State.PENDING : Device.State.ACTIVE,
                way == Way.OWN,
                Optional.empty(),
                Optional.empty(),
                now,
                1);
        Checked.field("name", made::deviceId);
        store.insert(transaction, made);
        return Change.of(
                new Made(made, user, keys.config(transaction, made, fresh)),
                new DeviceEvent.Created(
                        made.id(),
                        made.deviceId().name(),
                        user.name(),
                        fresh.publicKey().toString(),
                        texts(made.addresses()),
                        made.shownState(now)));
    }

    static List<String> texts(List<Cidr> addresses) {
        return addresses.stream().map(Cidr::addressText).toList();
    }

    static void requireFreeName(List<Device> ofUser, String id, String name) {
        String key = NameKey.of(name);
        for (Device other : ofUser) {
            if (!other.id().equals(id) && NameKey.of(other.name()).equals(key)) {
                throw Problem.conflict(other.owner().name() + " has a device '" + other.name() + "' already");
            }
        }
    }

    private void requireFreeKey(Transaction transaction, PublicKey key) {
        if (key.equals(settings.publicKey(transaction))) {
            throw Problem.invalid("publicKey", "is the server's own");
        }
        Page.Request one = new Page.Request(Optional.empty(), 1);
        boolean taken = store
                .page(
                        transaction,
                        new DeviceStore.Query(
                                Optional.of(key.toString()), Optional.empty(), Optional.empty(), clock.instant()),
                        one)
                .items()
                .stream()
                .anyMatch(device -> device.key().publicKey().equals(key));
        if (taken) {
            throw Problem.conflict("another device has this public key");
        }
    }

    /// The wanted addresses when they can be had, the next free ones when none are wanted.
    ///
    /// @param before what the device has already
    List<Cidr> addresses(Transaction transaction, NetworkSettings current, List<Cidr> wanted, List<Cidr> before) {
        if (wanted.size() > MAX_ADDRESSES) {
            throw Problem.invalid("addresses", "a device has at most " + MAX_ADDRESSES + " addresses");
        }
        if (new HashSet<>(wanted).size() != wanted.size()) {
            throw Problem.invalid("addresses", "an address is there twice");
        }
        Set<Cidr> taken = store.addresses(transaction);
        before.forEach(taken::remove);
        AddressPool pool = new AddressPool(current.place().addresses(), taken);
        for (Cidr address : wanted) {
            pool.refuse(address).ifPresent(sentence -> {
                throw Problem.invalid("addresses", sentence);
            });
        }
        List<Cidr> addresses = wanted.isEmpty() ? pool.next() : wanted;
        if (addresses.isEmpty()) {
            throw Problem.conflict("every address of the tunnel's network is taken: make the network larger");
        }
        return addresses;
    }

    /// What is to be done whenever a device gets another key, before that is handed over.
    void onNewKey(BiFunction<Transaction, Device, List<ControlEvent>> supersede) {
        superseded = supersede;
    }

    /// Gives a device another key; the old one opens nothing any more. One with a preshared key gets another.
    ///
    /// @throws Problem 404, 409, 412
    public Made resetKey(Actor actor, String id, OptionalLong ifMatch, NewKey wanted) {
        boolean preshared = find(id).key().presharedKey().isPresent();
        try (DeviceKeys.Fresh fresh = keys.fresh(wanted.own(), preshared)) {
            return work.change(actor, transaction -> {
                Device before = find(transaction, id);
                Checked.version(ifMatch, before.version());
                requireFreeKey(transaction, fresh.publicKey());
                boolean pending = wanted.byOwner()
                        && before.state() != Device.State.PENDING
                        && settings.current(transaction).pendingDevices();
                Device next = before.rekeyed(keys.kept(id, fresh), pending ? Device.State.PENDING : before.state());
                if (!store.update(transaction, next)) {
                    throw Problem.stale();
                }
                Person owner = people.user(transaction, before.owner().id())
                        .orElseThrow(() -> Problem.notFound("there is no such device"));
                Made made = new Made(next, owner, keys.config(transaction, next, fresh));
                List<ControlEvent> events = new ArrayList<>(superseded.apply(transaction, next));
                events.add(new DeviceEvent.KeyReset(
                        id, next.deviceId().name(), fresh.publicKey().toString()));
                events.addAll(wanted.handOver().take(transaction, made));
                return new Change<>(made, events);
            });
        }
    }

    /// A configuration that was made before, as it is right now: addresses, server and networks may have changed.
    String renewed(Transaction transaction, Device device, String config) {
        return keys.renewed(transaction, device, config);
    }

    /// Removes one.
    ///
    /// @throws Problem 404, 412
    public void delete(Actor actor, String id, OptionalLong ifMatch) {
        work.change(actor, transaction -> {
            Device before = find(transaction, id);
            Checked.version(ifMatch, before.version());
            store.delete(transaction, id);
            return Change.of(id, new DeviceEvent.Deleted(id, before.deviceId().name()));
        });
    }
}
