package dev.sekisho.control.factor;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.FactorEvent;
import dev.sekisho.control.audit.LoginEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.totp.TotpCodes;
import dev.sekisho.control.tries.Budget;
import dev.sekisho.control.tries.Tries;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Judges second factors: the one port for logins, step-up and challenges of the network. Thread-safe.
///
/// A proof counts once. Ten wrong ones in a row, of whatever kind and wherever they come from, lock the user's second
/// factors for a quarter of an hour.
public final class SecondFactors {
    /// How long a proof counts for dangerous actions.
    public static final Duration STEP_UP = Duration.ofMinutes(5);

    /// Mails within a quarter of an hour.
    private static final int MAX_MAILS = 5;

    private static final String TRIES = "factor";

    private final UnitOfWork work;
    private final FactorTools tools;
    private final Users users;
    private final FactorPolicies policies;
    private final InstantSource clock;
    private final PasskeyDesk passkeys;
    private final OneTimeCodes codes;

    /// The judge.
    ///
    /// @param policies say which kinds count for whom
    public SecondFactors(
            UnitOfWork work, FactorTools tools, Users users, FactorPolicies policies, InstantSource clock) {
        this.work = work;
        this.tools = tools;
        this.users = users;
        this.policies = policies;
        this.clock = clock;
        passkeys = new PasskeyDesk(tools.store(), tools.host(), clock);
        codes = new OneTimeCodes(tools.store(), clock);
    }

    /// What came of a proof.
    public sealed interface Outcome {
        /// It is right, and used up.
        record Accepted(Kind kind, Instant at) implements Outcome {}

        /// It is wrong, was used before, or its kind doesn't count for this user.
        record Wrong() implements Outcome {}

        /// Too many were wrong; it was not looked at.
        record LockedOut(Instant until) implements Outcome {}
    }

    /// Judges a proof.
    ///
    /// @param actor who shows it, for the audit log
    /// @param userId whose second factor it should be
    public Outcome verify(Actor actor, String userId, Proof proof) {
        Optional<byte[]> challenge = passkeys.read(proof);
        return switch (tools.tries().begin(List.of(budget(userId)))) {
            case Tries.Verdict.Refused refused -> new Outcome.LockedOut(refused.until());
            case Tries.Verdict.Admitted admitted ->
                work.change(actor, transaction -> judge(transaction, userId, new Try(proof, challenge, admitted)));
        };
    }

    private record Try(Proof proof, Optional<byte[]> challenge, Tries.Verdict.Admitted admitted) {}

    private Change<Outcome> judge(Transaction transaction, String userId, Try next) {
        Instant now = clock.instant();
        Optional<User> user = users.find(transaction, userId).filter(found -> !found.disabled());
        String name = user.map(User::name).orElse("");
        String kind = next.proof().kind().label();
        if (user.isPresent() && isRight(transaction, user.get(), next, now)) {
            tools.tries().clear(transaction, budget(userId));
            return Change.of(new Outcome.Accepted(next.proof().kind(), now), new FactorEvent.Proved(name, kind));
        }
        List<ControlEvent> events = new ArrayList<>(List.of(new FactorEvent.Refused(name, kind)));
        next.admitted().locks().ifPresent(until -> events.add(LoginEvent.LockedOut.of(name, kind, until)));
        return new Change<>(new Outcome.Wrong(), events);
    }

    private boolean isRight(Transaction transaction, User user, Try next, Instant now) {
        if (!counts(transaction, user, next.proof().kind())) {
            return false;
        }
        return switch (next.proof()) {
            case Proof.Totp totp ->
                TotpCodes.isCode(totp.code().strip())
                        && tools.apps().use(transaction, user.id(), totp.code().strip(), now);
            case Proof.Recovery recovery -> codes.takeRecoveryCode(transaction, user.id(), recovery.code());
            case Proof.Email email -> codes.takeEmailCode(transaction, user.id(), email.code());
            case Proof.Passkey passkey ->
                next.challenge()
                        .filter(challenge -> passkeys.isRight(transaction, user.id(), passkey.credential(), challenge))
                        .isPresent();
        };
    }

    /// Whether a kind counts: the policies take it, or the user has to show it to set up one that they take.
    private boolean counts(Transaction transaction, User user, Kind kind) {
        FactorPolicies.Decision decision = policies.decide(transaction, user);
        return decision.kinds().contains(kind)
                || (kind != Kind.EMAIL && !hasAccepted(kinds(transaction, user, decision), decision));
    }

    private static Budget budget(String userId) {
        return Budget.failuresOf(TRIES, userId);
    }

    /// Forgets a user's wrong proofs, since an administrator says so.
    public void forgetFailures(Transaction transaction, String userId) {
        tools.tries().clear(transaction, budget(userId));
    }

    /// The kinds that a user can prove, without recovery codes when there is nothing to recover.
    public Set<Kind> kinds(Transaction transaction, User user) {
        return kinds(transaction, user, policies.decide(transaction, user));
    }

    /// The kinds that a user could prove if this held.
    Set<Kind> kinds(Transaction transaction, User user, FactorPolicies.Decision decision) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        tools.store().of(transaction, user.id()).stream()
                .filter(Factor::confirmed)
                .forEach(factor -> kinds.add(factor.kind()));
        if (user.email().isPresent()
                && decision.kinds().contains(Kind.EMAIL)
                && tools.mailer().isSetUp(transaction)) {
            kinds.add(Kind.EMAIL);
        }
        if (!kinds.isEmpty() && tools.store().recoveryCodes(transaction, user.id()) > 0) {
            kinds.add(Kind.RECOVERY);
        }
        return kinds;
    }

    /// What a user has, and what the policies ask.
    ///
    /// @param kinds those that the user can prove
    public record Standing(FactorPolicies.Decision decision, Set<Kind> kinds) {
        public Standing {
            kinds = Set.copyOf(kinds);
        }

        /// The kinds of the user's second factors that count now: those that the policies take. Whoever has none of
        /// these shows what they have, and has to set up one of these next where one is required.
        public Set<Kind> counting() {
            Set<Kind> counting = EnumSet.noneOf(Kind.class);
            counting.addAll(kinds);
            if (hasAccepted(kinds, decision)) {
                counting.retainAll(decision.kinds());
            }
            return counting;
        }

        /// Whether the user still has to get a second factor of a kind that the policy takes.
        public boolean mustEnroll() {
            return decision.required() && !hasAccepted(kinds, decision);
        }
    }

    /// What a user has, and what the policies ask.
    public Standing standing(Transaction transaction, User user) {
        FactorPolicies.Decision decision = policies.decide(transaction, user);
        return new Standing(decision, kinds(transaction, user, decision));
    }

    /// Recovery codes are for when another kind is lost, and stand for none.
    static boolean hasAccepted(Set<Kind> kinds, FactorPolicies.Decision decision) {
        return kinds.stream()
                .anyMatch(kind -> kind != Kind.RECOVERY && decision.kinds().contains(kind));
    }

    /// A user's second factors; those that are not confirmed don't count yet.
    public List<Factor> of(Transaction transaction, String userId) {
        return tools.store().of(transaction, userId);
    }

    /// How many recovery codes a user has left.
    public long recoveryCodes(Transaction transaction, String userId) {
        return tools.store().recoveryCodes(transaction, userId);
    }

    /// Mails a code.
    ///
    /// @throws Problem when this user has no address, the policy doesn't take mailed codes, or too many were sent
    public void mailCode(Actor actor, String userId) {
        User user = users.find(userId);
        boolean takes = work.read(transaction -> kinds(transaction, user).contains(Kind.EMAIL));
        if (!takes) {
            throw Problem.conflict("codes by mail are not set up for you");
        }
        Tries.Verdict verdict = tools.tries().begin(List.of(Budget.within("mail", userId, MAX_MAILS)));
        if (verdict instanceof Tries.Verdict.Refused) {
            throw Problem.tooMany("several codes were mailed already: wait a quarter of an hour");
        }
        String code = work.change(
                actor,
                transaction ->
                        Change.of(codes.newEmailCode(transaction, userId), new FactorEvent.CodeMailed(user.name())));
        tools.mailer()
                .send(
                        user.email().orElseThrow(),
                        "Your code",
                        "Your code is " + code + ". It counts once, within ten minutes. If you are not logging in,"
                                + " somebody knows your password: change it.\n");
    }

    /// What a browser needs to ask for one of the user's passkeys.
    ///
    /// @throws Problem 409 when they have none
    public PasskeyOptions.Request passkeyOptions(String userId) {
        return work.housekeeping(transaction -> passkeys.requestOptions(transaction, userId));
    }

    PasskeyDesk passkeys() {
        return passkeys;
    }

    OneTimeCodes codes() {
        return codes;
    }
}
