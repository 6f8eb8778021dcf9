package dev.sekisho.control.directory.redirect;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.directory.Connection;
import dev.sekisho.control.directory.Kind;
import dev.sekisho.control.directory.UserDirectories;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.RateLimits;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;

/// Logins that are under way at another site. Thread-safe.
///
/// A login has a state, which goes by the other site, and a secret of the browser, which does not. Only hashes of them
/// are kept: nobody who reads the database can finish a login.
public final class PendingLogins {
    /// How long somebody may take at the other site.
    public static final Duration LIFE = Duration.ofMinutes(10);

    private static final System.Logger LOG = System.getLogger(PendingLogins.class.getName());

    /// Logins under way in all; more are somebody filling the disk.
    static final long MAX_PENDING = 100_000;

    /// Logins under way of one site ([RateLimits#site]). Whoever begins more ends their own oldest ones and nobody
    /// else's, so a thousand sites have to work together before others lose any.
    static final long SHARE = 100;

    private static final int SECRET_BYTES = 32;

    private final UnitOfWork work;
    private final PendingLoginStore store;
    private final UserDirectories directories;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public PendingLogins(UnitOfWork work, PendingLoginStore store, UserDirectories directories, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.directories = directories;
        this.clock = clock;
    }

    /// A directory by which people log in at another site.
    ///
    /// @throws Problem 404 when it is none of this kind, or switched off
    public Connection directory(Kind kind, String id) {
        Connection connection = directories.connection(id);
        if (connection.directory().kind() != kind || !connection.directory().enabled()) {
            throw Problem.notFound("there is no such way to log in");
        }
        return connection;
    }

    /// A login that was begun.
    ///
    /// @param state goes by the other site; 43 characters of base 64 for URLs
    /// @param browser what the browser keeps until it is back
    public record Begun(String state, String browser) {
        @Override
        public String toString() {
            return "Begun[hidden]";
        }
    }

    /// Begins one. Where there is no room the oldest give way: those of the same site first.
    ///
    /// @param target where it goes on; a path of the portal, or the portal's first page is taken
    /// @param source the browser's address
    public Begun begin(String directoryId, String target, String source) {
        Begun begun = new Begun(secret(), secret());
        String site = RateLimits.site(source);
        work.housekeeping(transaction -> {
            makeRoom(transaction, site);
            store.insert(
                    transaction,
                    new PendingLoginStore.Pending(
                            hash(begun.state()),
                            directoryId,
                            hash(begun.browser()),
                            LocalPath.of(target),
                            clock.instant().plus(LIFE),
                            site));
            return true;
        });
        return begun;
    }

    private void makeRoom(Transaction transaction, String site) {
        long surplus = store.purge(transaction, clock.instant()) - MAX_PENDING + 1;
        long own = store.count(transaction, site);
        long ofOwn = Math.max(0, Math.max(own - SHARE + 1, Math.min(own, surplus)));
        if (ofOwn > 0) {
            store.removeOldest(transaction, site, ofOwn);
        }
        if (surplus > ofOwn) {
            store.removeOldest(transaction, surplus - ofOwn);
        }
    }

    /// A browser that came back.
    public sealed interface Arrival {
        /// From a login that was begun in it.
        ///
        /// @param target where it goes on in the portal
        record Known(Connection connection, String target) implements Arrival {}

        /// From none that can go on.
        ///
        /// @param text for the person
        record Unknown(String text) implements Arrival {}
    }

    /// Takes a login out: whatever comes of it, it can't be finished again.
    ///
    /// @param state what the other site gave back
    /// @param browser what the browser kept
    public Arrival arrive(Kind kind, Optional<String> state, Optional<String> browser) {
        Optional<PendingLoginStore.Pending> pending = state.flatMap(
                        given -> work.housekeeping(transaction -> store.take(transaction, hash(given))))
                .filter(found -> clock.instant().isBefore(found.expiresAt()))
                .filter(found -> browser.filter(kept -> isSame(hash(kept), found.browserHash()))
                        .isPresent());
        if (pending.isEmpty()) {
            return new Arrival.Unknown(
                    "This login has expired, was finished already, or began in another browser. Start again.");
        }
        try {
            return new Arrival.Known(
                    directory(kind, pending.get().directoryId()), pending.get().target());
        } catch (Problem e) {
            LOG.log(Level.DEBUG, "a directory was removed or switched off while somebody logged in", e);
            return new Arrival.Unknown("This way to log in is not there any more, or is switched off.");
        }
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// SHA-256 in base 64 for URLs, without padding.
    public static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }
}
