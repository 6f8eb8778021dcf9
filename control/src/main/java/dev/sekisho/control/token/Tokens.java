package dev.sekisho.control.token;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.TokenEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Authenticator;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Permission;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The API tokens, and who comes with one. Thread-safe.
public final class Tokens implements Authenticator {
    /// How long a token lives when nobody says otherwise.
    static final Duration DEFAULT_LIFE = Duration.ofDays(365);

    /// How long a token may live.
    private static final Duration MAX_LIFE = Duration.ofDays(5 * 365);

    /// A use is written down once a minute at most.
    private static final Duration USE_STEP = Duration.ofMinutes(1);

    private static final int MAX_PER_OWNER = 100;

    private final UnitOfWork work;
    private final TokenStore store;
    private final Users users;
    private final Roles roles;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public Tokens(UnitOfWork work, TokenStore store, Users users, Roles roles, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.users = users;
        this.roles = roles;
        this.clock = clock;
    }

    /// A token that was made.
    ///
    /// @param secret the token itself; shown once
    public record Created(Token token, String secret) {
        @Override
        public String toString() {
            return "Created[" + token.name() + "]";
        }
    }

    /// Makes a token.
    ///
    /// @throws Problem when its scopes are more than its owner or its maker may do, or it is for
    ///     somebody else and its maker may not make those
    public Created create(Principal by, NewToken wanted) {
        if (by.via() == Actor.Via.TOKEN && !by.may(Permission.MANAGE_TOKENS)) {
            throw Problem.forbidden("a token makes no tokens, unless it has the scope MANAGE TOKENS");
        }
        String ownerId = wanted.owner().orElseGet(by::requireUser);
        if (!by.userId().equals(Optional.of(ownerId)) && !by.may(Permission.MANAGE_TOKENS)) {
            throw Problem.forbidden("tokens of others need the permission MANAGE TOKENS");
        }
        Instant now = now();
        Instant expiresAt = wanted.expiresAt().orElse(now.plus(DEFAULT_LIFE));
        if (!expiresAt.isAfter(now) || expiresAt.isAfter(now.plus(MAX_LIFE))) {
            throw Problem.invalid("expiresAt", "a token ends in the future, within five years");
        }
        return work.change(by.actor(), transaction -> {
            User owner = users.find(transaction, ownerId)
                    .orElseThrow(() -> Problem.invalid("owner", "there is no such user"));
            Authority.require(by, wanted.permissions(), "making this token");
            requireOwned(transaction, owner, wanted.permissions());
            if (store.of(transaction, ownerId).size() >= MAX_PER_OWNER) {
                throw Problem.conflict("there are " + MAX_PER_OWNER + " tokens already: revoke some first");
            }
            Created created = insert(transaction, owner, wanted, expiresAt);
            return Change.of(created, new TokenEvent.Created(wanted.name(), owner.name(), wanted.scopes()));
        });
    }

    private void requireOwned(Transaction transaction, User owner, Set<Permission> scopes) {
        if (!roles.permissionsOf(transaction, owner.id()).containsAll(scopes)) {
            throw Problem.invalid("scopes", "a token can't do more than its owner may");
        }
    }

    /// Makes a token for the command line of a user who has let it in, in the caller's transaction.
    ///
    /// @return the token itself, and what to record
    public Created createForCommandLine(Transaction transaction, User owner, String name, Duration life) {
        List<String> scopes = roles.permissionsOf(transaction, owner.id()).stream()
                .map(Permission::label)
                .sorted()
                .toList();
        NewToken wanted = new NewToken(name, Optional.empty(), scopes, Optional.empty(), Optional.empty());
        return insert(transaction, owner, wanted, now().plus(life));
    }

    private Created insert(Transaction transaction, User owner, NewToken wanted, Instant expiresAt) {
        String secret = TokenText.next(random, TokenText.API);
        Token token = new Token(
                Ids.next(clock.millis()),
                wanted.name(),
                owner.id(),
                owner.name(),
                wanted.permissions(),
                wanted.sources().orElse(List.of()),
                now(),
                Optional.of(expiresAt),
                Optional.empty(),
                Optional.empty());
        store.insert(transaction, token, TokenText.hash(secret));
        return new Created(token, secret);
    }

    /// The tokens of an owner.
    ///
    /// @throws Problem 403 when they are not one's own and one may not see others'
    public List<Token> of(Principal by, String ownerId) {
        if (!by.userId().equals(Optional.of(ownerId)) && !by.may(Permission.MANAGE_TOKENS)) {
            throw Problem.forbidden("tokens of others need the permission MANAGE TOKENS");
        }
        return work.read(transaction -> store.of(transaction, ownerId));
    }

    /// Revokes a token, at once.
    ///
    /// @throws Problem 404 when there is none, or it is somebody else's and none of `by`'s business
    public void revoke(Principal by, String id) {
        work.change(by.actor(), transaction -> {
            Token token = store.find(transaction, id)
                    .filter(found ->
                            by.userId().equals(Optional.of(found.ownerId())) || by.may(Permission.MANAGE_TOKENS))
                    .orElseThrow(() -> Problem.notFound("there is no such token"));
            store.delete(transaction, id);
            return Change.of(true, new TokenEvent.Revoked(token.name(), token.ownerName()));
        });
    }

    @Override
    public Optional<Authenticated> authenticate(Credentials credentials) {
        return credentials
                .bearer()
                .filter(text -> TokenText.isToken(text, TokenText.API))
                .flatMap(text -> authenticate(text, credentials.source()));
    }

    private Optional<Authenticated> authenticate(String text, String source) {
        record Found(Token token, Set<Permission> permissions) {}
        byte[] hash = TokenText.hash(text);
        Instant now = now();
        Optional<Found> found = work.read(transaction -> store.byHash(transaction, hash)
                .filter(token -> token.expiresAt().filter(now::isBefore).isPresent())
                .filter(token -> isAllowed(token, source))
                .map(token -> new Found(token, effective(transaction, token))));
        found.ifPresent(use -> remember(use.token(), now, source));
        return found.map(use -> new Authenticated(
                new Principal(
                        Optional.of(use.token().ownerId()),
                        use.token().ownerName(),
                        Actor.Via.TOKEN,
                        use.token().id(),
                        use.permissions(),
                        true,
                        Optional.empty(),
                        source),
                Optional.empty()));
    }

    private Set<Permission> effective(Transaction transaction, Token token) {
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        permissions.addAll(roles.permissionsOf(transaction, token.ownerId()));
        permissions.retainAll(token.scopes());
        return permissions;
    }

    private static boolean isAllowed(Token token, String source) {
        if (token.sources().isEmpty()) {
            return true;
        }
        int zone = source.indexOf('%');
        Cidr address = Cidr.parse(zone < 0 ? source : source.substring(0, zone));
        return token.sources().stream()
                .map(Cidr::parse)
                .anyMatch(block -> block.contains(address.high(), address.low()));
    }

    private void remember(Token token, Instant now, String source) {
        boolean recent =
                token.lastUsedAt().filter(at -> at.isAfter(now.minus(USE_STEP))).isPresent();
        if (!recent || !token.lastSource().equals(Optional.of(source))) {
            // A disk that is full, or a database that only reads, makes no token wrong.
            work.soon("token " + token.id(), transaction -> store.used(transaction, token.id(), now, source));
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
