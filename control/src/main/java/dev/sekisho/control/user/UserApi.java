package dev.sekisho.control.user;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.role.RoleLattice;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The REST face of users.
public final class UserApi {
    /// A user as clients see them.
    ///
    /// @param state `active`, `locked` or `disabled`
    /// @param roles names of those that they have directly
    /// @param permissions labels, through all roles
    /// @param initialPassword the one-time password of a user who was made without one; shown once
    public record View(
            String id,
            String name,
            String displayName,
            Optional<String> email,
            String directory,
            String state,
            Optional<Instant> lockedUntil,
            List<String> roles,
            List<String> permissions,
            boolean service,
            Instant createdAt,
            Optional<Instant> lastLoginAt,
            List<String> factorKinds,
            long version,
            Optional<String> initialPassword) {
        @Override
        public String toString() {
            return "View[" + name + "]";
        }
    }

    /// A password that was reset.
    ///
    /// @param password for one login; shown once
    /// @param sessionsEnded login sessions that ended
    /// @param tokensRevoked API tokens that were revoked
    public record PasswordView(String password, int sessionsEnded, int tokensRevoked) {
        @Override
        public String toString() {
            return "PasswordView[hidden]";
        }
    }

    /// Changes to oneself: what is missing stays.
    ///
    /// @param email blank removes it
    public record OwnPatch(Optional<String> displayName, Optional<String> email) {
        public OwnPatch {
            displayName = displayName.map(UserFields::displayName);
            email.ifPresent(UserFields::email);
        }
    }

    private final UnitOfWork work;
    private final Users users;
    private final Roles roles;
    private final InstantSource clock;

    public UserApi(UnitOfWork work, Users users, Roles roles, InstantSource clock) {
        this.work = work;
        this.users = users;
        this.roles = roles;
        this.clock = clock;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/users", "List users")
                        .access(Permission.VIEW_USERS)
                        .query("q", "part of the name, display name or address")
                        .query("role", "name of a role that they have directly")
                        .query("state", "active, locked or disabled")
                        .query("service", "true: service accounts only; false: people only")
                        .pages(View.class)
                        .by(this::list),
                Route.post("/users", "Make a user")
                        .access(Permission.MANAGE_USERS)
                        .body(NewUser.class)
                        .answers(View.class)
                        .by(this::create),
                Route.get("/users/{id}", "Show a user")
                        .access(Permission.VIEW_USERS)
                        .answers(View.class)
                        .by(request -> shown(users.find(request.path("id")))),
                Route.patch("/users/{id}", "Change a user")
                        .access(Permission.MANAGE_USERS)
                        .body(UserPatch.class)
                        .answers(View.class)
                        .by(this::change),
                Route.delete("/users/{id}", "Remove a user and all that is theirs")
                        .access(Permission.MANAGE_USERS)
                        .by(this::delete),
                action("unlock", "End a user's lock-out before its time", users::unlock),
                action("disable", "End a user's access at once", users::disable),
                action("enable", "Give a user their access back", users::enable),
                Route.post(
                                "/users/{id}/reset-password",
                                "Give a user a one-time password; ends their sessions, revokes their tokens")
                        .access(Access.to(Permission.MANAGE_USERS).withStepUp())
                        .answers(PasswordView.class)
                        .by(this::resetPassword),
                Route.patch("/me", "Change my own display name and address")
                        .body(OwnPatch.class)
                        .answers(View.class)
                        .by(this::changeOwn));
    }

    @FunctionalInterface
    private interface Action {
        User run(Principal by, String id);
    }

    private Route action(String verb, String summary, Action action) {
        return Route.post("/users/{id}/" + verb, summary)
                .access(Permission.MANAGE_USERS)
                .answers(View.class)
                .by(request -> shown(action.run(request.principal(), request.path("id"))));
    }

    private Object list(Request request) {
        UserFilter filter = new UserFilter(
                request.query("q"),
                request.query("role"),
                request.query("state").map(UserApi::state),
                request.query("service").map(Boolean::parseBoolean));
        var page = users.list(filter, request.page());
        List<String> ids = page.items().stream().map(User::id).toList();
        return work.read(transaction -> {
            RoleLattice all = roles.all(transaction);
            Map<String, List<String>> direct = roles.rolesOf(transaction, ids);
            Map<String, List<String>> kinds = users.factorKinds(transaction, ids);
            return page.map(user -> view(
                    user,
                    new Known(all, direct.getOrDefault(user.id(), List.of()), kinds.getOrDefault(user.id(), List.of())),
                    Optional.empty()));
        });
    }

    /// What is known of a user beside what belongs to them.
    ///
    /// @param direct identities of the roles that they have directly
    /// @param kinds of second factors that they have
    private record Known(RoleLattice all, List<String> direct, List<String> kinds) {}

    private Known known(Transaction transaction, User user) {
        return new Known(
                roles.all(transaction),
                roles.rolesOf(transaction, user.id()),
                users.factorKinds(transaction, user.id()));
    }

    private static User.State state(String text) {
        return Arrays.stream(User.State.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> Problem.invalid("state", "state is active, locked or disabled"));
    }

    private Object create(Request request) {
        Users.Created created = users.create(request.principal(), request.body(NewUser.class));
        User user = created.user();
        View view = work.read(transaction -> view(user, known(transaction, user), created.initialPassword()));
        return Answer.created("/users/" + user.id(), view).version(user.version());
    }

    private Object change(Request request) {
        return shown(users.change(
                request.principal(), request.path("id"), request.body(UserPatch.class), request.ifMatch()));
    }

    private Object changeOwn(Request request) {
        OwnPatch patch = request.body(OwnPatch.class);
        return shown(users.changeOwn(request.principal(), patch.displayName(), patch.email()));
    }

    private Object delete(Request request) {
        users.delete(request.principal(), request.path("id"), request.ifMatch());
        return Answer.none();
    }

    private Object resetPassword(Request request) {
        Users.Reset reset = users.resetPassword(request.principal(), request.path("id"));
        return new PasswordView(reset.password(), reset.sessions(), reset.tokens());
    }

    private Answer shown(User user) {
        return Answer.of(view(user)).version(user.version());
    }

    private View view(User user) {
        return work.read(transaction -> view(user, known(transaction, user), Optional.empty()));
    }

    private View view(User user, Known known, Optional<String> initialPassword) {
        Instant now = clock.instant();
        User.State state = user.state(now);
        return new View(
                user.id(),
                user.name(),
                user.displayName(),
                user.email(),
                user.directory(),
                state.name().toLowerCase(Locale.ROOT),
                state == User.State.LOCKED ? user.lockedUntil() : Optional.empty(),
                Roles.names(known.all(), known.direct()),
                known.all().permissions(known.direct()).stream()
                        .map(Permission::label)
                        .sorted()
                        .toList(),
                user.service(),
                user.createdAt(),
                user.lastLoginAt(),
                known.kinds(),
                user.version(),
                initialPassword);
    }
}
