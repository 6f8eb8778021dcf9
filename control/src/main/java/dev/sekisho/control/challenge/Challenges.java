package dev.sekisho.control.challenge;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.ChallengeEvent;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.challenge.Challenge.Method;
import dev.sekisho.control.challenge.Challenge.State;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/// The engine of all challenges: opens, tells the user, settles, expires. Thread-safe; a challenge is settled once,
/// whoever comes first, on whatever node.
///
/// Limits (threats A01, A02): one open challenge per key, [#MAX_OPEN] per user; who denied or missed [#MAX_VAIN] within
/// [#VAIN_WINDOW] is asked nothing until these are [#VAIN_WINDOW] old; three wrong numbers deny.
public final class Challenges {
    /// Open challenges of one user.
    public static final int MAX_OPEN = 16;

    /// Denied or missed ones, then silence.
    public static final int MAX_VAIN = 3;

    /// How long those count.
    public static final Duration VAIN_WINDOW = Duration.ofMinutes(15);

    private static final int MAX_WRONG_NUMBERS = 3;
    private static final int CHOICES = 3;
    private static final int FIRST_NUMBER = 10;
    private static final int NUMBERS = 90;
    private static final int DUE_AT_ONCE = 100;
    private static final SecureRandom RANDOM = new SecureRandom();

    /// Is told when a challenge has ended, after that is committed; it must not wait.
    @FunctionalInterface
    public interface SettlementListener {
        /// Called once per challenge, on the node that settled it.
        ///
        /// @param key what waited for it
        void settled(Challenge challenge, String key);
    }

    /// What asking came to.
    public sealed interface Opened {
        /// The user is asked, now or already.
        record Asked(Challenge challenge) implements Opened {}

        /// The user is not asked: too many are open, or too many were denied or missed.
        ///
        /// @param sentence why, for whoever asks
        record Refused(String sentence) implements Opened {}
    }

    /// What an answer came to.
    public sealed interface Answered {
        /// It holds.
        record Settled(Challenge challenge) implements Answered {}

        /// It does not.
        ///
        /// @param code for programs
        /// @param sentence why
        record Refused(String code, String sentence) implements Answered {}
    }

    private final UnitOfWork work;
    private final ChallengeStore store;
    private final FactorCheck factors;
    private final InstantSource clock;
    private final Executor notices;
    private final List<ChallengeNotifier> notifiers = new CopyOnWriteArrayList<>();
    private final List<SettlementListener> listeners = new CopyOnWriteArrayList<>();

    /// The engine.
    ///
    /// @param notices runs notifiers, which may wait
    public Challenges(
            UnitOfWork work, ChallengeStore store, FactorCheck factors, InstantSource clock, Executor notices) {
        this.work = work;
        this.store = store;
        this.factors = factors;
        this.clock = clock;
        this.notices = notices;
    }

    /// Adds a way to tell users.
    public void addNotifier(ChallengeNotifier notifier) {
        notifiers.add(notifier);
    }

    /// Adds somebody who waits for settlements.
    public void onSettled(SettlementListener listener) {
        listeners.add(listener);
    }

    /// Asks a user, unless that is asked already.
    public Opened open(Asking asking) {
        LinkSecret link = LinkSecret.make();
        record Result(Opened opened, boolean isNew) {}
        Result result = work.change(Actor.SYSTEM, transaction -> {
            Optional<Challenge> before = store.openOf(transaction, asking.key());
            if (before.isPresent()) {
                return Change.none(new Result(new Opened.Asked(before.get()), false));
            }
            Optional<Change<Result>> refused = refusal(transaction, asking)
                    .map(change -> new Change<>(new Result(change.value(), false), change.events()));
            if (refused.isPresent()) {
                return refused.get();
            }
            Challenge challenge = make(asking);
            store.insert(transaction, challenge, asking.key(), link.hash());
            return Change.of(new Result(new Opened.Asked(challenge), true), opened(challenge));
        });
        if (result.isNew() && result.opened() instanceof Opened.Asked(Challenge challenge)) {
            notifiers.forEach(notifier -> notices.execute(() -> notifier.notify(challenge, link)));
        }
        return result.opened();
    }

    private Optional<Change<Opened>> refusal(Transaction transaction, Asking asking) {
        if (store.countOpen(transaction, asking.userId()) >= MAX_OPEN) {
            return Optional.of(Change.none(new Opened.Refused("too many challenges wait for this user's answer")));
        }
        Instant since = clock.instant().minus(VAIN_WINDOW);
        if (store.countVain(transaction, asking.userId(), since) < MAX_VAIN) {
            return Optional.empty();
        }
        return Optional.of(Change.none(
                new Opened.Refused("this user denied or missed too many challenges and is asked none for a while")));
    }

    private Challenge make(Asking asking) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Set<Integer> numbers = new TreeSet<>();
        int number = FIRST_NUMBER + RANDOM.nextInt(NUMBERS);
        numbers.add(number);
        while (numbers.size() < CHOICES) {
            numbers.add(FIRST_NUMBER + RANDOM.nextInt(NUMBERS));
        }
        List<Integer> choices = new ArrayList<>(numbers);
        Collections.shuffle(choices, RANDOM);
        return new Challenge(
                Ids.next(now.toEpochMilli()),
                asking.purpose(),
                asking.userId(),
                asking.userName(),
                asking.subject(),
                number,
                choices,
                0,
                State.OPEN,
                Optional.empty(),
                now,
                now.plus(asking.timeout()),
                Optional.empty());
    }

    private static ControlEvent opened(Challenge challenge) {
        return new ChallengeEvent.Opened(
                challenge.id(),
                challenge.userName(),
                lower(challenge.purpose()),
                challenge.subject().device(),
                challenge.subject().resource(),
                challenge.subject().target());
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /// Approves as the user who is asked.
    ///
    /// @param userId who is answering
    public Answered approve(Actor actor, String userId, String id, Proof proof) {
        Optional<Challenge> asked =
                open(id).filter(challenge -> challenge.userId().equals(userId));
        if (asked.isEmpty()) {
            return gone();
        }
        Challenge challenge = asked.get();
        Optional<Answered> wrong =
                proof.number().filter(number -> number != challenge.number()).map(_ -> wrongNumber(actor, challenge));
        return wrong.orElseGet(() -> proof.factor()
                .map(factor -> approveByFactor(actor, challenge, factor))
                .orElseGet(() -> settle(actor, challenge, State.APPROVED, Optional.of(Method.PORTAL), "", false)));
    }

    private Answered approveByFactor(Actor actor, Challenge challenge, Proof.Factor factor) {
        FactorCheck.Outcome outcome = factors.check(challenge.userId(), challenge.id(), factor);
        return switch (outcome) {
            case ACCEPTED -> settle(actor, challenge, State.APPROVED, Optional.of(factor.kind()), "", false);
            case REFUSED, UNKNOWN, LOCKED_OUT -> {
                work.change(
                        actor,
                        _ -> Change.of(
                                challenge,
                                new ChallengeEvent.ProofRefused(
                                        challenge.id(), challenge.userName(), lower(factor.kind()), lower(outcome))));
                yield switch (outcome) {
                    case LOCKED_OUT ->
                        new Answered.Refused("locked-out", "too many wrong codes: wait, or ask an administrator");
                    case UNKNOWN -> new Answered.Refused("no-such-factor", "you have no second factor of this kind");
                    default -> new Answered.Refused("wrong-proof", "the code is wrong, or was used before");
                };
            }
        };
    }

    private Answered wrongNumber(Actor actor, Challenge challenge) {
        int wrong = work.change(actor, transaction -> {
            store.countWrongNumber(transaction, challenge.id());
            int count =
                    store.find(transaction, challenge.id()).orElse(challenge).wrongNumbers();
            return Change.of(
                    count, new ChallengeEvent.ProofRefused(challenge.id(), challenge.userName(), "number", "refused"));
        });
        if (wrong >= MAX_WRONG_NUMBERS) {
            settle(actor, challenge, State.DENIED, Optional.empty(), "three wrong numbers", false);
            return new Answered.Refused("denied", "three wrong numbers: the request was denied");
        }
        return new Answered.Refused("wrong-number", "this is not the number that is shown where you asked");
    }

    /// Approves by the secret of a link that only the user got.
    public Answered approveByLink(Actor actor, String id, String secret) {
        return byLink(id, secret)
                .map(challenge -> settle(actor, challenge, State.APPROVED, Optional.of(Method.LINK), "", false))
                .orElseGet(Challenges::gone);
    }

    /// Denies by the secret of a link.
    public Answered denyByLink(Actor actor, String id, String secret, boolean report) {
        return byLink(id, secret)
                .map(challenge -> settle(actor, challenge, State.DENIED, Optional.empty(), "by the user", report))
                .orElseGet(Challenges::gone);
    }

    /// The open challenge of a link.
    public Optional<Challenge> byLink(String id, String secret) {
        return work.read(transaction -> store.find(transaction, id)
                .filter(this::isOpen)
                .filter(challenge -> store.hasLink(transaction, id, LinkSecret.hash(secret))));
    }

    /// Denies as the user who is asked.
    ///
    /// @param report whether they say that it was not them
    public Answered deny(Actor actor, String userId, String id, boolean report) {
        return open(id).filter(challenge -> challenge.userId().equals(userId))
                .map(challenge -> settle(actor, challenge, State.DENIED, Optional.empty(), "by the user", report))
                .orElseGet(Challenges::gone);
    }

    /// Approves or denies as the host's administrator, who has checked the user by other means.
    public Answered settleLocally(Actor actor, String id, boolean approve) {
        return open(id).map(challenge -> settle(
                        actor,
                        challenge,
                        approve ? State.APPROVED : State.DENIED,
                        approve ? Optional.of(Method.LOCAL) : Optional.empty(),
                        "by the host's administrator",
                        false))
                .orElseGet(Challenges::gone);
    }

    /// Ends what waits under a key, because it no longer waits. Nobody is told but the audit log and the portal.
    public void withdraw(String key, State state) {
        Optional<Challenge> open = work.read(transaction -> store.openOf(transaction, key));
        open.ifPresent(challenge -> settle(Actor.SYSTEM, challenge, state, Optional.empty(), "no longer asked", false));
    }

    private Answered settle(
            Actor actor, Challenge challenge, State state, Optional<Method> method, String reason, boolean report) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        record Result(Optional<Challenge> settled, String key) {}
        Result result = work.change(actor, transaction -> {
            String key = store.keyOf(transaction, challenge.id()).orElse("");
            if (!store.settle(transaction, challenge.id(), state, method, now)) {
                return Change.none(new Result(Optional.empty(), key));
            }
            List<ControlEvent> events = new ArrayList<>();
            events.add(event(challenge, state, method, reason, report));
            Instant since = now.minus(VAIN_WINDOW);
            if (state != State.APPROVED && store.countVain(transaction, challenge.userId(), since) == MAX_VAIN) {
                events.add(new ChallengeEvent.Silenced(challenge.userName(), VAIN_WINDOW.toSeconds()));
            }
            return new Change<>(new Result(store.find(transaction, challenge.id()), key), events);
        });
        if (result.settled().isEmpty()) {
            return gone();
        }
        Challenge settled = result.settled().get();
        listeners.forEach(listener -> listener.settled(settled, result.key()));
        return new Answered.Settled(settled);
    }

    private static ControlEvent event(
            Challenge challenge, State state, Optional<Method> method, String reason, boolean report) {
        String resource = challenge.subject().resource();
        return switch (state) {
            case APPROVED ->
                new ChallengeEvent.Approved(
                        challenge.id(),
                        challenge.userName(),
                        resource,
                        method.map(Challenges::lower).orElse(""));
            case DENIED ->
                new ChallengeEvent.Denied(
                        challenge.id(),
                        challenge.userName(),
                        challenge.subject().device(),
                        resource,
                        reason,
                        report);
            case EXPIRED -> new ChallengeEvent.Expired(challenge.id(), challenge.userName(), resource);
            case OPEN -> throw new IllegalArgumentException("a challenge does not end by being open");
        };
    }

    /// Ends those whose time has come. To be called every second.
    public void expireDue() {
        List<Challenge> due = work.read(transaction -> store.due(transaction, clock.instant(), DUE_AT_ONCE));
        due.forEach(challenge ->
                settle(Actor.SYSTEM, challenge, State.EXPIRED, Optional.empty(), "nobody answered", false));
    }

    /// Forgets what ended long ago; the audit log remembers.
    public void prune(Duration age) {
        work.housekeeping(
                transaction -> store.prune(transaction, clock.instant().minus(age)));
    }

    /// One by its identity.
    public Optional<Challenge> find(String id) {
        return work.read(transaction -> store.find(transaction, id));
    }

    private Optional<Challenge> open(String id) {
        return find(id).filter(this::isOpen);
    }

    private boolean isOpen(Challenge challenge) {
        return challenge.state() == State.OPEN && clock.instant().isBefore(challenge.expiresAt());
    }

    /// The newest first.
    ///
    /// @param userId only theirs
    /// @param state only those that stand so
    public Page<Challenge> list(Optional<String> userId, Optional<State> state, Page.Request page) {
        return work.read(transaction -> store.list(transaction, userId, state, page));
    }

    private static Answered gone() {
        return new Answered.Refused("gone", "this challenge is not open (any more)");
    }
}
