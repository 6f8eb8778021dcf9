package dev.sekisho.control.login;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.factor.FactorPolicies;
import dev.sekisho.control.factor.FactorTools;
import dev.sekisho.control.factor.JdbcFactorPolicyStore;
import dev.sekisho.control.factor.JdbcFactorStore;
import dev.sekisho.control.factor.Kind;
import dev.sekisho.control.factor.Mailer;
import dev.sekisho.control.factor.MyFactors;
import dev.sekisho.control.factor.PolicyEffects;
import dev.sekisho.control.factor.Proof;
import dev.sekisho.control.factor.PublicHost;
import dev.sekisho.control.factor.Seals;
import dev.sekisho.control.factor.SecondFactors;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.role.JdbcRoleStore;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.token.JdbcTokenStore;
import dev.sekisho.control.token.RootTokens;
import dev.sekisho.control.token.TokenRevocation;
import dev.sekisho.control.token.Tokens;
import dev.sekisho.control.totp.TotpSecret;
import dev.sekisho.control.tries.JdbcTryStore;
import dev.sekisho.control.tries.Tries;
import dev.sekisho.control.user.FirstAdministrator;
import dev.sekisho.control.user.JdbcUserStore;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Authenticator;
import dev.sekisho.control.web.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// All of users, roles, factors, tokens and logins on a database, with cheap password hashes and a clock that tests
/// move. Owner: one test.
public final class Identity implements AutoCloseable {
    public static final String PASSWORD = "brown horse walks uphill";

    public final TestClock clock = new TestClock();
    public final List<ControlEvent> events = new CopyOnWriteArrayList<>();
    public final List<String> mails = new CopyOnWriteArrayList<>();
    public boolean mailIsSetUp = true;
    public final Database database;
    public final UnitOfWork work;
    public final Tries tries;
    public final Passwords passwords = new Passwords(new Argon2.Cost(64, 1));
    public final JdbcLoginStore loginStore = new JdbcLoginStore();
    public final Roles roles;
    public final Users users;
    public final FactorPolicies policies;
    public final SecondFactors factors;
    public final PolicyEffects effects;
    public final MyFactors mine;
    public final Sessions sessions;
    public final Logins logins;
    public final Tokens tokens;
    public final RootTokens rootTokens;
    public final DeviceCodes deviceCodes;
    public final String firstPassword;
    public final List<Directory> directories = new CopyOnWriteArrayList<>();

    public Identity(Database database) {
        this.database = database;
        work = new UnitOfWork(database, new JdbcAuditLog(clock));
        work.onCommit((committed, _) -> events.addAll(committed));
        tries = new Tries(work, new JdbcTryStore(), clock);
        roles = new Roles(work, new JdbcRoleStore(), clock);
        users = new Users(
                work,
                new JdbcUserStore(),
                roles,
                new InternalCredentials(
                        new InternalCredentials.Parts(
                                loginStore, passwords, tries, new TokenRevocation(new JdbcTokenStore())),
                        clock),
                clock);
        policies = new FactorPolicies(work, new JdbcFactorPolicyStore(), roles);
        FactorTools tools = new FactorTools(
                new JdbcFactorStore(),
                tries,
                new OwnedSeals(),
                new TestMailer(),
                new PublicHost("portal.test", Set.of("https://portal.test")));
        factors = new SecondFactors(work, tools, users, policies, clock);
        effects = new PolicyEffects(new PolicyEffects.Parts(work, policies, factors, users, roles, tools.mailer()));
        mine = new MyFactors(work, tools, users, factors, clock);
        sessions =
                new Sessions(new Sessions.Parts(work, loginStore, users, roles, factors), LoginLimits.STANDARD, clock);
        logins = new Logins(
                new Logins.Parts(
                        work, loginStore, users, sessions, factors, passwords, tries, () -> List.copyOf(directories)),
                clock);
        tokens = new Tokens(work, new JdbcTokenStore(), users, roles, clock);
        rootTokens = new RootTokens(clock);
        deviceCodes =
                new DeviceCodes(new DeviceCodes.Parts(work, new JdbcDeviceCodeStore(), users, tokens, tries), clock);
        firstPassword = new FirstAdministrator(users, roles).ensure().orElse("");
    }

    /// Keeps mails, if there is a mail server.
    private final class TestMailer implements Mailer {
        @Override
        public boolean isSetUp(Transaction transaction) {
            return mailIsSetUp;
        }

        @Override
        public void send(String address, String subject, String body) {
            mails.add(address + " " + body);
        }
    }

    /// Binds what is sealed to its owner, as the vault does.
    private static final class OwnedSeals implements Seals {
        private static byte[] mask(String owner, byte[] bytes) {
            try {
                byte[] pad = MessageDigest.getInstance("SHA-512").digest(owner.getBytes(StandardCharsets.UTF_8));
                byte[] masked = bytes.clone();
                for (int i = 0; i < masked.length; i++) {
                    masked[i] ^= pad[i % pad.length];
                }
                return masked;
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public byte[] seal(String owner, byte[] clear) {
            return mask(owner, clear);
        }

        @Override
        public byte[] open(String owner, byte[] sealed) {
            return mask(owner, sealed);
        }
    }

    /// A user with these roles.
    public User user(String name, String... roleNames) {
        return users.create(
                        Authority.ROOT,
                        new NewUser(
                                name,
                                Optional.empty(),
                                Optional.of(name + "@example.org"),
                                Optional.of(PASSWORD),
                                Optional.of(Arrays.asList(roleNames)),
                                Optional.empty()))
                .user();
    }

    public static Sessions.Client from(String source) {
        return new Sessions.Client(Optional.empty(), Optional.empty(), source, "test");
    }

    /// Logs in with a name and a password.
    public Sessions.Opened login(String name, String password) {
        return logins.login(new Logins.Attempt(name, password, Optional.empty(), from("192.0.2.1")));
    }

    /// Who comes with a session's secret.
    public Optional<Principal> with(String secret) {
        return sessions.authenticate(
                        new Authenticator.Credentials(Optional.of(secret), Optional.empty(), "192.0.2.1", "test"))
                .map(Authenticator.Authenticated::principal);
    }

    /// Who comes with a token.
    public Optional<Principal> withToken(String token, String source) {
        Authenticator.Credentials credentials =
                new Authenticator.Credentials(Optional.empty(), Optional.of(token), source, "test");
        return tokens.authenticate(credentials)
                .or(() -> rootTokens.authenticate(credentials))
                .map(Authenticator.Authenticated::principal);
    }

    /// The secret in a `Set-Cookie` header.
    public static String secret(String cookie) {
        return cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'));
    }

    /// Sets up an authenticator app for whoever comes with a session.
    public App app(String secret) {
        Principal by = with(secret).orElseThrow();
        MyFactors.NewApp app = mine.addApp(by, "phone");
        TotpSecret seed = TotpSecret.parse(app.secret());
        mine.confirmApp(by, app.id(), code(seed));
        String next = sessions.proved(by, Kind.TOTP).map(Identity::secret).orElseThrow();
        return new App(seed, next);
    }

    /// An app, and the session's secret after its set-up.
    public record App(TotpSecret seed, String secret) {}

    /// What an app shows now.
    public String code(TotpSecret seed) {
        return seed.codeAt(clock.instant().getEpochSecond());
    }

    /// Somebody logged in who has just shown a second factor.
    public Principal fresh(String name) {
        App app = app(login(name, PASSWORD).secret());
        return with(app.secret()).orElseThrow();
    }

    /// What somebody's second factor says.
    public SecondFactors.Outcome verify(String userId, Proof proof) {
        return factors.verify(Actor.SYSTEM, userId, proof);
    }

    /// Actions in the audit log, oldest first.
    public List<String> actions() {
        return events.stream().map(ControlEvent::action).toList();
    }

    @Override
    public void close() {
        database.close();
    }
}
