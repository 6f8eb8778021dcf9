package dev.sekisho.control.login;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.LoginEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.factor.Kind;
import dev.sekisho.control.factor.LoginProgress;
import dev.sekisho.control.factor.SecondFactors;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Authenticator;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Permission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The login sessions, and who comes with one. Thread-safe.
///
/// The secret is another one after each step of a login, after step-up, and before permissions that the user has got
/// since can be used; the one before is worth nothing at once, on all nodes. Lost permissions are lost at once.
public final class Sessions implements Authenticator, LoginProgress {
    /// A use is written down once a minute at most.
    private static final Duration SEEN_STEP = Duration.ofMinutes(1);

    private static final int MAX_PER_USER = 50;
    private static final int SECRET_CHARS = 43;

    private final UnitOfWork work;
    private final LoginStore store;
    private final Users users;
    private final Roles roles;
    private final SecondFactors factors;
    private final LoginLimits limits;
    private final InstantSource clock;

    /// What sessions are made of.
    public record Parts(UnitOfWork work, LoginStore store, Users users, Roles roles, SecondFactors factors) {}

    public Sessions(Parts parts, LoginLimits limits, InstantSource clock) {
        work = parts.work();
        store = parts.store();
        users = parts.users();
        roles = parts.roles();
        factors = parts.factors();
        this.limits = limits;
        this.clock = clock;
    }

    /// From where somebody comes.
    ///
    /// @param sessionSecret of the session cookie that they showed
    /// @param deviceSecret of the device cookie that they showed
    public record Client(
            Optional<String> sessionSecret, Optional<String> deviceSecret, String source, String userAgent) {
        @Override
        public String toString() {
            return "Client[" + source + "]";
        }
    }

    /// A session and its new secret.
    public record Opened(LoginSession session, String secret) {
        @Override
        public String toString() {
            return "Opened[" + session.id() + "]";
        }
    }

    /// A session with what is known of its user now.
    ///
    /// @param standing the user's second factors
    /// @param permissions what the user may do
    public record State(
            LoginSession session,
            User user,
            Stage stage,
            SecondFactors.Standing standing,
            Set<Permission> permissions) {
        public State {
            permissions = Set.copyOf(permissions);
        }

        /// What the session may do.
        Set<Permission> usable() {
            if (stage != Stage.COMPLETE) {
                return Set.of();
            }
            Set<Permission> usable = EnumSet.noneOf(Permission.class);
            usable.addAll(permissions);
            usable.retainAll(session.permissions());
            return usable;
        }
    }

    /// How long sessions hold.
    public LoginLimits limits() {
        return limits;
    }

    /// Opens a session for a user whose first step is done; the one that the client showed ends.
    Opened open(Transaction transaction, User user, String method, Client client) {
        client.sessionSecret()
                .flatMap(secret -> store.byHash(transaction, Secrets.hash(secret)))
                .ifPresent(old -> store.delete(transaction, old.id()));
        Instant now = now();
        store.deleteExpired(transaction, now, now.minus(limits.idle()));
        List<LoginSession> present = store.of(transaction, user.id());
        present.stream().skip(MAX_PER_USER - 1L).forEach(old -> store.delete(transaction, old.id()));
        String secret = Secrets.next();
        LoginSession session = new LoginSession(
                Ids.next(clock.millis()),
                user.id(),
                Secrets.next(),
                method,
                now,
                now,
                now.plus(limits.absolute()),
                Optional.empty(),
                roles.permissionsOf(transaction, user.id()),
                client.source(),
                client.userAgent());
        store.insert(transaction, session, Secrets.hash(secret));
        return new Opened(session, secret);
    }

    @Override
    public Optional<Authenticated> authenticate(Credentials credentials) {
        Optional<State> found = credentials
                .sessionCookie()
                .filter(secret -> secret.length() == SECRET_CHARS)
                .flatMap(secret -> work.read(transaction -> store.byHash(transaction, Secrets.hash(secret))
                        .flatMap(session -> state(transaction, session))));
        found.ifPresent(state -> remember(state.session()));
        return found.map(state -> new Authenticated(
                principal(state, credentials.source()),
                Optional.of(state.session().csrf())));
    }

    private static Principal principal(State state, String source) {
        return new Principal(
                Optional.of(state.user().id()),
                state.user().name(),
                Actor.Via.SESSION,
                state.session().id(),
                state.usable(),
                state.stage() == Stage.COMPLETE,
                state.session().factorAt(),
                source);
    }

    private void remember(LoginSession session) {
        Instant now = now();
        if (session.seenAt().isBefore(now.minus(SEEN_STEP))) {
            // A disk that is full, or a database that only reads, ends no session: it idles out at worst.
            work.soon("session " + session.id(), transaction -> store.seen(transaction, session.id(), now));
        }
    }

    /// What is known of a session that still holds; empty when it doesn't, or its user may not log in.
    Optional<State> state(Transaction transaction, LoginSession session) {
        if (!session.isAlive(now(), limits)) {
            return Optional.empty();
        }
        return users.find(transaction, session.userId())
                .filter(user -> !user.disabled())
                .map(user -> {
                    SecondFactors.Standing standing = factors.standing(transaction, user);
                    return new State(
                            session,
                            user,
                            stage(transaction, session, user, standing),
                            standing,
                            roles.permissionsOf(transaction, user.id()));
                });
    }

    private Stage stage(Transaction transaction, LoginSession session, User user, SecondFactors.Standing standing) {
        boolean mustChange = store.password(transaction, user.id())
                .filter(LoginStore.Password::mustChange)
                .isPresent();
        return Stage.of(new Stage.Facts(
                session.factorAt().isPresent(),
                !standing.kinds().isEmpty(),
                mustChange && user.directory().equals(User.INTERNAL),
                standing.mustEnroll()));
    }

    /// What is known of the session of somebody who came by one.
    ///
    /// @throws Problem 401 when it ended in the meantime, 403 for whoever came otherwise
    State require(Transaction transaction, Principal by) {
        if (by.via() != Actor.Via.SESSION) {
            throw Problem.forbidden("this is for login sessions, not for tokens");
        }
        return store.find(transaction, by.credentialId())
                .flatMap(session -> state(transaction, session))
                .orElseThrow(() -> Problem.unauthenticated("log in first"));
    }

    /// What is known of the session of somebody who came by one.
    public State state(Principal by) {
        return work.read(transaction -> require(transaction, by));
    }

    /// Gives a session another secret.
    String rotate(Transaction transaction, State state) {
        String secret = Secrets.next();
        store.rotate(transaction, state.session().id(), Secrets.hash(secret), state.permissions());
        return secret;
    }

    @Override
    public Optional<String> proved(Principal by, Kind kind) {
        if (by.via() != Actor.Via.SESSION) {
            return Optional.empty();
        }
        return Optional.of(work.change(by.actor(), transaction -> {
            State state = require(transaction, by);
            store.factorShown(transaction, state.session().id(), now());
            String secret = rotate(transaction, state);
            boolean complete = require(transaction, by).stage() == Stage.COMPLETE;
            return Change.of(
                    cookie(secret), new LoginEvent.Succeeded(state.user().name(), kind.label(), complete));
        }));
    }

    /// A new secret for a session whose user has got permissions since; then it may use them.
    ///
    /// @return the session's new cookie; empty when there is nothing to do
    public Optional<String> refresh(Principal by) {
        State now = state(by);
        if (now.session().permissions().containsAll(now.permissions())) {
            return Optional.empty();
        }
        return Optional.of(cookie(work.housekeeping(transaction -> rotate(transaction, require(transaction, by)))));
    }

    /// Remembers the browser of a complete login, so that somebody else's failures don't lock its user out there.
    ///
    /// @return the device's cookie; empty when it is known, or the login is not complete
    public Optional<String> rememberDevice(Principal by, Optional<String> deviceSecret) {
        if (by.via() != Actor.Via.SESSION || !by.complete()) {
            return Optional.empty();
        }
        String userId = by.requireUser();
        boolean known = deviceSecret.isPresent()
                && work.read(transaction -> store.knownDevice(transaction, userId, Secrets.hash(deviceSecret.get()))
                        .isPresent());
        if (known) {
            return Optional.empty();
        }
        String secret = Secrets.next();
        work.housekeeping(transaction -> {
            store.insertKnownDevice(
                    transaction,
                    new LoginStore.KnownDevice(Ids.next(clock.millis()), userId, Secrets.hash(secret), now()));
            return true;
        });
        return Optional.of(Cookies.device(secret));
    }

    String cookie(String secret) {
        return Cookies.session(secret, limits.absolute());
    }

    /// The sessions of a user that hold, newest first.
    ///
    /// @throws Problem 403 when they are not one's own and one may not see others'
    public List<LoginSession> of(Principal by, String userId) {
        if (!by.userId().equals(Optional.of(userId)) && !by.may(Permission.MANAGE_TOKENS)) {
            throw Problem.forbidden("login sessions of others need the permission MANAGE TOKENS");
        }
        Instant now = now();
        return work.read(transaction -> store.of(transaction, userId)).stream()
                .filter(session -> session.isAlive(now, limits))
                .toList();
    }

    /// Ends a session, at once.
    ///
    /// @throws Problem 404 when there is none, or it is somebody else's and none of `by`'s business
    public void revoke(Principal by, String id) {
        work.change(by.actor(), transaction -> {
            LoginSession session = store.find(transaction, id)
                    .filter(found ->
                            by.userId().equals(Optional.of(found.userId())) || by.may(Permission.MANAGE_TOKENS))
                    .orElseThrow(() -> Problem.notFound("there is no such login session"));
            if (!by.userId().equals(Optional.of(session.userId()))) {
                Authority.require(
                        by, roles.permissionsOf(transaction, session.userId()), "ending this user's sessions");
            }
            store.delete(transaction, id);
            String name =
                    users.find(transaction, session.userId()).map(User::name).orElse("");
            return Change.of(
                    true, new LoginEvent.SessionsEnded(name, session.userId(), 1, "revoked in the list of sessions"));
        });
    }

    /// Ends the session of somebody who logs out.
    public void logout(Principal by) {
        if (by.via() != Actor.Via.SESSION) {
            throw Problem.forbidden("this is for login sessions, not for tokens");
        }
        work.change(by.actor(), transaction -> {
            store.delete(transaction, by.credentialId());
            return Change.of(true, new LoginEvent.LoggedOut(by.name(), by.requireUser()));
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
