package dev.sekisho.control.directory.saml;

import dev.sekisho.control.audit.DirectoryEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.directory.Admissions;
import dev.sekisho.control.directory.ConnectedDirectory;
import dev.sekisho.control.directory.Connection;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Kind;
import dev.sekisho.control.directory.redirect.LoginOutcome;
import dev.sekisho.control.directory.redirect.PendingLogins;
import dev.sekisho.control.web.Problem;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Logins at SAML identity providers. Thread-safe.
///
/// The identity of our request is the login's state: the provider signs it into the assertion (`InResponseTo`), the
/// browser brings it back beside its own secret, and it counts once. Responses that nobody asked for are refused.
/// `RelayState` is neither sent nor read: where a login goes on was decided when it began.
public final class SamlLogins implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SamlLogins.class.getName());

    /// XML names don't begin with a digit.
    private static final String ID_PREFIX = "_";

    /// A login under way has ended long before: after this nobody can bring its assertion again.
    private static final Duration REMEMBERED = Duration.ofDays(1);

    /// Whoever tries things out learns nothing of what was wrong: that is in the audit log.
    private static final String FAILED =
            "The login did not work out, or has expired. Start again; if it stays so, ask an administrator.";

    private final Parts parts;
    private final AuthnRequests requests;
    private final Assertions assertions;
    private final FailedLogins failures;
    private final InstantSource clock;

    /// What logins need.
    ///
    /// @param us who we are
    public record Parts(
            UnitOfWork work,
            PendingLogins pending,
            SpentAssertionStore spent,
            Admissions admissions,
            ServiceProvider us) {}

    public SamlLogins(Parts parts, InstantSource clock) {
        this.parts = parts;
        this.clock = clock;
        requests = new AuthnRequests(parts.us(), clock);
        assertions = new Assertions(clock);
        failures = new FailedLogins(parts.work(), clock);
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
    /// @throws Problem 404 for a directory that is none of this kind, 503 when its key for requests can't be used
    public Started start(String directoryId, String target, String source) {
        Connection connection = parts.pending().directory(Kind.SAML, directoryId);
        ConnectedDirectory directory = connection.directory();
        PendingLogins.Begun begun = parts.pending().begin(directoryId, target, source);
        try {
            String url = requests.address(
                    SamlSettings.of(directory.settings()), ID_PREFIX + begun.state(), connection.secret());
            return new Started(url, begun.browser());
        } catch (DirectoryException e) {
            LOG.log(Level.WARNING, "directory {0}: {1}: {2}", directory.name(), e.step(), e.detail());
            throw Problem.unavailable(directory.name() + " is not set up rightly: ask an administrator");
        }
    }

    /// Ends a login.
    ///
    /// @param response as it came: XML in base 64
    /// @param browser what the browser kept
    /// @param source the browser's address, for the audit log
    public LoginOutcome finish(String response, Optional<String> browser, String source) {
        Responses.Unverified unverified;
        try {
            unverified = Responses.read(response);
        } catch (DirectoryException e) {
            return failed("", e, source);
        }
        Optional<String> state = unverified
                .inResponseTo()
                .filter(id -> id.startsWith(ID_PREFIX))
                .map(id -> id.substring(ID_PREFIX.length()));
        return switch (parts.pending().arrive(Kind.SAML, state, browser)) {
            case PendingLogins.Arrival.Unknown unknown ->
                failed("", new DirectoryException("login", unknown.text(), null), source);
            case PendingLogins.Arrival.Known known -> finish(known, unverified, source);
        };
    }

    private LoginOutcome finish(PendingLogins.Arrival.Known known, Responses.Unverified response, String source) {
        ConnectedDirectory directory = known.connection().directory();
        try {
            Responses.Expected expected = new Responses.Expected(
                    SamlSettings.of(directory.settings()),
                    parts.us(),
                    response.inResponseTo().orElse(""));
            Asserted asserted = assertions.checked(expected, Responses.verified(expected, response));
            spend(expected.settings().entityId(), asserted);
            return parts.admissions()
                    .admit(directory, new SamlPerson(expected.settings().attributes(), asserted).person())
                    .<LoginOutcome>map(user -> new LoginOutcome.Identified(directory.id(), user, known.target()))
                    .orElseGet(() -> new LoginOutcome.Failed(
                            directory.name() + " knows you, but you may not log in here. Ask an administrator."));
        } catch (DirectoryException e) {
            return failed(directory.name(), e, source);
        }
    }

    /// An assertion counts once, whatever request it answers.
    private void spend(String provider, Asserted asserted) {
        Instant now = clock.instant();
        Instant longest = now.plus(REMEMBERED);
        Instant until = asserted.endsAt().isBefore(longest) ? asserted.endsAt() : longest;
        String hash = PendingLogins.hash(provider + " " + asserted.id());
        boolean isFirst = parts.work().housekeeping(transaction -> parts.spent().spend(transaction, hash, until, now));
        if (!isFirst) {
            throw new DirectoryException("assertion", "it was used before", null);
        }
    }

    private LoginOutcome failed(String directory, DirectoryException e, String source) {
        LOG.log(Level.DEBUG, "directory {0}: {1}: {2}", directory, e.step(), e.detail());
        failures.add(new DirectoryEvent.LoginFailed(directory, e.step(), e.detail(), 1), source);
        return new LoginOutcome.Failed(FAILED);
    }

    /// Records failures that are told together. To be called every few seconds.
    public void tick() {
        failures.recordEnded();
    }

    /// Records those that are left.
    @Override
    public void close() {
        failures.recordAll();
    }
}
