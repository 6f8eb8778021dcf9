package dev.sekisho.control.login;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.LoginEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.factor.Proof;
import dev.sekisho.control.factor.SecondFactors;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.tries.Budget;
import dev.sekisho.control.tries.Tries;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lets people in, step by step ([Stage]). Thread-safe.
///
/// Whoever asks learns nothing about who exists: unknown, disabled and locked names get the same answer after the same
/// work. What is asked decides where the password is checked, never who is found. Tries are counted before they are
/// judged: ten failures in a row per account, thirty tries per address in a
/// quarter of an hour, and ten more for the user on a device that is known, which nobody else can use up.
public final class Logins {
    private final UnitOfWork work;
    private final LoginStore store;
    private final Users users;
    private final Sessions sessions;
    private final SecondFactors factors;
    private final Passwords passwords;
    private final Tries tries;
    private final Directories directories;
    private final InstantSource clock;

    /// What logins are made of.
    public record Parts(
            UnitOfWork work,
            LoginStore store,
            Users users,
            Sessions sessions,
            SecondFactors factors,
            Passwords passwords,
            Tries tries,
            Directories directories) {}

    public Logins(Parts parts, InstantSource clock) {
        work = parts.work();
        store = parts.store();
        users = parts.users();
        sessions = parts.sessions();
        factors = parts.factors();
        passwords = parts.passwords();
        tries = parts.tries();
        directories = parts.directories();
        this.clock = clock;
    }

    /// A name and a password.
    ///
    /// @param directory where the password is to be checked; without, here. Never by where the user is at home:
    ///     whether a directory is asked would tell who there is
    public record Attempt(String name, String password, Optional<String> directory, Sessions.Client client) {
        @Override
        public String toString() {
            return "Attempt[hidden]";
        }
    }

    /// What is known of an attempt before it is judged.
    private record Known(Optional<User> user, Optional<String> hash, Budget budget) {}

    /// What was found out about an attempt.
    ///
    /// @param directory the identity of the one that said so
    private record Judged(boolean right, Optional<NewUser> found, String directory) {}

    /// Checks a name and a password.
    ///
    /// @throws Problem 401 when they are wrong, 429 when there were too many tries
    public Sessions.Opened login(Attempt attempt) {
        Known known = work.read(transaction -> known(transaction, attempt));
        Budget address =
                Budget.within("address", Addresses.client(attempt.client().source()), Budget.PER_ADDRESS);
        if (!(tries.begin(List.of(known.budget(), address)) instanceof Tries.Verdict.Admitted admitted)) {
            throw Problem.tooMany("too many tries: wait a quarter of an hour, or ask an administrator");
        }
        Judged judged = judge(attempt, known);
        Optional<Sessions.Opened> opened = judged.right() ? open(attempt, known, judged) : Optional.empty();
        return opened.orElseThrow(() -> {
            fail(attempt, known, new Failure(judged.directory(), admitted));
            return Problem.unauthenticated("the name or the password is wrong");
        });
    }

    private record Failure(String directory, Tries.Verdict.Admitted admitted) {}

    private Known known(Transaction transaction, Attempt attempt) {
        Optional<User> user = users.named(transaction, attempt.name());
        Optional<String> device = user.flatMap(found -> attempt.client()
                .deviceSecret()
                .flatMap(secret -> store.knownDevice(transaction, found.id(), Secrets.hash(secret))));
        Budget budget = device.map(InternalCredentials::knownDevice)
                .or(() -> user.map(User::id).map(InternalCredentials::account))
                .orElseGet(() -> InternalCredentials.nobody(NameKey.of(attempt.name())));
        Optional<String> hash = user.filter(found -> !found.service())
                .flatMap(found -> store.password(transaction, found.id()))
                .map(LoginStore.Password::hash);
        return new Known(user, hash, budget);
    }

    private Judged judge(Attempt attempt, Known known) {
        String wanted = attempt.directory().orElse(User.INTERNAL);
        Optional<Directory> external = directories.all().stream()
                .filter(directory -> directory.id().equals(wanted))
                .findFirst();
        if (external.isPresent() && !wanted.equals(User.INTERNAL)) {
            Optional<NewUser> found = external.get().check(attempt.name(), attempt.password());
            return new Judged(found.isPresent(), found, wanted);
        }
        boolean internal = wanted.equals(User.INTERNAL)
                && known.user()
                        .filter(user -> user.directory().equals(User.INTERNAL))
                        .isPresent();
        boolean right = passwords.isRight(attempt.password(), known.hash());
        return new Judged(right && internal, Optional.empty(), User.INTERNAL);
    }

    private Optional<Sessions.Opened> open(Attempt attempt, Known known, Judged judged) {
        Optional<String> better = known.hash()
                .filter(hash -> judged.found().isEmpty() && passwords.isOld(hash))
                .map(_ -> passwords.hash(attempt.password()));
        Actor actor = new Actor(
                known.user().map(User::name).orElse(""),
                known.user().map(User::id),
                Actor.Via.LOGIN,
                attempt.client().source());
        return work.change(actor, transaction -> {
            List<ControlEvent> events = new ArrayList<>();
            Optional<User> user = judged.found().isPresent()
                    ? users.provision(
                            transaction, judged.directory(), judged.found().get(), events)
                    : users.find(transaction, known.user().orElseThrow().id())
                            .filter(found -> isStill(transaction, found, known));
            Optional<User> welcome = user.filter(found -> !found.disabled() && !found.service());
            if (welcome.isEmpty()) {
                return new Change<>(Optional.empty(), events);
            }
            better.ifPresent(hash -> store.setPassword(
                    transaction,
                    welcome.get().id(),
                    new LoginStore.Password(hash, mustChange(transaction, welcome.get())),
                    clock.instant()));
            tries.clear(transaction, known.budget());
            Sessions.Opened opened = sessions.open(transaction, welcome.get(), judged.directory(), attempt.client());
            users.loggedIn(transaction, welcome.get().id());
            events.add(succeeded(transaction, welcome.get(), opened));
            return new Change<>(Optional.of(opened), events);
        });
    }

    private boolean mustChange(Transaction transaction, User user) {
        return store.password(transaction, user.id())
                .filter(LoginStore.Password::mustChange)
                .isPresent();
    }

    /// Whether the password that was checked is still the user's.
    private boolean isStill(Transaction transaction, User user, Known known) {
        return store.password(transaction, user.id())
                .map(LoginStore.Password::hash)
                .equals(known.hash());
    }

    private LoginEvent succeeded(Transaction transaction, User user, Sessions.Opened opened) {
        Stage stage = sessions.state(transaction, opened.session())
                .map(Sessions.State::stage)
                .orElse(Stage.FACTOR);
        return new LoginEvent.Succeeded(user.name(), opened.session().method(), stage == Stage.COMPLETE);
    }

    private void fail(Attempt attempt, Known known, Failure failure) {
        Actor actor = new Actor(
                "", Optional.empty(), Actor.Via.LOGIN, attempt.client().source());
        String name = known.user().map(User::name).orElse("");
        work.change(actor, transaction -> {
            List<ControlEvent> events = new ArrayList<>(List.of(new LoginEvent.Failed(name, failure.directory())));
            failure.admitted().locks().ifPresent(until -> {
                lock(transaction, known, until);
                events.add(LoginEvent.LockedOut.of(name, failure.directory(), until));
            });
            return new Change<>(true, events);
        });
    }

    /// Shows the lock-out in the list of users; what enforces it are the tries. On a known device only that device is
    /// locked out.
    private void lock(Transaction transaction, Known known, Instant until) {
        String id = known.user().map(User::id).orElse("");
        if (known.budget().equals(InternalCredentials.account(id))) {
            users.lock(transaction, id, until);
        }
    }

    /// Lets somebody in whom a directory has identified by itself (OpenID Connect, SAML).
    ///
    /// @param found who it is
    /// @throws Problem 403 when they may not come in
    public Sessions.Opened loginIdentified(String directory, NewUser found, Sessions.Client client) {
        Actor actor = new Actor(found.name(), Optional.empty(), Actor.Via.LOGIN, client.source());
        Optional<Sessions.Opened> opened = work.change(actor, transaction -> {
            List<ControlEvent> events = new ArrayList<>();
            Optional<User> user = users.provision(transaction, directory, found, events)
                    .filter(known -> !known.disabled() && !known.service());
            Optional<Sessions.Opened> session = user.map(known -> sessions.open(transaction, known, directory, client));
            user.ifPresent(known -> {
                users.loggedIn(transaction, known.id());
                events.add(succeeded(transaction, known, session.orElseThrow()));
            });
            return new Change<>(session, events);
        });
        return opened.orElseThrow(() -> Problem.forbidden("you may not log in here: ask an administrator"));
    }

    /// Changes one's own password; ends the other sessions.
    ///
    /// @param revokeTokens whether one's API tokens are revoked, too
    /// @return the session's new cookie
    /// @throws Problem 400 when the current one is wrong or the next one breaks a rule
    public String changePassword(Principal by, String current, String next, boolean revokeTokens) {
        Sessions.State state = sessions.state(by);
        User user = state.user();
        if (state.stage() == Stage.FACTOR) {
            throw Problem.forbidden("login-incomplete", "show your second factor first");
        }
        if (!user.directory().equals(User.INTERNAL)) {
            throw Problem.conflict("your password is not kept here: change it in your directory");
        }
        Budget budget = Budget.failuresOf("change", user.id());
        if (!(tries.begin(List.of(budget)) instanceof Tries.Verdict.Admitted)) {
            throw Problem.tooMany("too many tries: wait a quarter of an hour");
        }
        Optional<String> hash =
                work.read(transaction -> store.password(transaction, user.id())).map(LoginStore.Password::hash);
        if (!passwords.isRight(current, hash)) {
            throw Problem.invalid("current", "this is not your password");
        }
        if (PasswordRules.normal(current).equals(PasswordRules.normal(next))) {
            throw Problem.invalid("next", "this is your password already: take another");
        }
        passwords.check(user.name(), next, "next");
        String nextHash = passwords.hash(next);
        return work.change(by.actor(), transaction -> {
            Sessions.State now = sessions.require(transaction, by);
            if (!store.password(transaction, user.id())
                    .map(LoginStore.Password::hash)
                    .equals(hash)) {
                throw Problem.conflict("your password was changed in the meantime: log in again");
            }
            tries.clear(transaction, budget);
            store.setPassword(transaction, user.id(), new LoginStore.Password(nextHash, false), clock.instant());
            store.forgetKnownDevices(transaction, user.id());
            int ended = store.deleteAll(
                    transaction, user.id(), Optional.of(now.session().id()));
            List<ControlEvent> events = new ArrayList<>(List.of(new LoginEvent.PasswordChanged(user.name())));
            if (ended > 0) {
                events.add(new LoginEvent.SessionsEnded(user.name(), user.id(), ended, "password changed"));
            }
            if (revokeTokens) {
                events.addAll(users.revokeTokens(transaction, user));
            }
            return new Change<>(sessions.cookie(sessions.rotate(transaction, now)), events);
        });
    }

    /// Judges a second factor: a step of the login, or step-up when it is complete.
    ///
    /// @return the session's new cookie
    /// @throws Problem 400 when it is wrong, 429 when too many were
    public String showFactor(Principal by, Proof proof) {
        Sessions.State state = sessions.state(by);
        String field = proof instanceof Proof.Passkey ? "credential" : "code";
        return switch (factors.verify(by.actor(), state.user().id(), proof)) {
            case SecondFactors.Outcome.Accepted accepted ->
                sessions.proved(by, accepted.kind()).orElseThrow(() -> Problem.unauthenticated("log in first"));
            case SecondFactors.Outcome.Wrong _ ->
                throw Problem.invalid(
                        field,
                        "this second factor is wrong, was used before, or is of a kind that is not taken from you");
            case SecondFactors.Outcome.LockedOut _ ->
                throw Problem.tooMany("too many wrong ones: wait a quarter of an hour, or ask an administrator");
        };
    }
}
