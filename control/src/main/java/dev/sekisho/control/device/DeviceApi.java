package dev.sekisho.control.device;

import dev.sekisho.control.place.Places;
import dev.sekisho.control.policy.Texts;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// The routes below `/devices` and `/me/devices`. A user sees and removes their own devices; all else takes
/// permissions.
public final class DeviceApi {
    private static final int MAX_COMMENT_CHARS = 500;
    private static final int MAX_ADDRESSES = 8;

    private final Devices devices;
    private final DeviceStates states;
    private final DeviceLetters letters;
    private final LiveDevices live;
    private final Places places;
    private final InstantSource clock;

    /// What the routes speak for.
    ///
    /// @param letters tells people of their devices by mail
    /// @param live what the data plane knows
    /// @param places where on earth addresses are
    public record Parts(Devices devices, DeviceStates states, DeviceLetters letters, LiveDevices live, Places places) {}

    public DeviceApi(Parts parts, InstantSource clock) {
        this.devices = parts.devices();
        this.states = parts.states();
        this.letters = parts.letters();
        this.live = parts.live();
        this.places = parts.places();
        this.clock = clock;
    }

    /// What a device tried in vain.
    ///
    /// @param destination address and port; port 0 for a ping
    /// @param at when it was last tried
    record AttemptView(String destination, Optional<Instant> at) {}

    /// Why a device passes nothing.
    ///
    /// @param reason `scan`, `decoy`, `reported` or `admin`
    /// @param sentence the same for people
    /// @param targets what it tried in vain, oldest first; of a decoy the last one
    /// @param endpoint where its datagrams came from then
    /// @param place where that is on earth, as `Vienna, Austria`, when the server knows
    record LockView(
            String reason,
            String sentence,
            Instant at,
            String by,
            List<AttemptView> targets,
            Optional<String> endpoint,
            Optional<String> place,
            String comment) {
        LockView {
            targets = List.copyOf(targets);
        }

        static LockView of(Device.Lock lock, Places places) {
            Device.Grounds grounds = lock.grounds();
            return new LockView(
                    grounds.reason().name().toLowerCase(Locale.ROOT),
                    grounds.reason().sentence(),
                    lock.at(),
                    lock.by(),
                    grounds.attempts().stream()
                            .map(attempt -> new AttemptView(attempt.destination(), attempt.at()))
                            .toList(),
                    Optional.of(grounds.endpoint()).filter(text -> !text.isEmpty()),
                    places.of(grounds.endpoint()),
                    grounds.comment());
        }
    }

    /// A lock that was taken away.
    ///
    /// @param comment of who took it away
    record PastLockView(LockView lock, Instant unlockedAt, String unlockedBy, String comment) {}

    /// A device as it is shown.
    ///
    /// @param device its name among all, as flows and the command line say it
    /// @param state `active`, `pending`, `disabled`, `locked` or `expired`
    /// @param endpoint where its datagrams come from
    /// @param place where that is on earth, as `Vienna, Austria`, when the server knows
    /// @param receivedBytesPerSecond from the device, over the last five seconds
    /// @param sentBytesPerSecond to the device, over the last five seconds
    record View(
            String id,
            String name,
            String device,
            String user,
            String userId,
            String publicKey,
            boolean presharedKey,
            List<String> addresses,
            String state,
            Optional<LockView> lock,
            Optional<Instant> expiresAt,
            Instant createdAt,
            Optional<Instant> lastHandshakeAt,
            Optional<String> endpoint,
            Optional<String> place,
            long receivedBytes,
            long sentBytes,
            long receivedBytesPerSecond,
            long sentBytesPerSecond,
            int flows,
            long version) {
        View {
            addresses = List.copyOf(addresses);
        }

        static View of(Device device, LiveDevices.Live live, Places places, Instant now) {
            return new View(
                    device.id(),
                    device.name(),
                    device.deviceId().name(),
                    device.owner().name(),
                    device.owner().id(),
                    device.key().publicKey().toString(),
                    device.key().presharedKey().isPresent(),
                    Devices.texts(device.addresses()),
                    device.shownState(now),
                    device.lock().map(lock -> LockView.of(lock, places)),
                    device.expiresAt(),
                    device.createdAt(),
                    live.lastHandshakeAt(),
                    live.endpoint(),
                    live.endpoint().flatMap(places::of),
                    live.receivedBytes(),
                    live.sentBytes(),
                    live.rate().receivedBytesPerSecond(),
                    live.rate().sentBytesPerSecond(),
                    live.flows(),
                    device.version());
        }
    }

    /// A device and what is shown once only.
    ///
    /// @param config the file for the WireGuard app, with the private key
    /// @param qrSvg the same as a picture
    /// @param mailed whether it was sent to its user
    record MadeView(View device, Optional<String> config, Optional<String> qrSvg, boolean mailed) {
        @Override
        public String toString() {
            return "MadeView[" + device.device() + "]";
        }
    }

    /// A device for somebody.
    record AddBody(
            String user,
            String name,
            Optional<String> publicKey,
            Optional<List<String>> addresses,
            Optional<Boolean> presharedKey,
            Optional<Boolean> sendMail) {
        AddBody {
            Checked.required("user", user);
            Checked.required("name", name);
        }

        DeviceDraft draft() {
            return new DeviceDraft(
                    user, deviceName(name), key(publicKey), hosts(addresses), presharedKey.orElse(false));
        }
    }

    /// A device for oneself.
    record OwnBody(String name, Optional<String> publicKey, Optional<Boolean> presharedKey) {
        OwnBody {
            Checked.required("name", name);
        }
    }

    /// What is to be changed of a device; what is missing stays.
    ///
    /// @param neverExpires true takes the end away
    record EditBody(
            Optional<String> name,
            Optional<List<String>> addresses,
            Optional<Instant> expiresAt,
            Optional<Boolean> neverExpires) {
        EditBody {
            if (expiresAt.isPresent() && neverExpires.orElse(false)) {
                throw new IllegalArgumentException("give expiresAt or neverExpires, not both");
            }
        }

        DeviceStates.Edit edit() {
            boolean changesEnd = expiresAt.isPresent() || neverExpires.orElse(false);
            return new DeviceStates.Edit(
                    name.map(DeviceApi::deviceName),
                    addresses.isPresent() ? Optional.of(hosts(addresses)) : Optional.empty(),
                    changesEnd ? Optional.of(expiresAt) : Optional.empty());
        }
    }

    /// Why.
    record LockBody(Optional<String> reason) {
        String text() {
            return Checked.field("reason", () -> Checked.text("reason", reason, MAX_COMMENT_CHARS));
        }
    }

    /// Why it may connect again.
    record UnlockBody(Optional<String> comment) {
        String text() {
            String text = Checked.field("comment", () -> Checked.text("comment", comment, MAX_COMMENT_CHARS))
                    .strip();
            if (text.isEmpty()) {
                throw Problem.invalid("comment", "say why it may connect again: its user and the audit log are told");
            }
            return text;
        }
    }

    /// Another key.
    ///
    /// @param publicKey the device's own; without, the server makes the pair
    record ResetBody(Optional<String> publicKey, Optional<Boolean> sendMail) {}

    static String deviceName(String text) {
        return Checked.field("name", () -> {
            String name = text.strip();
            if (name.length() > Device.MAX_NAME_CHARS || name.indexOf('/') >= 0) {
                throw new IllegalArgumentException(
                        "a device name has 1 to " + Device.MAX_NAME_CHARS + " characters, none of them a /");
            }
            return new DeviceId(name).name();
        });
    }

    static Optional<PublicKey> key(Optional<String> text) {
        return text.map(key -> Checked.field("publicKey", () -> Texts.publicKey(key.strip())));
    }

    static List<Cidr> hosts(Optional<List<String>> addresses) {
        return Checked.field("addresses", () -> {
            List<String> texts = addresses.orElse(List.of());
            if (texts.size() > MAX_ADDRESSES) {
                throw new IllegalArgumentException("a device has at most " + MAX_ADDRESSES + " addresses");
            }
            return texts.stream().map(text -> Texts.host(text.strip())).toList();
        });
    }

    /// All routes.
    public List<Route> routes() {
        return Stream.concat(lists().stream(), changes().stream()).toList();
    }

    private List<Route> lists() {
        return List.of(
                Route.get("/devices", "List devices")
                        .access(Permission.VIEW_NETWORK)
                        .query("q", "part of the device's or user's name, an address or the public key")
                        .query("user", "identity of a user")
                        .query("state", "active, pending, disabled, locked or expired")
                        .query("sort", "name, user, created, seen or traffic; with a - in front the other way round")
                        .pages(View.class)
                        .by(request -> page(request, request.query("user"))),
                Route.get("/me/devices", "List my devices")
                        .query("q", "part of the device's name, an address or the public key")
                        .query("state", "active, pending, disabled, locked or expired")
                        .pages(View.class)
                        .by(request ->
                                page(request, Optional.of(request.principal().requireUser()))),
                Route.post("/devices", "Add a device for somebody")
                        .access(Permission.MANAGE_DEVICES)
                        .body(AddBody.class)
                        .answers(MadeView.class)
                        .by(this::add),
                Route.post("/me/devices", "Add a device of mine")
                        .access(Permission.ADD_OWN_DEVICES)
                        .body(OwnBody.class)
                        .answers(MadeView.class)
                        .by(this::addOwn),
                Route.get("/devices/{id}", "Show a device; one's own, or with VIEW NETWORK any")
                        .answers(View.class)
                        .by(request -> shown(Visible.find(request, devices, Permission.VIEW_NETWORK))),
                Route.get("/devices/{id}/locks", "List the locks that a device had, the newest first")
                        .lists(PastLockView.class)
                        .by(request -> pastLocks(Visible.find(request, devices, Permission.VIEW_NETWORK))));
    }

    private List<PastLockView> pastLocks(Device device) {
        return states.pastLocks(device.id()).stream()
                .map(past -> new PastLockView(
                        LockView.of(past.lock(), places), past.unlockedAt(), past.unlockedBy(), past.comment()))
                .toList();
    }

    private List<Route> changes() {
        return List.of(
                Route.patch("/devices/{id}", "Rename a device, move it, let it expire")
                        .access(Permission.MANAGE_DEVICES)
                        .body(EditBody.class)
                        .answers(View.class)
                        .by(request -> shown(states.edit(
                                request.actor(),
                                request.path("id"),
                                request.ifMatch(),
                                request.body(EditBody.class).edit()))),
                Route.delete("/devices/{id}", "Remove a device; one's own, or with MANAGE DEVICES any")
                        .by(request -> {
                            Device device = Visible.find(request, devices, Permission.MANAGE_DEVICES);
                            devices.delete(request.actor(), device.id(), request.ifMatch());
                            return Answer.none();
                        }),
                manage("lock", "Lock a device: it passes nothing", LockBody.class, this::lock),
                manage(
                        "unlock",
                        "Unlock a device",
                        UnlockBody.class,
                        request -> states.unlock(
                                request.actor(),
                                request.path("id"),
                                request.ifMatch(),
                                request.body(UnlockBody.class).text())),
                manage(
                        "approve",
                        "Let a pending device in",
                        request -> states.approve(request.actor(), request.path("id"), request.ifMatch())),
                manage(
                        "disable",
                        "Disable a device",
                        request -> states.enable(request.actor(), request.path("id"), request.ifMatch(), false)),
                manage(
                        "enable",
                        "Enable a device",
                        request -> states.enable(request.actor(), request.path("id"), request.ifMatch(), true)),
                manage("disconnect", "End a device's session", this::disconnect),
                Route.post("/devices/{id}/reset-key", "Give a device another key; one's own, or any")
                        .body(ResetBody.class)
                        .answers(MadeView.class)
                        .by(this::resetKey));
    }

    private interface Step {
        Device change(Request request);
    }

    private Route manage(String verb, String summary, Class<?> body, Step step) {
        return manage(verb, summary, step).body(body);
    }

    private Route manage(String verb, String summary, Step step) {
        return Route.post("/devices/{id}/" + verb, summary)
                .access(Permission.MANAGE_DEVICES)
                .answers(View.class)
                .by(request -> shown(step.change(request)));
    }

    private Object page(Request request, Optional<String> user) {
        request.query("state").ifPresent(state -> {
            if (!List.of("active", "pending", "disabled", "locked", "expired").contains(state)) {
                throw Problem.invalid("state", "is active, pending, disabled, locked or expired");
            }
        });
        Instant now = clock.instant();
        Map<DeviceId, LiveDevices.Live> counters = live.live();
        return sorted(request, user, now, counters).map(device -> view(device, counters, now));
    }

    private Page<Device> sorted(
            Request request, Optional<String> user, Instant now, Map<DeviceId, LiveDevices.Live> counters) {
        String sort = request.query("sort").orElse("name");
        boolean descending = sort.startsWith("-");
        DeviceStore.By by = switch (sort.substring(descending ? 1 : 0)) {
            case "name", "seen", "traffic" -> DeviceStore.By.NAME;
            case "user" -> DeviceStore.By.USER;
            case "created" -> DeviceStore.By.CREATED;
            default -> throw Problem.invalid("sort", "is name, user, created, seen or traffic");
        };
        DeviceStore.Query query = new DeviceStore.Query(
                request.query("q"), user, request.query("state"), now, new DeviceStore.Order(by, descending));
        if (sort.endsWith("seen") || sort.endsWith("traffic")) {
            ToLongFunction<LiveDevices.Live> rank = sort.endsWith("seen") ? DeviceApi::seen : DeviceApi::traffic;
            return devices.page(query, request.page(), ranks(counters, rank), descending);
        }
        return devices.page(query, request.page());
    }

    private static Map<DeviceId, Long> ranks(
            Map<DeviceId, LiveDevices.Live> counters, ToLongFunction<LiveDevices.Live> rank) {
        Map<DeviceId, Long> ranks = HashMap.newHashMap(counters.size());
        counters.forEach((name, live) -> {
            long value = rank.applyAsLong(live);
            if (value > 0) {
                ranks.put(name, value);
            }
        });
        return ranks;
    }

    private static long seen(LiveDevices.Live live) {
        return live.lastHandshakeAt().map(Instant::toEpochMilli).orElse(0L);
    }

    private static long traffic(LiveDevices.Live live) {
        return live.receivedBytes() + live.sentBytes();
    }

    private View view(Device device, Map<DeviceId, LiveDevices.Live> counters, Instant now) {
        return View.of(device, counters.getOrDefault(device.deviceId(), LiveDevices.Live.NONE), places, now);
    }

    private Answer shown(Device device) {
        return Answer.of(view(device, live.live(), clock.instant())).version(device.version());
    }

    private Object add(Request request) {
        AddBody body = request.body(AddBody.class);
        Devices.Made made = devices.add(request.actor(), body.draft());
        return made(made, body.sendMail().orElse(false));
    }

    private Object addOwn(Request request) {
        OwnBody body = request.body(OwnBody.class);
        DeviceDraft draft = new DeviceDraft(
                request.principal().requireUser(),
                deviceName(body.name()),
                key(body.publicKey()),
                List.of(),
                body.presharedKey().orElse(false));
        return made(devices.addOwn(request.actor(), draft), false);
    }

    private Object made(Devices.Made made, boolean mail) {
        return Answer.created(Route.BASE + "/devices/" + made.device().id(), view(made, mail))
                .version(made.device().version())
                .header("Cache-Control", "no-store");
    }

    private MadeView view(Devices.Made made, boolean mail) {
        boolean mailed = mail && letters.send(made);
        return new MadeView(
                View.of(made.device(), LiveDevices.Live.NONE, places, clock.instant()),
                made.config(),
                made.config().map(QrSvg::of),
                mailed);
    }

    private Object resetKey(Request request) {
        Device device = Visible.find(request, devices, Permission.MANAGE_DEVICES);
        Visible.requireMayRekey(request.principal());
        ResetBody body = request.body(ResetBody.class);
        Devices.Made made = devices.resetKey(
                request.actor(),
                device.id(),
                request.ifMatch(),
                new Devices.NewKey(
                        key(body.publicKey()), Visible.isByOwner(request.principal()), Devices.HandOver.SHOWN));
        return Answer.of(view(made, body.sendMail().orElse(false)))
                .version(made.device().version())
                .header("Cache-Control", "no-store");
    }

    private Device lock(Request request) {
        String comment = request.body(LockBody.class).text();
        Device device = devices.find(request.path("id"));
        String endpoint = Optional.ofNullable(live.live().get(device.deviceId()))
                .flatMap(LiveDevices.Live::endpoint)
                .orElse("");
        return states.lock(
                request.actor(),
                device.id(),
                request.ifMatch(),
                new Device.Grounds(LockReason.ADMIN, comment, endpoint, List.of()));
    }

    private Device disconnect(Request request) {
        Device device = states.disconnected(request.actor(), request.path("id"));
        live.disconnect(device.deviceId());
        return device;
    }
}
