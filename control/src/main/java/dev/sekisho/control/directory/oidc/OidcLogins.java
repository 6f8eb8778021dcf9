package dev.sekisho.control.directory.oidc;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sekisho.control.directory.Admissions;
import dev.sekisho.control.directory.ConnectedDirectory;
import dev.sekisho.control.directory.Connection;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Kind;
import dev.sekisho.control.directory.Person;
import dev.sekisho.control.directory.redirect.LoginOutcome;
import dev.sekisho.control.directory.redirect.PendingLogins;
import dev.sekisho.control.web.Problem;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Logins at OpenID providers. Thread-safe.
///
/// Nonce and code verifier are made of both the login's state, which goes by the provider, and the browser's secret,
/// which does not: neither the provider nor the database alone is enough to finish a login.
public final class OidcLogins {
    private static final System.Logger LOG = System.getLogger(OidcLogins.class.getName());

    private final Parts parts;
    private final TokenRequests requests;
    private final Providers providers;
    private final IdTokens tokens;
    private final String redirectUri;

    /// What logins need.
    ///
    /// @param origin where browsers find the server, such as `https://sekisho.example.org`
    public record Parts(PendingLogins pending, Admissions admissions, Outgoing outgoing, URI origin) {}

    public OidcLogins(Parts parts, InstantSource clock) {
        this.parts = parts;
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
    /// @param source the browser's address
    /// @throws Problem 404 for a directory that is none of this kind, 503 when the provider can't be asked
    public Started start(String directoryId, String target, String source) {
        ConnectedDirectory directory =
                parts.pending().directory(Kind.OIDC, directoryId).directory();
        OidcSettings settings = OidcSettings.of(directory.settings());
        Metadata provider;
        try {
            provider = providers.metadata(settings);
        } catch (DirectoryException e) {
            LOG.log(Level.WARNING, "directory {0}: {1}: {2}", directory.name(), e.step(), e.detail());
            throw Problem.unavailable(directory.name() + " can't be asked: try again later, or ask an administrator");
        }
        PendingLogins.Begun begun = parts.pending().begin(directoryId, target, source);
        return new Started(address(settings, provider, begun), begun.browser());
    }

    private String address(OidcSettings settings, Metadata provider, PendingLogins.Begun begun) {
        String state = begun.state();
        String browser = begun.browser();
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", settings.clientId());
        query.put("redirect_uri", redirectUri);
        query.put("scope", String.join(" ", settings.scopes()));
        query.put("state", state);
        query.put("nonce", derived("nonce", state, browser));
        query.put("code_challenge", PendingLogins.hash(derived("verifier", state, browser)));
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

    /// Ends a login.
    public LoginOutcome finish(Callback callback) {
        return switch (parts.pending().arrive(Kind.OIDC, callback.state(), callback.browser())) {
            case PendingLogins.Arrival.Unknown unknown -> new LoginOutcome.Failed(unknown.text());
            case PendingLogins.Arrival.Known known -> finish(known, callback);
        };
    }

    private LoginOutcome finish(PendingLogins.Arrival.Known known, Callback callback) {
        try {
            return identified(known, callback);
        } catch (DirectoryException e) {
            String name = known.connection().directory().name();
            LOG.log(Level.WARNING, "directory {0}: {1}: {2}", name, e.step(), e.detail());
            return new LoginOutcome.Failed(
                    "The login at " + name + " did not work out. Try again; if it stays so, ask an administrator.");
        }
    }

    private LoginOutcome identified(PendingLogins.Arrival.Known known, Callback callback) {
        Connection connection = known.connection();
        ConnectedDirectory directory = connection.directory();
        OidcSettings settings = OidcSettings.of(directory.settings());
        Metadata provider = providers.metadata(settings);
        boolean named = callback.issuer().isPresent() || provider.namesItself();
        if (named && !callback.issuer().equals(Optional.of(settings.issuer()))) {
            throw new DirectoryException("issuer", "the answer comes from another provider", null);
        }
        if (callback.error().isPresent()) {
            return new LoginOutcome.Failed(ProviderErrors.text(callback.error().get(), directory.name()));
        }
        String code = callback.code().orElseThrow(() -> new DirectoryException("code", "no code came back", null));
        Person person = person(connection, new Arrived(settings, provider, code, callback));
        return parts.admissions()
                .admit(directory, person)
                .<LoginOutcome>map(user -> new LoginOutcome.Identified(directory.id(), user, known.target()))
                .orElseGet(() -> new LoginOutcome.Failed(
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

    private static String derived(String purpose, String state, String browser) {
        return PendingLogins.hash(purpose + "." + state + "." + browser);
    }
}
