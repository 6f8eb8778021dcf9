package dev.sekisho.control.factor;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What policies would do to the people there are, looked at before they hold: nobody locks themselves or all
/// administrators out by them. Thread-safe.
///
/// Whoever lacks a second factor that counts sets one up at the next login. Only an app and a passkey can be set up
/// there: whoever is asked for neither, and gets no codes by mail, is locked out.
public final class PolicyEffects {
    /// Names that are given of those who are concerned; the counts are complete.
    static final int MAX_NAMES = 20;

    private final UnitOfWork work;
    private final FactorPolicies policies;
    private final SecondFactors factors;
    private final Users users;
    private final Roles roles;
    private final Mailer mailer;

    /// Looks at users through what judges them at a login.
    public PolicyEffects(Parts parts) {
        work = parts.work();
        policies = parts.policies();
        factors = parts.factors();
        users = parts.users();
        roles = parts.roles();
        mailer = parts.mailer();
    }

    /// What it needs.
    ///
    /// @param mailer sends codes, if mail is set up
    public record Parts(
            UnitOfWork work, FactorPolicies policies, SecondFactors factors, Users users, Roles roles, Mailer mailer) {}

    /// What would come of policies.
    ///
    /// @param people who can log in now, service accounts apart
    /// @param required of whom a second factor would be asked
    /// @param setUp names of those who would have to set one up at their next login; 20 at most
    /// @param setUpCount how many these are
    /// @param lockedOut names of those who could not log in any more; 20 at most
    /// @param lockedOutCount how many these are
    /// @param mail whether codes by mail would arrive: a mail server is set up
    /// @param refusal why such policies are not taken, if they are not
    public record Effects(
            int people,
            int required,
            List<String> setUp,
            int setUpCount,
            List<String> lockedOut,
            int lockedOutCount,
            boolean mail,
            Optional<String> refusal) {
        public Effects {
            setUp = List.copyOf(setUp);
            lockedOut = List.copyOf(lockedOut);
        }
    }

    /// What would come of these policies.
    ///
    /// @param by who asks, whom they must not lock out
    public Effects of(Principal by, List<FactorPolicy> draft) {
        return work.read(transaction -> effects(transaction, by, draft));
    }

    /// Replaces all policies.
    ///
    /// @throws Problem 400 as [FactorPolicies#replace] says, 409 when they would lock out whoever asks, or all
    ///     administrators
    public void replace(Principal by, List<FactorPolicy> draft) {
        policies.replace(
                by,
                draft,
                transaction -> effects(transaction, by, draft).refusal().ifPresent(why -> {
                    throw Problem.other(409, "would-lock-out", why);
                }));
    }

    private enum Entry {
        AS_BEFORE,
        SETS_UP,
        LOCKED_OUT
    }

    private Effects effects(Transaction transaction, Principal by, List<FactorPolicy> draft) {
        List<User> people = users.all(transaction).stream()
                .filter(user -> !user.service() && !user.disabled())
                .toList();
        int required = 0;
        List<User> setUp = new ArrayList<>();
        List<User> lockedOut = new ArrayList<>();
        for (User user : people) {
            FactorPolicies.Decision decision = policies.decide(transaction, user, draft);
            required += decision.required() ? 1 : 0;
            switch (entry(decision, factors.kinds(transaction, user, decision))) {
                case AS_BEFORE -> {}
                case SETS_UP -> setUp.add(user);
                case LOCKED_OUT -> lockedOut.add(user);
            }
        }
        return new Effects(
                people.size(),
                required,
                names(setUp),
                setUp.size(),
                names(lockedOut),
                lockedOut.size(),
                mailer.isSetUp(transaction),
                refusal(transaction, by, people, lockedOut));
    }

    private static Entry entry(FactorPolicies.Decision decision, Set<Kind> kinds) {
        if (!decision.required() || SecondFactors.hasAccepted(kinds, decision)) {
            return Entry.AS_BEFORE;
        }
        boolean canSetUp =
                decision.kinds().contains(Kind.TOTP) || decision.kinds().contains(Kind.PASSKEY);
        return canSetUp ? Entry.SETS_UP : Entry.LOCKED_OUT;
    }

    private Optional<String> refusal(Transaction transaction, Principal by, List<User> people, List<User> lockedOut) {
        String way = mailer.isSetUp(transaction)
                ? "codes by mail need an address: take an app or a passkey as well, or give them addresses"
                : "codes by mail need a mail server: take an app or a passkey as well, or set one up in the settings";
        if (lockedOut.stream().anyMatch(user -> by.userId().equals(Optional.of(user.id())))) {
            return Optional.of("with these rules you could not log in any more; " + way);
        }
        boolean someoneIsLeft = people.stream()
                .filter(user -> !lockedOut.contains(user))
                .anyMatch(user -> roles.permissionsOf(transaction, user.id()).contains(Permission.MANAGE_SETTINGS));
        return someoneIsLeft
                ? Optional.empty()
                : Optional.of("with these rules nobody who may change them could log in any more; " + way);
    }

    private static List<String> names(List<User> users) {
        return users.stream().limit(MAX_NAMES).map(User::name).toList();
    }
}
