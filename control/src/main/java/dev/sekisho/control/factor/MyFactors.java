package dev.sekisho.control.factor;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.FactorEvent;
import dev.sekisho.control.audit.LoginEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.tries.Budget;
import dev.sekisho.control.tries.Tries;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sets second factors up and takes them away. Thread-safe.
///
/// Whoever has one already must have shown it in the last minutes to add or remove another: a stolen password or
/// session gets nobody a second factor. Tokens can't do any of it.
public final class MyFactors {
    private final UnitOfWork work;
    private final FactorTools tools;
    private final Users users;
    private final SecondFactors factors;
    private final InstantSource clock;

    public MyFactors(UnitOfWork work, FactorTools tools, Users users, SecondFactors factors, InstantSource clock) {
        this.work = work;
        this.tools = tools;
        this.users = users;
        this.factors = factors;
        this.clock = clock;
    }

    /// An authenticator app that waits for its first code; shown once.
    public record NewApp(String id, String secret, String uri) {
        @Override
        public String toString() {
            return "NewApp[" + id + "]";
        }
    }

    /// Adds an authenticator app; it counts after [#confirmApp].
    public NewApp addApp(Principal by, String name) {
        return work.change(by.actor(), transaction -> {
            User user = mayAdd(transaction, by);
            dropUnconfirmed(transaction, user.id());
            Factor factor = new Factor(
                    Ids.next(clock.millis()), user.id(), Kind.TOTP, name, false, clock.instant(), Optional.empty());
            AuthenticatorApps.Setup setup = tools.apps().add(transaction, factor, user.name());
            return Change.none(new NewApp(factor.id(), setup.secret(), setup.uri()));
        });
    }

    private void dropUnconfirmed(Transaction transaction, String userId) {
        for (Factor factor : tools.store().of(transaction, userId)) {
            if (!factor.confirmed()) {
                tools.store().delete(transaction, userId, factor.id());
            }
        }
    }

    /// Confirms an authenticator app by a code of it.
    ///
    /// @throws Problem 400 when the code is wrong, 404, 429
    public void confirmApp(Principal by, String id, String code) {
        Budget budget = Budget.failuresOf("factor", by.requireUser());
        if (!(tools.tries().begin(List.of(budget)) instanceof Tries.Verdict.Admitted admitted)) {
            throw Problem.tooMany("too many wrong codes: wait a quarter of an hour");
        }
        boolean confirmed = work.change(by.actor(), transaction -> {
            User user = mayChange(transaction, by);
            Factor factor = tools.store().of(transaction, user.id()).stream()
                    .filter(found -> found.id().equals(id) && found.kind() == Kind.TOTP && !found.confirmed())
                    .findFirst()
                    .orElseThrow(() -> Problem.notFound("there is no such app waiting for its first code"));
            if (!tools.apps().confirm(transaction, user.id(), id, code.strip(), clock.instant())) {
                return new Change<>(false, refused(user, admitted));
            }
            tools.tries().clear(transaction, budget);
            return Change.of(true, new FactorEvent.Added(user.name(), Kind.TOTP.label(), factor.name()));
        });
        if (!confirmed) {
            throw Problem.invalid("code", "this is not what the app should show: check the clocks of both");
        }
    }

    private static List<ControlEvent> refused(User user, Tries.Verdict.Admitted admitted) {
        List<ControlEvent> events = new ArrayList<>(List.of(new FactorEvent.Refused(user.name(), Kind.TOTP.label())));
        admitted.locks().ifPresent(until -> events.add(LoginEvent.LockedOut.of(user.name(), Kind.TOTP.label(), until)));
        return events;
    }

    /// What a browser needs to make a passkey.
    public PasskeyOptions.Creation passkeyOptions(Principal by, String name) {
        return work.housekeeping(
                transaction -> factors.passkeys().creationOptions(transaction, mayAdd(transaction, by), name));
    }

    /// Keeps a passkey that a browser has made.
    ///
    /// @param credential its `RegistrationResponseJSON`, as JSON
    /// @throws Problem 400 when anything about it is wrong
    public Factor addPasskey(Principal by, String credential) {
        byte[] challenge = factors.passkeys().readRegistration(credential).orElseThrow(MyFactors::badPasskey);
        Optional<Factor> added = work.change(by.actor(), transaction -> {
            User user = mayAdd(transaction, by);
            Optional<Factor> factor = factors.passkeys().register(transaction, user.id(), credential, challenge);
            List<ControlEvent> events = factor.<List<ControlEvent>>map(passkey ->
                            List.of(new FactorEvent.Added(user.name(), Kind.PASSKEY.label(), passkey.name())))
                    .orElse(List.of());
            return new Change<>(factor, events);
        });
        return added.orElseThrow(MyFactors::badPasskey);
    }

    private static Problem badPasskey() {
        return Problem.invalid("credential", "this passkey can't be used: start again");
    }

    /// Replaces one's recovery codes.
    ///
    /// @return ten codes; shown once
    public List<String> newRecoveryCodes(Principal by) {
        return work.change(by.actor(), transaction -> {
            User user = mayAdd(transaction, by);
            List<String> codes = factors.codes().newRecoveryCodes(transaction, user.id());
            return Change.of(codes, new FactorEvent.Added(user.name(), Kind.RECOVERY.label(), ""));
        });
    }

    /// Removes one of one's own.
    ///
    /// @param id `recovery` removes the recovery codes
    public void remove(Principal by, String id) {
        work.change(by.actor(), transaction -> {
            User user = mayChange(transaction, by);
            if (id.equals(Kind.RECOVERY.label())) {
                tools.store().replaceRecoveryCodes(transaction, user.id(), List.of());
                return Change.of(true, new FactorEvent.Removed(user.name(), id, ""));
            }
            Factor factor = tools.store().of(transaction, user.id()).stream()
                    .filter(found -> found.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> Problem.notFound("you have no such second factor"));
            tools.store().delete(transaction, user.id(), id);
            return Change.of(
                    true, new FactorEvent.Removed(user.name(), factor.kind().label(), factor.name()));
        });
    }

    /// Removes all second factors of a user who has lost them, and ends their login sessions.
    public void reset(Principal by, String userId) {
        work.change(by.actor(), transaction -> {
            User user = users.manageable(transaction, by, userId, "resetting the second factors of this user");
            tools.store().deleteAll(transaction, userId);
            factors.forgetFailures(transaction, userId);
            List<ControlEvent> events = new ArrayList<>(List.of(new FactorEvent.Reset(user.name())));
            int ended = users.endSessions(transaction, userId);
            if (ended > 0) {
                events.add(new LoginEvent.SessionsEnded(user.name(), userId, ended, "second factors reset"));
            }
            return new Change<>(true, events);
        });
    }

    /// The user, when they may change their second factors now.
    private User mayChange(Transaction transaction, Principal by) {
        if (by.via() != Actor.Via.SESSION) {
            throw Problem.forbidden("second factors are set up in the portal, not with a token");
        }
        User user =
                users.find(transaction, by.requireUser()).orElseThrow(() -> Problem.unauthenticated("log in first"));
        // Not only of a complete login: whose kind doesn't count any more shows it, and sets up another.
        boolean shown = by.secondFactorAt()
                .filter(at -> at.isAfter(clock.instant().minus(SecondFactors.STEP_UP)))
                .isPresent();
        if (!shown && !factors.kinds(transaction, user).isEmpty()) {
            throw Problem.forbidden("step-up-required", "confirm with a second factor that you have first");
        }
        return user;
    }

    private User mayAdd(Transaction transaction, Principal by) {
        User user = mayChange(transaction, by);
        if (tools.store().of(transaction, user.id()).size() >= Factor.MAX_PER_USER) {
            throw Problem.conflict("you have " + Factor.MAX_PER_USER + " already: remove one first");
        }
        return user;
    }
}
