package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.MfaRules;
import dev.sekisho.policy.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The second factor in the model (A01-A09): which approvals are fresh, what is asked, who asked too often, and which
/// packets wait.
final class ReferenceFactors {
    private static final long SECOND = 1_000_000_000L;
    private static final int WAITING_PACKETS = 64;
    private static final int WAITING_BYTES = 64 << 10;
    private static final int OPEN_PER_DEVICE = 8;

    /// What an approval opens: an address, or one port of it.
    ///
    /// @param port -1 = all ports
    record Scope(int device, long high, long low, int port) {}

    /// What a person is asked for, on whichever device.
    private record Asking(UserId person, long high, long low, int port) {}

    /// A packet that waits.
    record Waiting(Challenge challenge, Probe probe, int lengthBytes) {}

    /// An open question.
    static final class Challenge {
        final Scope scope;
        final ReferencePolicy.Verdict verdict;
        final int port;
        final int protocol;
        final long openedNanos;
        final long deadlineNanos;

        /// What the checkpoint calls it.
        final long id;

        Challenge(
                Scope scope,
                ReferencePolicy.Verdict verdict,
                int port,
                int protocol,
                long openedNanos,
                long deadlineNanos,
                long id) {
            this.scope = scope;
            this.verdict = verdict;
            this.port = port;
            this.protocol = protocol;
            this.openedNanos = openedNanos;
            this.deadlineNanos = deadlineNanos;
            this.id = id;
        }
    }

    private record Approval(long openedNanos, long usedNanos) {}

    private record BackOff(long failedNanos, long pauseNanos) {}

    private final Map<Scope, Approval> approvals = new HashMap<>();
    private final List<Challenge> open = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    /// Who answers on a device, since it first asked.
    private final Map<Integer, UserId> persons = new HashMap<>();

    private final Map<Asking, BackOff> backOffs = new LinkedHashMap<>();
    private final Map<UserId, List<Long>> failures = new HashMap<>();
    private final Map<UserId, Long> silentUntil = new HashMap<>();
    private MfaRules rules = MfaRules.DEFAULT;

    void rules(long now, MfaRules changed) {
        approvals.values().removeIf(approval -> !isFresh(now, approval));
        rules = changed;
    }

    private boolean isFresh(long now, Approval approval) {
        boolean young = rules.maximumAgeNanos() == 0 || now - approval.openedNanos < rules.maximumAgeNanos();
        return young && now - approval.usedNanos < rules.inactivityNanos();
    }

    boolean isApproved(long now, Scope scope) {
        Approval approval = approvals.get(scope);
        return approval != null && isFresh(now, approval);
    }

    /// The device sent something under a fresh approval.
    void used(long now, Scope scope) {
        approvals.computeIfPresent(scope, (same, approval) -> new Approval(approval.openedNanos, now));
    }

    void approved(long now, Scope scope) {
        approvals.put(scope, new Approval(now, now));
    }

    @Nullable
    Challenge openFor(Scope scope) {
        return open.stream().filter(c -> c.scope.equals(scope)).findFirst().orElse(null);
    }

    @Nullable
    Challenge byId(long id) {
        return open.stream().filter(c -> c.id == id).findFirst().orElse(null);
    }

    /// A device is about to ask.
    void belongs(int device, UserId person) {
        persons.putIfAbsent(device, person);
    }

    private UserId person(int device) {
        return Objects.requireNonNull(persons.get(device));
    }

    private Asking asking(Scope scope) {
        return new Asking(person(scope.device), scope.high, scope.low, scope.port);
    }

    /// Whether the same is asked of the same person.
    boolean isOpenElsewhere(Scope scope) {
        return open.stream().anyMatch(c -> asking(c.scope).equals(asking(scope)));
    }

    boolean isSilenced(long now, int device) {
        return now < silentUntil.getOrDefault(person(device), Long.MIN_VALUE);
    }

    boolean isBackingOff(long now, Scope scope) {
        BackOff backOff = backOffs.get(asking(scope));
        return backOff != null && now - backOff.failedNanos < backOff.pauseNanos;
    }

    boolean hasTooMany(int device) {
        return openOf(device) >= OPEN_PER_DEVICE;
    }

    long openOf(int device) {
        return open.stream().filter(c -> c.scope.device == device).count();
    }

    Challenge ask(long now, Scope scope, ReferencePolicy.Verdict verdict, int port, int protocol, long id) {
        Challenge challenge = new Challenge(scope, verdict, port, protocol, now, now + rules.timeoutNanos(), id);
        open.add(challenge);
        return challenge;
    }

    /// Lets a packet wait. A SYN that is sent again waits once.
    ///
    /// @return false when there is no room
    boolean hold(Challenge challenge, Probe probe, int lengthBytes) {
        boolean repeated = probe.has(Probe.SYN)
                && waiting.stream()
                        .anyMatch(w -> w.challenge == challenge
                                && w.probe.has(Probe.SYN)
                                && w.probe.tuple().equals(probe.tuple())
                                && w.probe.sequence() == probe.sequence());
        if (repeated) {
            return true;
        }
        int device = challenge.scope.device;
        if (waitingOf(device) >= WAITING_PACKETS || waitingBytes(device) + lengthBytes > WAITING_BYTES) {
            return false;
        }
        waiting.add(new Waiting(challenge, probe, lengthBytes));
        return true;
    }

    List<Waiting> waiting() {
        return List.copyOf(waiting);
    }

    long waitingOf(int device) {
        return waiting.stream().filter(w -> w.challenge.scope.device == device).count();
    }

    private int waitingBytes(int device) {
        return waiting.stream()
                .filter(w -> w.challenge.scope.device == device)
                .mapToInt(w -> w.lengthBytes)
                .sum();
    }

    List<Waiting> takeWaiting(Challenge challenge) {
        List<Waiting> taken =
                waiting.stream().filter(w -> w.challenge == challenge).toList();
        waiting.removeAll(taken);
        return taken;
    }

    /// Ends a challenge without holding that against anybody.
    void close(Challenge challenge) {
        open.remove(challenge);
    }

    void succeeded(Challenge challenge) {
        open.remove(challenge);
        backOffs.remove(asking(challenge.scope));
        failures.remove(person(challenge.scope.device));
    }

    /// A challenge was denied or missed: 10 s, 20 s .. 5 min until the scope may ask again; the third of a person in
    /// 10 minutes silences their devices for 15.
    ///
    /// @return whether the person falls silent
    boolean failed(long now, Challenge challenge) {
        open.remove(challenge);
        Asking asking = asking(challenge.scope);
        UserId person = asking.person;
        BackOff before = backOffs.remove(asking);
        long pause = before == null || now - before.failedNanos >= 1800 * SECOND
                ? 10 * SECOND
                : Math.min(300 * SECOND, 2 * before.pauseNanos);
        List<Asking> known =
                backOffs.keySet().stream().filter(a -> a.person.equals(person)).toList();
        if (before == null && known.size() == 16) {
            backOffs.remove(known.getFirst());
        }
        backOffs.put(asking, new BackOff(now, pause));
        if (isSilenced(now, challenge.scope.device)) {
            return false;
        }
        List<Long> times = failures.computeIfAbsent(person, any -> new ArrayList<>());
        times.add(now);
        if (times.size() >= 3 && now - times.get(times.size() - 3) <= 600 * SECOND) {
            failures.remove(person);
            silentUntil.put(person, now + 900 * SECOND);
            return true;
        }
        return false;
    }

    /// Those whose time is up, in that order.
    List<Challenge> due(long now) {
        return open.stream()
                .filter(c -> c.deadlineNanos <= now)
                .sorted(Comparator.comparingLong(c -> c.deadlineNanos))
                .toList();
    }

    long nextDeadlineNanos() {
        return open.stream().mapToLong(c -> c.deadlineNanos).min().orElse(Long.MAX_VALUE);
    }

    /// Oldest first.
    List<Challenge> open() {
        return open.stream()
                .sorted(Comparator.<Challenge>comparingLong(c -> c.openedNanos).thenComparingLong(c -> c.id))
                .toList();
    }

    /// Forgets a device, and with the last one that asked how its person answered. Returns what was asked on it.
    List<Challenge> forget(int device) {
        approvals.keySet().removeIf(scope -> scope.device == device);
        waiting.removeIf(w -> w.challenge.scope.device == device);
        UserId person = persons.remove(device);
        if (person != null && !persons.containsValue(person)) {
            backOffs.keySet().removeIf(asking -> asking.person.equals(person));
            failures.remove(person);
            silentUntil.remove(person);
        }
        List<Challenge> ended =
                open.stream().filter(c -> c.scope.device == device).toList();
        open.removeAll(ended);
        return ended;
    }
}
