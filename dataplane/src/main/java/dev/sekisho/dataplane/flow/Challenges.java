package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.time.Deadline;
import dev.sekisho.dataplane.time.DeadlineQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The open questions for a second factor, and the rules against asking a person too often, however many devices they
/// have. Owner: the engine's thread. Times are nanoseconds of a monotonic clock.
///
/// - A scope is asked for once at a time, on one device of a person: the approval will be that device's.
/// - At most [Limits#OPEN_CHALLENGES_PER_DEVICE] are open per device, [Limits#OPEN_CHALLENGES] in all.
/// - After a denied or expired one, its scope may ask the person again only after 10 s, then 20 s, ... up to 5 minutes.
/// - Three denied or expired ones of a person within 10 minutes silence their devices for 15 minutes: none is opened,
///   those that are open may still be answered.
/// - An approval clears the failures of its person and the back-off of its scope, but ends no silence.
/// - How a person answered is forgotten with the last of their devices that were asked.
///
/// Each engine has its own. Where the devices of one person belong to several engines (workers), these bounds hold in
/// each: with n workers a person may be asked for a scope n times at once and fails 3 n times before all are silent.
///
/// Asking for what is open, backs off or is silenced allocates nothing.
///
/// @param <R> what the policy calls the rule that asks
public final class Challenges<R> {
    /// What became of a wish to ask.
    public enum Asked {
        /// A new challenge: [#current] is to be shown.
        OPENED,
        /// The same question is open: [#current].
        ALREADY_OPEN,
        /// The scope failed a moment ago, on this or another device of the person.
        BACKING_OFF,
        /// The person is asked for the same scope on another device.
        OPEN_ELSEWHERE,
        /// The person failed too often.
        SILENCED,
        /// Too many questions are open.
        TOO_MANY
    }

    /// Is told what happens to challenges. Must not call back into [Challenges].
    ///
    /// @param <R> what the policy calls the rule that asks
    public interface Listener<R> {
        /// A challenge is no longer open. Called once for each.
        void ended(Challenge<R> challenge, ChallengeOutcome outcome);

        /// A person was silenced by what failed on this device. Called once per silence, after [#ended].
        void silenced(int device, long untilNanos);
    }

    private static final long ID_MASK = (1L << 40) - 1;

    private record Open<R>(Challenge<R> challenge, Deadline<Challenge<R>> deadline) {}

    private final Listener<R> listener;
    private final SplittableRandom ids;
    private final Map<Long, Open<R>> byId = new HashMap<>();
    private final DeadlineQueue<Challenge<R>> deadlines = new DeadlineQueue<>();
    private @Nullable DeviceChallenges<R>[] devices = newDevices(0);
    private final Map<Object, PersonChallenges<R>> persons = new HashMap<>();
    private long timeoutNanos;
    private @Nullable Challenge<R> current;

    /// @param seed of the generator of ids
    public Challenges(MfaRules rules, long seed, Listener<R> listener) {
        this.timeoutNanos = rules.timeoutNanos();
        this.ids = new SplittableRandom(seed);
        this.listener = listener;
    }

    /// Changes the timeout of challenges that are opened from now on.
    public void rules(MfaRules changed) {
        timeoutNanos = changed.timeoutNanos();
    }

    /// Says whose a device is, before it asks. It stays theirs until it is [closed][#closeDevice]; a device
    /// of which nothing was said is a person of its own.
    ///
    /// @param person who, by `equals`
    public void belongs(int device, Object person) {
        if (known(device) == null) {
            devices[device] = new DeviceChallenges<>(persons.computeIfAbsent(person, any -> new PersonChallenges<>()));
        }
    }

    /// Asks for a scope. One whose deadline has passed counts as open until [#expire].
    ///
    /// @param scopePort 0..65535, or [MfaSessions#ANY_PORT]
    /// @param port destination port of the packet that causes it
    /// @param protocol IP protocol number of that packet
    public Asked ask(
            long nowNanos,
            int device,
            long addressHigh,
            long addressLow,
            int scopePort,
            R rule,
            int port,
            int protocol) {
        DeviceChallenges<R> asking = device(device);
        current = asking.find(addressHigh, addressLow, scopePort);
        if (current != null) {
            return Asked.ALREADY_OPEN;
        }
        if (asking.person.isSilenced(nowNanos)) {
            return Asked.SILENCED;
        }
        if (asking.person.isBackingOff(nowNanos, addressHigh, addressLow, scopePort)) {
            return Asked.BACKING_OFF;
        }
        if (asking.person.isAskedElsewhere(asking, addressHigh, addressLow, scopePort)) {
            return Asked.OPEN_ELSEWHERE;
        }
        if (asking.open.size() >= Limits.OPEN_CHALLENGES_PER_DEVICE || byId.size() >= Limits.OPEN_CHALLENGES) {
            return Asked.TOO_MANY;
        }
        Challenge<R> challenge = new Challenge<>(
                newId(),
                device,
                addressHigh,
                addressLow,
                scopePort,
                rule,
                port,
                protocol,
                nowNanos,
                nowNanos + timeoutNanos);
        Deadline<Challenge<R>> deadline = new Deadline<>(challenge);
        deadlines.ensure(deadline, challenge.deadlineNanos());
        byId.put(challenge.id(), new Open<>(challenge, deadline));
        asking.open.add(challenge);
        current = challenge;
        return Asked.OPENED;
    }

    /// The challenge of the last [#ask] that said [Asked#OPENED] or [Asked#ALREADY_OPEN].
    public Challenge<R> current() {
        return Objects.requireNonNull(current, "only after OPENED or ALREADY_OPEN");
    }

    /// Takes the answer to a challenge. Works once; the listener is told.
    ///
    /// @return the challenge, or null when none is open by that id or its deadline has passed
    public @Nullable Challenge<R> settle(long nowNanos, long id, boolean approved) {
        Open<R> open = byId.get(id);
        if (open == null || nowNanos >= open.challenge.deadlineNanos()) {
            return null;
        }
        deadlines.remove(open.deadline);
        end(nowNanos, open.challenge, approved ? ChallengeOutcome.APPROVED : ChallengeOutcome.DENIED);
        return open.challenge;
    }

    /// Ends a challenge that the policy no longer asks; nothing is held against the device. Unknown ids are
    /// ignored.
    public void cancel(long nowNanos, long id) {
        Open<R> open = byId.get(id);
        if (open != null) {
            deadlines.remove(open.deadline);
            end(nowNanos, open.challenge, ChallengeOutcome.CANCELLED);
        }
    }

    /// Ends the challenges whose deadline has come. Call it at [#nextDeadlineNanos].
    public void expire(long nowNanos) {
        for (Challenge<R> due = deadlines.pollDue(nowNanos); due != null; due = deadlines.pollDue(nowNanos)) {
            end(nowNanos, due, ChallengeOutcome.EXPIRED);
        }
    }

    /// The earliest deadline, `Long.MAX_VALUE` when nothing is open.
    public long nextDeadlineNanos() {
        return deadlines.nextNanos();
    }

    /// Cancels what is open on a device: it was locked, removed or given to somebody else. How its person answered is
    /// forgotten, unless another device of theirs was asked too.
    public void closeDevice(long nowNanos, int device) {
        DeviceChallenges<R> closed = known(device);
        if (closed == null) {
            return;
        }
        for (Challenge<R> challenge : List.copyOf(closed.open)) {
            cancel(nowNanos, challenge.id());
        }
        devices[device] = null;
        closed.person.devices.remove(closed);
        if (closed.person.devices.isEmpty()) {
            persons.values().remove(closed.person);
        }
    }

    /// The open challenge of that id, or null.
    public @Nullable Challenge<R> find(long id) {
        Open<R> open = byId.get(id);
        return open == null ? null : open.challenge;
    }

    /// The open challenges, oldest first.
    public List<Challenge<R>> open() {
        List<Challenge<R>> all = new ArrayList<>(byId.size());
        for (Open<R> open : byId.values()) {
            all.add(open.challenge);
        }
        all.sort(Comparator.<Challenge<R>>comparingLong(Challenge::openedNanos).thenComparingLong(Challenge::id));
        return all;
    }

    /// Number of open challenges.
    public int size() {
        return byId.size();
    }

    private void end(long nowNanos, Challenge<R> challenge, ChallengeOutcome outcome) {
        byId.remove(challenge.id());
        DeviceChallenges<R> asking = device(challenge.device());
        asking.open.remove(challenge);
        boolean silences = switch (outcome) {
            case APPROVED -> {
                asking.person.approved(challenge);
                yield false;
            }
            case DENIED, EXPIRED -> asking.person.failed(nowNanos, challenge);
            case CANCELLED -> false;
        };
        listener.ended(challenge, outcome);
        if (silences) {
            listener.silenced(challenge.device(), nowNanos + Limits.CHALLENGE_SILENCE_NANOS);
        }
    }

    private long newId() {
        while (true) {
            long id = ids.nextLong() & ID_MASK;
            if (id != 0 && !byId.containsKey(id)) {
                return id;
            }
        }
    }

    private DeviceChallenges<R> device(int device) {
        DeviceChallenges<R> known = known(device);
        if (known == null) {
            known = new DeviceChallenges<>(new PersonChallenges<>());
            devices[device] = known;
        }
        return known;
    }

    private @Nullable DeviceChallenges<R> known(int device) {
        if (device >= devices.length) {
            devices = Arrays.copyOf(devices, Math.max(device + 1, devices.length * 3 / 2));
        }
        return devices[device];
    }

    @SuppressWarnings("unchecked") // only elements of this type are ever stored
    private static <R> @Nullable DeviceChallenges<R>[] newDevices(int length) {
        return (@Nullable DeviceChallenges<R>[]) new DeviceChallenges<?>[length];
    }
}
