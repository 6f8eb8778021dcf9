package dev.sekisho.control.user;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.LoginEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.audit.UserEvent;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.role.BuiltInRole;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The users. Thread-safe.
///
/// Nobody changes a user who may do more than themselves, but their own name and address. What ends a user's access
/// also ends their login sessions, in the same transaction. Methods that take a transaction are for services that do
/// more at once.
public final class Users {
    /// How long a second factor counts for dangerous actions.
    private static final Duration STEP_UP = Duration.ofMinutes(5);

    private final UnitOfWork work;
    private final UserStore store;
    private final Roles roles;
    private final Credentials credentials;
    private final InstantSource clock;

    /// The users.
    ///
    /// @param credentials what they log in with
    public Users(UnitOfWork work, UserStore store, Roles roles, Credentials credentials, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.roles = roles;
        this.credentials = credentials;
        this.clock = clock;
    }

    /// A user who was made.
    ///
    /// @param initialPassword the one-time password, when none was given; shown once
    public record Created(User user, Optional<String> initialPassword) {
        @Override
        public String toString() {
            return "Created[" + user.name() + "]";
        }
    }

    /// A part of the list.
    public Page<User> list(UserFilter filter, Page.Request page) {
        return work.read(transaction -> store.list(transaction, filter, now(), page));
    }

    /// A user.
    ///
    /// @throws Problem 404
    public User find(String id) {
        return work.read(transaction -> require(transaction, id));
    }

    /// A user, if there is one.
    public Optional<User> find(Transaction transaction, String id) {
        return store.find(transaction, id);
    }

    /// A user by name, whatever its case.
    public Optional<User> named(Transaction transaction, String name) {
        return store.named(transaction, name);
    }

    /// All users, by name.
    public List<User> all(Transaction transaction) {
        return store.all(transaction);
    }

    /// The kinds of second factors that a user has.
    public List<String> factorKinds(Transaction transaction, String id) {
        return store.factorKinds(transaction, id);
    }

    /// The same for many users; those who have none are missing.
    public Map<String, List<String>> factorKinds(Transaction transaction, Collection<String> ids) {
        return store.factorKinds(transaction, ids);
    }

    /// Makes a person.
    ///
    /// @throws Problem when the name is taken, a role is unknown or more than `by` may do, or the password breaks a
    ///     rule
    public Created create(Principal by, NewUser wanted) {
        String directory = wanted.directory().orElse(User.INTERNAL);
        boolean internal = directory.equals(User.INTERNAL);
        Optional<Credentials.Prepared> password =
                internal ? Optional.of(credentials.prepare(wanted.name(), wanted.password())) : Optional.empty();
        return work.change(by.actor(), transaction -> {
            User user = insert(transaction, wanted, directory, false);
            List<String> names = wanted.roles().orElse(List.of(BuiltInRole.USER.label()));
            Roles.Difference given = roles.replaceRolesOf(transaction, by, user.id(), names);
            password.ifPresent(prepared -> credentials.set(transaction, user.id(), prepared));
            return Change.of(
                    new Created(user, password.flatMap(Credentials.Prepared::oneTime)),
                    new UserEvent.Created(user.name(), directory, given.added()));
        });
    }

    /// Makes a service account: nobody can log in as it.
    public User createService(Principal by, NewUser wanted) {
        return work.change(by.actor(), transaction -> {
            User user = insert(transaction, wanted, User.INTERNAL, true);
            Roles.Difference given = roles.replaceRolesOf(
                    transaction, by, user.id(), wanted.roles().orElse(List.of()));
            return Change.of(user, new UserEvent.Created(user.name(), "service", given.added()));
        });
    }

    /// Makes or brings up to date a user whom a connected directory has identified. What the directory says of roles
    /// holds; when it says nothing, they stay.
    ///
    /// @param events what happened is added to them
    /// @return empty when the name belongs to a user of another directory
    public Optional<User> provision(
            Transaction transaction, String directory, NewUser found, List<ControlEvent> events) {
        Optional<User> before = store.named(transaction, found.name());
        if (before.filter(user -> !user.directory().equals(directory) || user.service())
                .isPresent()) {
            return Optional.empty();
        }
        User user = before.orElseGet(() -> insert(transaction, found, directory, false));
        Optional<List<String>> names = before.isPresent()
                ? found.roles()
                : Optional.of(found.roles().orElse(List.of(BuiltInRole.USER.label())));
        Optional<Roles.Difference> difference =
                names.map(roleNames -> roles.replaceRolesOf(transaction, Authority.ROOT, user.id(), roleNames));
        if (before.isEmpty()) {
            events.add(new UserEvent.Created(
                    user.name(),
                    directory,
                    difference.map(Roles.Difference::added).orElse(List.of())));
            return Optional.of(user);
        }
        difference.filter(changed -> !changed.isEmpty()).ifPresent(changed -> {
            roles.requireAnAdministrator(transaction);
            events.add(new UserEvent.RolesChanged(user.name(), changed.added(), changed.removed()));
        });
        User after =
                patched(user, new UserPatch(Optional.empty(), found.displayName(), found.email(), Optional.empty()));
        if (!sameFields(user, after)) {
            update(transaction, after, OptionalLong.empty());
            events.add(new UserEvent.Changed(user.name(), changedFields(user, after)));
        }
        return store.find(transaction, user.id());
    }

    private User insert(Transaction transaction, NewUser wanted, String directory, boolean service) {
        refuseTakenName(transaction, wanted.name(), "");
        User user = new User(
                Ids.next(clock.millis()),
                wanted.name(),
                wanted.displayName().orElse(wanted.name()),
                wanted.email(),
                directory,
                false,
                Optional.empty(),
                service,
                now(),
                Optional.empty(),
                1);
        store.insert(transaction, user);
        return user;
    }

    /// Changes fields of a user.
    ///
    /// @param version the version that the change is based on, if the caller knows one
    public User change(Principal by, String id, UserPatch patch, OptionalLong version) {
        return work.change(by.actor(), transaction -> {
            User before = manageable(transaction, by, id, "changing this user");
            List<ControlEvent> events = new ArrayList<>();
            User after = patched(before, patch);
            if (!sameFields(before, after) || patch.roles().isPresent()) {
                patch.name().ifPresent(name -> refuseTakenName(transaction, name, id));
                update(transaction, after, version);
            }
            if (!sameFields(before, after)) {
                events.add(new UserEvent.Changed(before.name(), changedFields(before, after)));
            }
            patch.roles().ifPresent(names -> {
                Roles.Difference difference = roles.replaceRolesOf(transaction, by, id, names);
                if (!difference.isEmpty()) {
                    roles.requireAnAdministrator(transaction);
                    events.add(new UserEvent.RolesChanged(after.name(), difference.added(), difference.removed()));
                }
            });
            return new Change<>(require(transaction, id), events);
        });
    }

    /// Changes the fields of oneself that are one's own: display name and address.
    public User changeOwn(Principal by, Optional<String> displayName, Optional<String> email) {
        UserPatch patch = new UserPatch(Optional.empty(), displayName, email, Optional.empty());
        return work.change(by.actor(), transaction -> {
            User before = require(transaction, by.requireUser());
            User after = patched(before, patch);
            if (sameFields(before, after)) {
                return Change.none(before);
            }
            if (!before.email().equals(after.email())) {
                requireFreshFactor(transaction, by);
            }
            update(transaction, after, OptionalLong.empty());
            return Change.of(
                    require(transaction, before.id()),
                    new UserEvent.Changed(before.name(), changedFields(before, after)));
        });
    }

    /// Codes may be mailed to the address, so it changes with a fresh second factor only, where there is one.
    private void requireFreshFactor(Transaction transaction, Principal by) {
        if (by.via() != Actor.Via.SESSION) {
            throw Problem.forbidden("the address is changed in the portal, not with a token");
        }
        boolean hasFactor = by.secondFactorAt().isPresent()
                || !store.factorKinds(transaction, by.requireUser()).isEmpty();
        boolean fresh = by.secondFactorAt()
                .filter(at -> at.isAfter(clock.instant().minus(STEP_UP)))
                .isPresent();
        if (hasFactor && !fresh) {
            throw Problem.forbidden("step-up-required", "confirm with your second factor first");
        }
    }

    private static User patched(User user, UserPatch patch) {
        return new User(
                user.id(),
                patch.name().orElse(user.name()),
                patch.displayName().orElse(user.displayName()),
                patch.email().map(UserFields::email).orElse(user.email()),
                user.directory(),
                user.disabled(),
                user.lockedUntil(),
                user.service(),
                user.createdAt(),
                user.lastLoginAt(),
                user.version());
    }

    private static boolean sameFields(User before, User after) {
        return changedFields(before, after).isEmpty();
    }

    private static List<String> changedFields(User before, User after) {
        List<String> fields = new ArrayList<>();
        if (!before.name().equals(after.name())) {
            fields.add("name");
        }
        if (!before.displayName().equals(after.displayName())) {
            fields.add("displayName");
        }
        if (!before.email().equals(after.email())) {
            fields.add("email");
        }
        return fields;
    }

    private void update(Transaction transaction, User user, OptionalLong version) {
        boolean stale = version.isPresent() && version.getAsLong() != user.version();
        if (stale || !store.update(transaction, user)) {
            throw Problem.stale();
        }
    }

    /// Removes a user and all that is theirs.
    public void delete(Principal by, String id, OptionalLong version) {
        work.change(by.actor(), transaction -> {
            User user = manageable(transaction, by, id, "removing this user");
            int ended = credentials.endSessions(transaction, id);
            if (!store.delete(transaction, id, version.orElse(user.version()))) {
                throw Problem.stale();
            }
            roles.requireAnAdministrator(transaction);
            return new Change<>(true, withEnded(user, ended, "user removed", new UserEvent.Deleted(user.name())));
        });
    }

    /// Ends a user's access: their login sessions end now, their tokens don't work, they can't log in.
    public User disable(Principal by, String id) {
        return switchTo(by, id, true);
    }

    /// Gives a user their access back.
    public User enable(Principal by, String id) {
        return switchTo(by, id, false);
    }

    private User switchTo(Principal by, String id, boolean disabled) {
        return work.change(by.actor(), transaction -> {
            User user = manageable(transaction, by, id, disabled ? "disabling this user" : "enabling this user");
            if (user.disabled() == disabled) {
                return Change.none(user);
            }
            User after = new User(
                    user.id(),
                    user.name(),
                    user.displayName(),
                    user.email(),
                    user.directory(),
                    disabled,
                    user.lockedUntil(),
                    user.service(),
                    user.createdAt(),
                    user.lastLoginAt(),
                    user.version());
            update(transaction, after, OptionalLong.empty());
            int ended = disabled ? credentials.endSessions(transaction, id) : 0;
            roles.requireAnAdministrator(transaction);
            ControlEvent event = disabled ? new UserEvent.Disabled(user.name()) : new UserEvent.Enabled(user.name());
            return new Change<>(require(transaction, id), withEnded(user, ended, "user disabled", event));
        });
    }

    /// Ends a user's lock-out before its time.
    public User unlock(Principal by, String id) {
        return work.change(by.actor(), transaction -> {
            User user = require(transaction, id);
            credentials.forgetFailures(transaction, user);
            store.lock(transaction, id, Optional.empty());
            return Change.of(require(transaction, id), new UserEvent.Unlocked(user.name()));
        });
    }

    /// What became of a password that was reset.
    ///
    /// @param password the one-time password; shown once
    /// @param sessions login sessions that ended
    /// @param tokens API tokens that were revoked
    public record Reset(String password, int sessions, int tokens) {
        @Override
        public String toString() {
            return "Reset[hidden]";
        }
    }

    /// Gives a user a one-time password that must be changed at the next login, ends their login sessions and revokes
    /// their API tokens: whoever had the old password may have made some.
    public Reset resetPassword(Principal by, String id) {
        User user = find(id);
        if (user.service() || !user.directory().equals(User.INTERNAL)) {
            throw Problem.conflict("this user's password is not kept here");
        }
        Credentials.Prepared prepared = credentials.prepare(user.name(), Optional.empty());
        return work.change(by.actor(), transaction -> {
            manageable(transaction, by, id, "resetting the password of this user");
            credentials.set(transaction, id, prepared);
            int ended = credentials.endSessions(transaction, id);
            List<ControlEvent> revoked = credentials.revokeTokens(transaction, user);
            List<ControlEvent> events =
                    new ArrayList<>(withEnded(user, ended, "password reset", new UserEvent.PasswordReset(user.name())));
            events.addAll(revoked);
            return new Change<>(new Reset(prepared.oneTime().orElseThrow(), ended, revoked.size()), events);
        });
    }

    /// Revokes all API tokens of a user, for a service that changes what they log in with.
    ///
    /// @return what to record
    public List<ControlEvent> revokeTokens(Transaction transaction, User user) {
        return credentials.revokeTokens(transaction, user);
    }

    /// Ends access for a while, as the login decides after too many failures.
    public void lock(Transaction transaction, String id, Instant until) {
        store.lock(transaction, id, Optional.of(until));
    }

    /// Remembers a login.
    public void loggedIn(Transaction transaction, String id) {
        store.loggedIn(transaction, id, now());
    }

    /// Ends all login sessions of a user, for a service that changes what they log in with.
    ///
    /// @return how many
    public int endSessions(Transaction transaction, String id) {
        return credentials.endSessions(transaction, id);
    }

    /// A user whom `by` may change: one who may do no more than they.
    ///
    /// @throws Problem 404, or 403 naming the permissions that they lack
    public User manageable(Transaction transaction, Principal by, String id, String what) {
        User user = require(transaction, id);
        Authority.require(by, roles.permissionsOf(transaction, id), what);
        return user;
    }

    private User require(Transaction transaction, String id) {
        return store.find(transaction, id).orElseThrow(() -> Problem.notFound("there is no such user"));
    }

    private void refuseTakenName(Transaction transaction, String name, String ownId) {
        if (store.named(transaction, name)
                .filter(other -> !other.id().equals(ownId))
                .isPresent()) {
            throw Problem.conflict("there is a user of this name already");
        }
    }

    private static List<ControlEvent> withEnded(User user, int ended, String reason, ControlEvent event) {
        return ended == 0
                ? List.of(event)
                : List.of(event, new LoginEvent.SessionsEnded(user.name(), user.id(), ended, reason));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
