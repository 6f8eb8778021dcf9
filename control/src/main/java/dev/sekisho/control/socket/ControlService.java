package dev.sekisho.control.socket;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.sekisho.control.flows.ChallengeIds;
import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.state.Lock;
import dev.sekisho.control.state.Locks;
import dev.sekisho.control.totp.TotpVerifier;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.lang.System.Logger.Level;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What an administrator on the host may ask and change. Thread-safe.
///
/// Requests are objects with `verb`; answers are objects, `{"error": sentence}` when it can't be done.
/// Verbs: `status`, `devices`, `challenges`, `flows` (`limit`, `user`, `device`), `explain` (`subject`,
/// `destination`,
/// `protocol`, `at`), `approve` (`id`, `code`), `deny` (`id`), `lock` (`device`, `note`), `unlock`
/// (`device`), `origin` (`remote`, `local`), `token`; [ControlConversation] adds `follow`. Whoever can open the
/// socket may use all of them.
///
/// @param enforcer the data plane
/// @param policy what is in force
/// @param locks what is locked, on disk
/// @param status what `status` answers beyond the version, such as the file and its last error
/// @param rootToken makes a short-lived token of the host's administrator for the API, where there is one
/// @param clock the wall clock
/// @param nanoClock a clock that never jumps
public record ControlService(
        Enforcer enforcer,
        PolicyInForce policy,
        Locks locks,
        Supplier<JsonObject> status,
        Optional<Supplier<String>> rootToken,
        InstantSource clock,
        LongSupplier nanoClock) {
    private static final System.Logger LOG = System.getLogger(ControlService.class.getName());

    /// Flows in one answer at most.
    public static final int MAX_FLOWS = 10_000;

    private static final int MAX_NOTE_CHARS = 500;

    /// Answers one request.
    public JsonObject answer(JsonObject request) {
        try {
            String verb = text(request, "verb");
            return switch (verb) {
                case "status" -> statusOf();
                case "devices" -> devices();
                case "challenges" -> challenges();
                case "flows" -> flows(request);
                case "explain" -> explain(request);
                case "approve" -> approve(request);
                case "deny" -> deny(request);
                case "lock" -> lock(request);
                case "unlock" -> unlock(request);
                case "origin" -> origin(request);
                case "token" -> token();
                default -> throw new ControlException("there is no verb '" + verb + "'");
            };
        } catch (ControlException e) {
            return error(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a request on the control socket failed", e);
            return error("this failed: " + e.getMessage());
        }
    }

    static JsonObject error(String sentence) {
        JsonObject json = new JsonObject();
        json.addProperty("error", sentence);
        return json;
    }

    private JsonObject statusOf() {
        JsonObject json = status.get();
        json.addProperty("version", policy.version());
        json.addProperty("locked", locks.devices().size());
        return json;
    }

    private JsonObject devices() {
        JsonArray array = new JsonArray();
        for (DeviceView device : enforcer.devices()) {
            array.add(ViewJson.of(device, locks.find(device.device())));
        }
        return object("devices", array);
    }

    private JsonObject challenges() {
        JsonArray array = new JsonArray();
        enforcer.challenges().forEach(challenge -> array.add(ViewJson.of(challenge)));
        return object("challenges", array);
    }

    private JsonObject flows(JsonObject request) {
        int limit = request.has("limit") ? Integer.parseInt(text(request, "limit")) : MAX_FLOWS;
        FlowFilter wanted = new FlowFilter(
                request.has("user") ? Optional.of(user(text(request, "user"))) : Optional.empty(),
                request.has("device") ? Optional.of(device(text(request, "device"))) : Optional.empty());
        JsonArray array = new JsonArray();
        long count = enforcer.flows(Math.clamp(limit, 0, MAX_FLOWS), wanted, flow -> array.add(ViewJson.of(flow)));
        JsonObject json = object("flows", array);
        json.addProperty("count", count);
        return json;
    }

    /// For checkpoints by a policy file. A server knows more than what is in force, and its API tells it.
    private JsonObject explain(JsonObject request) {
        if (rootToken.isPresent()) {
            throw new ControlException("the server's API explains: sekisho explain without --interface");
        }
        String subject = text(request, "subject");
        UserId user = subject(subject);
        InetSocketAddress destination = Ends.parse(text(request, "destination"));
        String protocol = request.has("protocol") ? text(request, "protocol") : "tcp";
        boolean v6 = destination.getAddress() instanceof Inet6Address;
        int number = switch (protocol) {
            case "tcp" -> 6;
            case "udp" -> 17;
            case "icmp" -> v6 ? 58 : 1;
            default -> throw new ControlException("a protocol is tcp, udp or icmp, not '" + protocol + "'");
        };
        Instant at = request.has("at") ? instant(text(request, "at")) : clock.instant();
        JsonArray lines = new JsonArray();
        lockOf(subject).ifPresent(lines::add);
        enforcer.explain(user, destination, number, destination.getPort(), at.getEpochSecond())
                .lines()
                .forEach(lines::add);
        JsonObject json = object("lines", lines);
        json.addProperty("user", user.name());
        return json;
    }

    /// That a device passes nothing, whatever is granted; empty when it isn't locked or no device was named.
    private Optional<String> lockOf(String subject) {
        String name = subject.startsWith("device:") ? subject.substring("device:".length()) : subject;
        if (subject.startsWith("user:") || policy.userOf(device(name)).isEmpty()) {
            return Optional.empty();
        }
        return locks.find(device(name))
                .map(lock -> "locked: device " + name + " passes nothing since "
                        + EventJson.time(lock.sinceEpochMillis()) + " ("
                        + lock.reason().sentence() + "), until: sekisho unlock " + name + "; without the lock:");
    }

    /// A user, or the user of a device; `user:` and `device:` in front decide when both have the name.
    private UserId subject(String name) {
        if (name.startsWith("user:")) {
            return knownUser(name.substring("user:".length()))
                    .orElseThrow(() -> new ControlException("there is no user '" + name + "'"));
        }
        if (name.startsWith("device:")) {
            return policy.userOf(device(name.substring("device:".length())))
                    .orElseThrow(() -> new ControlException("there is no device '" + name + "'"));
        }
        Optional<UserId> user = knownUser(name);
        Optional<UserId> owner = policy.userOf(device(name));
        if (user.isPresent() && owner.isPresent() && !user.equals(owner)) {
            throw new ControlException(
                    "'" + name + "' is a user and a device: write user:" + name + " or device:" + name);
        }
        return user.or(() -> owner)
                .orElseThrow(() -> new ControlException("there is no user and no device '" + name + "'"));
    }

    private Optional<UserId> knownUser(String name) {
        return Optional.of(user(name)).filter(policy::hasUser);
    }

    private static UserId user(String name) {
        try {
            return new UserId(name);
        } catch (IllegalArgumentException e) {
            throw new ControlException(String.valueOf(e.getMessage()));
        }
    }

    private static DeviceId device(String name) {
        try {
            return new DeviceId(name);
        } catch (IllegalArgumentException e) {
            throw new ControlException(String.valueOf(e.getMessage()));
        }
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new ControlException("'" + text + "' is no moment such as 2026-01-01T00:00:00Z");
        }
    }

    private JsonObject approve(JsonObject request) {
        ChallengeView challenge = open(request);
        String code = text(request, "code");
        TotpVerifier.Verdict verdict = policy.verify(
                        challenge.user(), code, clock.instant().getEpochSecond(), nanoClock.getAsLong())
                .orElseThrow(() -> new ControlException("user '" + challenge.user()
                        + "' has no TOTP secret here: approve it in the portal, or put one into the policy file"));
        switch (verdict) {
            case MALFORMED -> throw new ControlException("a code has six digits");
            case WRONG -> throw new ControlException("the code is wrong, or was used before");
            case LOCKED_OUT ->
                throw new ControlException("too many wrong codes for user '" + challenge.user()
                        + "': locked out for up to " + TotpVerifier.LOCK_OUT.toMinutes() + " minutes");
            case ACCEPTED -> settle(challenge, true);
        }
        return ViewJson.of(challenge);
    }

    private JsonObject deny(JsonObject request) {
        ChallengeView challenge = open(request);
        settle(challenge, false);
        return ViewJson.of(challenge);
    }

    private void settle(ChallengeView challenge, boolean approved) {
        if (!enforcer.settle(challenge.id(), approved)) {
            throw new ControlException("the challenge ended in the meantime");
        }
        LOG.log(
                Level.INFO,
                "challenge {0} of {1} for {2} was {3} on the control socket",
                ChallengeIds.text(challenge.id()),
                challenge.device(),
                challenge.resource(),
                approved ? "approved" : "denied");
    }

    private ChallengeView open(JsonObject request) {
        String text = text(request, "id");
        long id = ChallengeIds.parse(text)
                .orElseThrow(() -> new ControlException("'" + text + "' is no id of a challenge: it has "
                        + ChallengeIds.CHARS + " letters and digits"));
        return enforcer.challenges().stream()
                .filter(challenge -> challenge.id() == id)
                .findFirst()
                .orElseThrow(() -> new ControlException("no challenge '" + text + "' is open"));
    }

    /// Locks in force first, then on disk; the answer comes when both hold.
    private JsonObject lock(JsonObject request) {
        DeviceId device = known(request);
        String note = request.has("note") ? text(request, "note") : "";
        if (note.length() > MAX_NOTE_CHARS) {
            throw new ControlException("a reason has at most " + MAX_NOTE_CHARS + " characters");
        }
        enforcer.lock(device);
        locks.add(new Lock(device, LockReason.ADMIN, clock.millis(), note, List.of()));
        LOG.log(Level.INFO, "device {0} was locked on the control socket", device);
        return object("device", new JsonPrimitive(device.name()));
    }

    /// Unlocks on disk first: a crash in between leaves what the administrator wanted.
    private JsonObject unlock(JsonObject request) {
        DeviceId device = known(request);
        boolean was = locks.remove(device);
        enforcer.unlock(device);
        LOG.log(Level.INFO, "device {0} was unlocked on the control socket", device);
        JsonObject json = object("device", new JsonPrimitive(device.name()));
        json.addProperty("wasLocked", was);
        return json;
    }

    private DeviceId known(JsonObject request) {
        DeviceId device = device(text(request, "device"));
        if (!policy.hasDevice(device) && locks.find(device).isEmpty()) {
            throw new ControlException("there is no device '" + device + "'");
        }
        return device;
    }

    private JsonObject origin(JsonObject request) {
        InetSocketAddress remote = Ends.parse(text(request, "remote"));
        InetSocketAddress local = Ends.parse(text(request, "local"));
        return enforcer.origin(remote, local)
                .map(ViewJson::of)
                .orElseThrow(() -> new ControlException("no live flow goes there"));
    }

    private JsonObject token() {
        String token = rootToken
                .orElseThrow(() -> new ControlException("there is no API here: the checkpoint runs by a policy file"))
                .get();
        return object("token", new JsonPrimitive(token));
    }

    private static JsonObject object(String key, JsonElement value) {
        JsonObject json = new JsonObject();
        json.add(key, value);
        return json;
    }

    static String text(JsonObject request, String key) {
        if (request.get(key) instanceof JsonPrimitive value) {
            return value.getAsString();
        }
        throw new ControlException("the request has no '" + key + "'");
    }
}
