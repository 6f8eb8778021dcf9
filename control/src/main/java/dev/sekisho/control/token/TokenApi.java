package dev.sekisho.control.token;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.role.RoleLattice;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.UserFilter;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// The REST face of tokens and service accounts.
public final class TokenApi {
    private static final List<String> STATES = List.of("active", "disabled");

    /// A token as clients see it.
    ///
    /// @param owner the name of a user or service account
    /// @param scopes labels
    /// @param secret the token itself; shown once, when it was made
    public record View(
            String id,
            String name,
            String owner,
            String ownerId,
            List<String> scopes,
            List<String> sources,
            Instant createdAt,
            Optional<Instant> expiresAt,
            Optional<Instant> lastUsedAt,
            Optional<String> lastSource,
            Optional<String> secret) {
        @Override
        public String toString() {
            return "View[" + name + "]";
        }
    }

    /// A service account to be made.
    ///
    /// @param roles names
    public record NewAccount(String name, Optional<String> displayName, Optional<List<String>> roles) {
        public NewAccount {
            name = new NewUser(
                            name, displayName, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty())
                    .name();
        }
    }

    /// A service account as clients see it.
    ///
    /// @param roles names
    public record Account(
            String id,
            String name,
            String displayName,
            List<String> roles,
            boolean disabled,
            Instant createdAt,
            long version) {}

    private final UnitOfWork work;
    private final Tokens tokens;
    private final Users users;
    private final Roles roles;

    public TokenApi(UnitOfWork work, Tokens tokens, Users users, Roles roles) {
        this.work = work;
        this.tokens = tokens;
        this.users = users;
        this.roles = roles;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/service-accounts", "List service accounts")
                        .access(Permission.MANAGE_TOKENS)
                        .query("q", "part of the name or display name")
                        .query("role", "name of a role that they have directly")
                        .query("state", "active or disabled")
                        .pages(Account.class)
                        .by(this::accounts),
                Route.post("/service-accounts", "Make a service account")
                        .access(Permission.MANAGE_TOKENS)
                        .body(NewAccount.class)
                        .answers(Account.class)
                        .by(this::createAccount),
                Route.delete("/service-accounts/{id}", "Remove a service account and its tokens")
                        .access(Permission.MANAGE_TOKENS)
                        .by(this::deleteAccount),
                Route.get("/tokens", "List my tokens, or those of somebody else")
                        .query("owner", "identity of a user or service account; needs MANAGE TOKENS")
                        .query("q", "part of the name")
                        .query("scope", "only those with this scope")
                        .pages(View.class)
                        .by(this::list),
                Route.post("/tokens", "Make a token")
                        .access(Access.user().withStepUp())
                        .body(NewToken.class)
                        .answers(View.class)
                        .by(this::create),
                Route.delete("/tokens/{id}", "Revoke a token").by(this::revoke));
    }

    private Object accounts(Request request) {
        UserFilter services = new UserFilter(
                request.query("q"),
                request.query("role"),
                ShortList.choice(request, "state", STATES)
                        .map(state -> User.State.valueOf(state.toUpperCase(Locale.ROOT))),
                Optional.of(true));
        var page = users.list(services, request.page());
        return page.map(this::account);
    }

    private Account account(User user) {
        return work.read(transaction -> {
            RoleLattice all = roles.all(transaction);
            return new Account(
                    user.id(),
                    user.name(),
                    user.displayName(),
                    Roles.names(all, roles.rolesOf(transaction, user.id())),
                    user.disabled(),
                    user.createdAt(),
                    user.version());
        });
    }

    private Object createAccount(Request request) {
        NewAccount wanted = request.body(NewAccount.class);
        User user = users.createService(
                request.principal(),
                new NewUser(
                        wanted.name(),
                        wanted.displayName(),
                        Optional.empty(),
                        Optional.empty(),
                        wanted.roles(),
                        Optional.empty()));
        return Answer.created("/service-accounts/" + user.id(), account(user)).version(user.version());
    }

    private Object deleteAccount(Request request) {
        String id = request.path("id");
        if (!users.find(id).service()) {
            throw Problem.notFound("there is no such service account");
        }
        users.delete(request.principal(), id, OptionalLong.empty());
        return Answer.none();
    }

    private Object list(Request request) {
        String owner =
                request.query("owner").orElseGet(() -> request.principal().requireUser());
        return ShortList.of(request, tokens.of(request.principal(), owner))
                .text(Token::name)
                .matching(
                        "scope",
                        (scope, token) ->
                                token.scopes().stream().map(Permission::label).anyMatch(scope::equals))
                .downwards(Token::id)
                .map(token -> view(token, Optional.empty()));
    }

    private Object create(Request request) {
        Tokens.Created created = tokens.create(request.principal(), request.body(NewToken.class));
        return Answer.created("/tokens/" + created.token().id(), view(created.token(), Optional.of(created.secret())));
    }

    private Object revoke(Request request) {
        tokens.revoke(request.principal(), request.path("id"));
        return Answer.none();
    }

    private static View view(Token token, Optional<String> secret) {
        return new View(
                token.id(),
                token.name(),
                token.ownerName(),
                token.ownerId(),
                token.scopes().stream().map(Permission::label).sorted().toList(),
                token.sources(),
                token.createdAt(),
                token.expiresAt(),
                token.lastUsedAt(),
                token.lastSource(),
                secret);
    }
}
