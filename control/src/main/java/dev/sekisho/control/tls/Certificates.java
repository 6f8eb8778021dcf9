package dev.sekisho.control.tls;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/// The certificate of the HTTPS server (product lines C01 and G02). Made at first start unless there is one; a changed
/// file is shown to the next connection, and open ones stay. Thread-safe.
public final class Certificates {
    private static final System.Logger LOG = System.getLogger(Certificates.class.getName());

    /// Days before the end at which the operator is told.
    private static final List<Integer> WARNINGS = List.of(1, 7, 30);

    /// Our own certificates are made anew this long before their end.
    private static final Duration RENEWAL = Duration.ofDays(30);

    /// Where it is.
    ///
    /// @param certificate the chain in PEM form, the server's own first
    /// @param key its key in PEM form, PKCS#8
    /// @param given whether the operator named these files; then nothing is made
    /// @param names what a certificate made here is for: host names and addresses, the most important one first
    public record Place(Path certificate, Path key, boolean given, List<String> names) {
        public Place {
            names = List.copyOf(names);
        }

        /// Files named by the operator.
        public static Place given(Path certificate, Path key) {
            return new Place(certificate, key, true, List.of());
        }

        /// Files in the state directory, made when they are missing. Own files may take their place.
        public static Place in(Path state, List<String> names) {
            Path directory = state.resolve("tls");
            return new Place(directory.resolve("certificate.pem"), directory.resolve("key.pem"), false, names);
        }
    }

    /// How a file looked when it was read.
    private record Seen(List<FileTime> times, List<Long> sizes) {
        static Seen of(Place place) {
            try {
                return new Seen(
                        List.of(Files.getLastModifiedTime(place.certificate()), Files.getLastModifiedTime(place.key())),
                        List.of(Files.size(place.certificate()), Files.size(place.key())));
            } catch (IOException e) {
                return new Seen(List.of(), List.of());
            }
        }
    }

    private final Place place;
    private final InstantSource clock;
    private final CurrentKey key;
    private final SSLContext context;

    // Guarded by this object's monitor.
    private Seen seen;
    private int warnedAtDays = Integer.MAX_VALUE;

    private Certificates(Place place, InstantSource clock, Seen seen, CurrentKey key) {
        this.place = place;
        this.clock = clock;
        this.seen = seen;
        this.key = key;
        this.context = context(key);
    }

    /// Reads the certificate, and makes one before when there is none and none was named.
    ///
    /// @throws CertificateException when it can't be used; the message says what to do
    public static Certificates open(Place place, InstantSource clock) {
        if (!place.given() && !Files.exists(place.certificate())) {
            make(place, clock.instant());
        }
        Seen seen = Seen.of(place);
        Certificates certificates =
                new Certificates(place, clock, seen, new CurrentKey(PemFiles.read(place.certificate(), place.key())));
        certificates.watchExpiry();
        return certificates;
    }

    private static void make(Place place, Instant now) {
        try {
            Path directory = place.key().toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new CertificateException(place.key() + " can't be made: " + e.getMessage(), e);
        }
        SelfSigned.write(place.certificate(), place.key(), place.names(), now);
        LOG.log(Level.INFO, "made a self-signed certificate: {0}", place.certificate());
    }

    private static SSLContext context(CurrentKey key) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            // Nobody is asked for a certificate, so the authorities of the system need not be read.
            context.init(new KeyManager[] {key}, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /// What the server's connections are made by.
    public SSLContext context() {
        return context;
    }

    /// What new connections are shown.
    public ServerIdentity current() {
        return key.current();
    }

    /// The certificate's file, for those who pin it.
    public Path file() {
        return place.certificate();
    }

    /// To be called every few seconds: takes over changed files and tells when the end is near. A file that can't be
    /// used changes nothing.
    public synchronized void check() {
        Seen now = Seen.of(place);
        if (!now.equals(seen)) {
            seen = now;
            try {
                take();
            } catch (CertificateException e) {
                LOG.log(Level.WARNING, "the certificate stays as it was: {0}", e.getMessage());
            }
        }
        watchExpiry();
    }

    /// Reads the files again, changed or not.
    ///
    /// @throws CertificateException when they can't be used; then nothing changes
    public synchronized void reload() {
        seen = Seen.of(place);
        take();
    }

    private void take() {
        ServerIdentity next = PemFiles.read(place.certificate(), place.key());
        if (!next.certificate().equals(current().certificate())) {
            key.show(next);
            warnedAtDays = Integer.MAX_VALUE;
            LOG.log(Level.INFO, "new connections are shown the certificate {0}", next.fingerprint());
        }
    }

    private synchronized void watchExpiry() {
        Instant now = clock.instant();
        Duration left = Duration.between(now, current().expiresAt());
        if (left.compareTo(RENEWAL) < 0
                && !place.given()
                && SelfSigned.isOurs(current().certificate())) {
            renew(now);
            return;
        }
        for (int days : WARNINGS) {
            if (left.compareTo(Duration.ofDays(days)) <= 0 && days < warnedAtDays) {
                warnedAtDays = days;
                LOG.log(Level.WARNING, "{0}", sentence(left));
                return;
            }
        }
    }

    private void renew(Instant now) {
        try {
            SelfSigned.renew(place.certificate(), current(), place.names(), now);
            reload();
        } catch (CertificateException e) {
            LOG.log(Level.WARNING, "the self-signed certificate could not be made anew: {0}", e.getMessage());
        }
    }

    private String sentence(Duration left) {
        return left.isNegative()
                ? "the certificate " + place.certificate() + " has expired: replace it now"
                : "the certificate " + place.certificate() + " expires at "
                        + current().expiresAt() + ": replace it before";
    }

    /// What the operator should do about it, if anything.
    public Optional<String> concern() {
        Duration left = Duration.between(clock.instant(), current().expiresAt());
        return left.compareTo(Duration.ofDays(30)) <= 0 ? Optional.of(sentence(left)) : Optional.empty();
    }

    /// The protocols of the server: nothing older than TLS 1.2.
    public static Set<String> protocols() {
        return Set.of("TLSv1.2", "TLSv1.3");
    }
}
