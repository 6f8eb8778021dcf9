package dev.sekisho.control.server;

import dev.sekisho.control.totp.TotpSecret;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The whole server on loopback, without a tunnel, with a clock that tests move.
final class ServerSite implements AutoCloseable {
    /// Keeps every rule for passwords.
    static final String PASSWORD = "correct horse battery staple 7";

    private static final Pattern ONE_TIME = Pattern.compile("password (\\S+) ");

    private final Path state;
    private final Optional<String> database;
    private final Optional<Path> places;
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private Server server;
    private String firstPassword = "";

    private ServerSite(Path state, Optional<String> database, Optional<Path> places) {
        this.state = state;
        this.database = database;
        this.places = places;
        this.server = launch();
    }

    /// A server with a new SQLite file.
    static ServerSite start(Path directory) throws IOException {
        return start(directory, Optional.empty());
    }

    /// A server with a database.
    static ServerSite start(Path directory, Optional<String> database) throws IOException {
        return new ServerSite(stateIn(directory), database, Optional.empty());
    }

    /// A server with a database of places.
    static ServerSite withPlaces(Path directory, Path places) throws IOException {
        return new ServerSite(stateIn(directory), Optional.empty(), Optional.of(places));
    }

    /// Another node on the database of this one, with the keys that nodes share.
    ServerSite join(Path directory) throws IOException {
        Path other = stateIn(directory);
        for (String key : List.of("master.key", "audit.key")) {
            Files.copy(state.resolve(key), other.resolve(key), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return new ServerSite(other, database, places);
    }

    /// A new state directory.
    static Path stateIn(Path directory) throws IOException {
        return Files.createDirectory(
                directory.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /// Options of a server on any loopback port.
    static ServerOptions options(Path state, Optional<String> database) {
        return options(state, database, Optional.empty());
    }

    private static ServerOptions options(Path state, Optional<String> database, Optional<Path> places) {
        return new ServerOptions(
                state,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                database,
                List.of("portal.example"),
                Optional.empty(),
                Optional.empty(),
                false,
                List.of(),
                places);
    }

    private Server launch() {
        InstantSource clock = now::get;
        Server started = Server.start(() -> options(state, database, places), clock);
        for (String line : started.announcements()) {
            Matcher matcher = ONE_TIME.matcher(line);
            if (matcher.find()) {
                firstPassword = matcher.group(1);
            }
        }
        return started;
    }

    /// Ends the server and starts it again on the same state.
    void restart() {
        server.close();
        server = launch();
    }

    /// As SIGHUP does.
    void reload() {
        server.reload();
    }

    int port() {
        return server.port();
    }

    Path state() {
        return state;
    }

    Instant now() {
        return now.get();
    }

    void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    /// A browser that nobody has used yet, at an address of its own.
    Visitor visitor() throws IOException, GeneralSecurityException {
        return new Visitor(this, trusting(state));
    }

    /// The administrator, after a first login with an authenticator app.
    Visitor admin() throws IOException, GeneralSecurityException {
        Visitor visitor = visitor();
        visitor.enter("admin", firstPassword, PASSWORD);
        return visitor;
    }

    /// Somebody new with these roles, after a first login.
    Visitor somebody(Visitor admin, String name, String... roles) throws IOException, GeneralSecurityException {
        Map<String, Object> made = admin.json(
                "POST",
                "/users",
                Json.text(Map.of("name", name, "roles", List.of(roles), "email", name + "@a.example")));
        Visitor visitor = visitor();
        visitor.enter(name, String.valueOf(made.get("initialPassword")), PASSWORD);
        return visitor;
    }

    /// The code of an app now; moves to the next step first, so that it is a fresh one.
    String code(TotpSecret seed) {
        pass(Duration.ofSeconds(TotpSecret.STEP_SECONDS));
        return seed.codeAt(now().getEpochSecond());
    }

    /// A context that trusts only the certificates of these servers.
    static SSLContext trusting(Path... states) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (Path state : states) {
            try (InputStream in = Files.newInputStream(state.resolve("tls/certificate.pem"))) {
                trusted.setCertificateEntry(
                        state.toString(),
                        CertificateFactory.getInstance("X.509").generateCertificate(in));
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    /// A JSON object.
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String json) {
        return Json.read(json.getBytes(StandardCharsets.ISO_8859_1), Map.class);
    }

    /// An object in an object.
    static Map<?, ?> inner(Map<String, Object> object, String name) {
        return (Map<?, ?>) Objects.requireNonNull(object.get(name), name);
    }

    /// A list in an object.
    static List<?> items(Map<String, Object> object, String name) {
        return (List<?>) Objects.requireNonNull(object.get(name), name);
    }

    @Override
    public void close() {
        server.close();
    }
}
