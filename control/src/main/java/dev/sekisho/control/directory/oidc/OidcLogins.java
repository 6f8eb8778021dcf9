package dev.sekisho.control.directory.oidc;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.directory.Admissions;
import dev.sekisho.control.directory.ConnectedDirectory;
import dev.sekisho.control.directory.Connection;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Kind;
import dev.sekisho.control.directory.Person;
import dev.sekisho.control.directory.UserDirectories;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.web.Problem;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Logins at OpenID providers. Thread-safe.
///
/// A login has a state, which goes by the provider, and a secret of the browser, which does not. Nonce and code
/// verifier
/// are made of both, so that neither the provider nor the database alone is enough to finish a login.
public final class OidcLogins {
    /// How long somebody may take at the provider.
    public static final Duration LIFE = Duration.ofMinutes(10);

    private static final System.Logger LOG = System.getLogger(OidcLogins.class.getName());

    /// Logins under way; more are somebody filling the disk.
    private static final long MAX_PENDING = 100_000;

    private static final int SECRET_BYTES = 32;

    private final Parts parts;
    private final TokenRequests requests;
    private final Providers providers;
    private final IdTokens tokens;
    private final String redirectUri;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /// What logins need.
    ///
    /// @param origin where browsers find the server, such as `https://sekisho.example.org`
    public record Parts(
            UnitOfWork work,
            OidcLoginStore store,
            UserDirectories directories,
            Admissions admissions,
            Outgoing outgoing,
            URI origin) {}

    public OidcLogins(Parts parts, InstantSource clock) {
        this.parts = parts;
        this.clock = clock;
        Outgoing bounded = new BoundedOutgoing(parts.outgoing());
        requests = new TokenRequests(bounded);
        providers = new Providers(bounded, clock);
        tokens = new IdTokens(providers, clock);
        redirectUri = parts.origin().resolve(OidcApi.CALLBACK).toString();
    }

    /// A login that was begun.
    ///
    /// @param url where the browser goes
    /// @param browser what the browser keeps until it is back
    public record Started(String url, String browser) {
        @Override
        public String toString() {
            return "Started[hidden]";
        }
    }

    /// Begins a login.
    ///
    /// @param target where it goes on; a path of the portal
    /// @throws Problem 404 for a directory that is none of this kind, 503 when the provider can't be asked
    public Started start(String directoryId, String target) {
        Connection connection = parts.directories().connection(directoryId);
        ConnectedDirectory directory = connection.directory();
        if (directory.kind() != Kind.OIDC || !directory.enabled()) {
            throw Problem.notFound("there is no such way to log in");
        }
        OidcSettings settings = OidcSettings.of(directory.settings());
        Metadata provider;
        try {
            provider = providers.metadata(settings);
        } catch (DirectoryException e) {
            LOG.log(Level.WARNING, "directory {0}: {1}: {2}", directory.name(), e.step(), e.detail());
            throw Problem.unavailable(directory.name() + " can't be asked: try again later, or ask an administrator");
        }
        String state = secret();
        String browser = secret();
        parts.work().housekeeping(transaction -> {
            if (parts.store().purge(transaction, clock.instant()) >= MAX_PENDING) {
                throw Problem.tooMany("too many logins are under way: try again in ten minutes");
            }
            parts.store()
                    .insert(
                            transaction,
                            new OidcLoginStore.Pending(
                                    hash(state),
                                    directoryId,
                                    hash(browser),
                                    LocalPath.of(target),
                                    clock.instant().plus(LIFE)));
            return true;
        });
        return new Started(address(settings, provider, state, browser), browser);
    }

    private String address(OidcSettings settings, Metadata provider, String state, String browser) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", settings.clientId());
        query.put("redirect_uri", redirectUri);
        query.put("scope", String.join(" ", settings.scopes()));
        query.put("state", state);
        query.put("nonce", derived("nonce", state, browser));
        query.put("code_challenge", hash(derived("verifier", state, browser)));
        query.put("code_challenge_method", "S256");
        String more = provider.authorization().getRawQuery() == null ? "?" : "&";
        return provider.authorization() + more + TokenRequests.query(query);
    }

    /// What the browser brought back.
    ///
    /// @param issuer who the answer says that it is from
    /// @param browser what the browser kept
    public record Callback(
            Optional<String> state,
            Optional<String> code,
            Optional<String> error,
            Optional<String> issuer,
            Optional<String> browser) {
        @Override
        public String toString() {
            return "Callback[hidden]";
        }
    }

    /// How a login ended.
    public sealed interface Outcome {
        /// It is somebody who may come in.
        record Identified(String directory, NewUser user, String target) implements Outcome {}

        /// It failed.
        ///
        /// @param text for the person
        record Failed(String text) implements Outcome {}
    }

    /// Ends a login.
    public Outcome finish(Callback callback) {
        Optional<OidcLoginStore.Pending> pending = callback.state()
                .flatMap(state ->
                        parts.work().housekeeping(transaction -> parts.store().take(transaction, hash(state))))
                .filter(found -> clock.instant().isBefore(found.expiresAt()))
                .filter(found -> callback.browser()
                        .filter(browser -> isSame(hash(browser), found.browserHash()))
                        .isPresent());
        if (pending.isEmpty()) {
            return new Outcome.Failed(
                    "This login has expired, was finished already, or began in another browser. Start again.");
        }
        Connection connection;
        try {
            connection = parts.directories().connection(pending.get().directoryId());
        } catch (Problem e) {
            LOG.log(Level.DEBUG, "a directory was removed while somebody logged in", e);
            return new Outcome.Failed("This way to log in is not there any more.");
        }
        if (!connection.directory().enabled()) {
            return new Outcome.Failed("This way to log in is switched off.");
        }
        try {
            return identified(connection, pending.get(), callback);
        } catch (DirectoryException e) {
            String name = connection.directory().name();
            LOG.log(Level.WARNING, "directory {0}: {1}: {2}", name, e.step(), e.detail());
            return new Outcome.Failed(
                    "The login at " + name + " did not work out. Try again; if it stays so, ask an administrator.");
        }
    }

    private Outcome identified(Connection connection, OidcLoginStore.Pending pending, Callback callback) {
        ConnectedDirectory directory = connection.directory();
        OidcSettings settings = OidcSettings.of(directory.settings());
        Metadata provider = providers.metadata(settings);
        boolean named = callback.issuer().isPresent() || provider.namesItself();
        if (named && !callback.issuer().equals(Optional.of(settings.issuer()))) {
            throw new DirectoryException("issuer", "the answer comes from another provider", null);
        }
        if (callback.error().isPresent()) {
            return new Outcome.Failed(ProviderErrors.text(callback.error().get(), directory.name()));
        }
        String code = callback.code().orElseThrow(() -> new DirectoryException("code", "no code came back", null));
        Person person = person(connection, new Arrived(settings, provider, code, callback));
        return parts.admissions()
                .admit(directory, person)
                .<Outcome>map(user -> new Outcome.Identified(directory.id(), user, pending.target()))
                .orElseGet(() -> new Outcome.Failed(
                        directory.name() + " knows you, but you may not log in here. Ask an administrator."));
    }

    private record Arrived(OidcSettings settings, Metadata provider, String code, Callback callback) {}

    private Person person(Connection connection, Arrived arrived) {
        String state = arrived.callback().state().orElseThrow();
        String browser = arrived.callback().browser().orElseThrow();
        TokenRequests.Tokens answer = requests.exchange(
                arrived.settings(),
                arrived.provider(),
                connection.secret(),
                new TokenRequests.Exchange(arrived.code(), redirectUri, derived("verifier", state, browser)));
        JWTClaimsSet claims = tokens.check(
                new IdTokens.Expected(
                        arrived.settings(), arrived.provider(), derived("nonce", state, browser), answer.accessToken()),
                answer.idToken());
        Map<String, Object> all = new LinkedHashMap<>(claims.getClaims());
        if (arrived.settings().userInfo()) {
            requests.userInfo(arrived.provider(), claims.getSubject(), answer.accessToken())
                    .forEach(all::putIfAbsent);
        }
        return new OidcClaims(arrived.settings().claims(), all).person();
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return text(bytes);
    }

    private static String derived(String purpose, String state, String browser) {
        return hash(purpose + "." + state + "." + browser);
    }

    private static String hash(String text) {
        return text(IdTokens.digest("SHA-256", text));
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
