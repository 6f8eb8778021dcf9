package dev.sekisho.control.login;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.LoginEvent;
import dev.sekisho.control.audit.TokenEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.token.Tokens;
import dev.sekisho.control.tries.Budget;
import dev.sekisho.control.tries.Tries;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Permission;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Lets command lines in: one shows a short code, a person who is logged in types it in the portal, and the command
/// line gets a token of that person, once. Thread-safe. Source: RFC 8628.
public final class DeviceCodes {
    /// How long a code waits.
    static final Duration LIFE = Duration.ofMinutes(10);

    /// How often a command line may ask.
    static final Duration INTERVAL = Duration.ofSeconds(3);

    /// How long the token of a command line lives.
    private static final Duration TOKEN_LIFE = Duration.ofHours(12);

    /// No vowels, so that no words come out (RFC 8628 section 6.1).
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    private static final int MAX_CLIENT = 100;
    private static final int NUMBERS = 10_000;
    private static final int GUESSES = 10;

    private final UnitOfWork work;
    private final DeviceCodeStore store;
    private final Users users;
    private final Tokens tokens;
    private final Tries tries;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /// What it is made of.
    public record Parts(UnitOfWork work, DeviceCodeStore store, Users users, Tokens tokens, Tries tries) {}

    public DeviceCodes(Parts parts, InstantSource clock) {
        work = parts.work();
        store = parts.store();
        users = parts.users();
        tokens = parts.tokens();
        tries = parts.tries();
        this.clock = clock;
    }

    /// A code that was given out.
    ///
    /// @param secret for the command line only
    public record Started(String secret, String userCode) {
        @Override
        public String toString() {
            return "Started[hidden]";
        }
    }

    /// Gives out a code.
    ///
    /// @param client how the command line describes itself
    /// @throws Problem 429
    public Started start(String client, String source) {
        Budget budget = Budget.within("device-code", Addresses.client(source), Budget.PER_ADDRESS);
        if (!(tries.begin(List.of(budget)) instanceof Tries.Verdict.Admitted)) {
            throw Problem.tooMany("too many codes were asked for: wait a quarter of an hour");
        }
        String shown = client.replaceAll("[^\\x20-\\x7e]", "?").strip();
        DeviceCode code = new DeviceCode(
                Ids.next(clock.millis()),
                userCode(),
                shown.substring(0, Math.min(MAX_CLIENT, shown.length())),
                source,
                Optional.empty(),
                DeviceCode.State.PENDING,
                clock.instant().plus(LIFE));
        String secret = Secrets.next();
        work.housekeeping(transaction -> {
            store.insert(transaction, code, Secrets.hash(secret), clock.instant());
            return true;
        });
        return new Started(secret, code.userCode());
    }

    private String userCode() {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            code.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return code + "-" + String.format(Locale.ROOT, "%04d", random.nextInt(NUMBERS));
    }

    /// What waits under a code, so that a person sees whom they let in.
    ///
    /// @throws Problem 404, 429
    public DeviceCode find(Principal by, String userCode) {
        requireSession(by);
        Budget budget = Budget.within("device-guess", by.requireUser(), GUESSES);
        if (!(tries.begin(List.of(budget)) instanceof Tries.Verdict.Admitted)) {
            throw Problem.tooMany("too many codes were tried: wait a quarter of an hour");
        }
        return work.read(transaction -> waiting(transaction, userCode));
    }

    /// Lets a command line in, or refuses it.
    ///
    /// @throws Problem 404, 429
    public void decide(Principal by, String userCode, boolean approve) {
        String id = find(by, userCode).id();
        work.change(by.actor(), transaction -> {
            DeviceCode code = waiting(transaction, userCode);
            DeviceCode.State state = approve ? DeviceCode.State.APPROVED : DeviceCode.State.DENIED;
            if (!code.id().equals(id) || !store.decide(transaction, id, by.requireUser(), state)) {
                throw noSuchCode();
            }
            return Change.of(true, new LoginEvent.DeviceCodeDecided(by.name(), code.client(), approve));
        });
    }

    private DeviceCode waiting(Transaction transaction, String userCode) {
        String typed = userCode.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
        String code = typed.matches("[A-Z]{4}[0-9]{4}") ? typed.substring(0, 4) + "-" + typed.substring(4) : "";
        return store.waiting(transaction, code, clock.instant()).orElseThrow(DeviceCodes::noSuchCode);
    }

    private static Problem noSuchCode() {
        return Problem.notFound("no command line waits with this code: start it again");
    }

    private static void requireSession(Principal by) {
        if (by.via() != Actor.Via.SESSION) {
            throw Problem.forbidden("command lines are let in by people, in the portal");
        }
    }

    /// Asks for the token.
    ///
    /// @return the token, once
    /// @throws Problem 428 while nothing is decided, 403 when it was refused, 410 when it is over
    public Tokens.Created redeem(String secret, String source) {
        byte[] hash = Secrets.hash(secret);
        Optional<DeviceCode> seen = work.read(transaction -> store.byHash(transaction, hash));
        DeviceCode code = seen.filter(found -> clock.instant().isBefore(found.expiresAt()))
                .orElseThrow(() -> Problem.other(410, "expired", "this code is over: start again"));
        return switch (code.state()) {
            case PENDING -> throw Problem.other(428, "pending", "nobody has decided yet: ask again");
            case DENIED -> throw Problem.forbidden("denied", "you were not let in");
            case APPROVED -> redeem(code, source);
        };
    }

    private Tokens.Created redeem(DeviceCode code, String source) {
        User owner = users.find(code.userId().orElseThrow());
        Actor actor = new Actor(owner.name(), Optional.of(owner.id()), Actor.Via.LOGIN, source);
        return work.change(actor, transaction -> {
            boolean first = store.delete(transaction, code.id());
            if (!first || owner.disabled()) {
                throw Problem.other(410, "expired", "this code was used: start again");
            }
            String name = "command line " + code.client();
            Tokens.Created created = tokens.createForCommandLine(
                    transaction, owner, name.substring(0, Math.min(64, name.length())), TOKEN_LIFE);
            return Change.of(
                    created,
                    new TokenEvent.Created(
                            created.token().name(),
                            owner.name(),
                            created.token().scopes().stream()
                                    .map(Permission::label)
                                    .sorted()
                                    .toList()));
        });
    }
}
