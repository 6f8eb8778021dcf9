package dev.sekisho.control.server;

import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.node.NodeIdentity;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.state.StateDirectory;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.tls.CertificateException;
import dev.sekisho.control.tls.Certificates;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.control.web.HostNames;
import dev.sekisho.control.web.Idempotency;
import dev.sekisho.control.web.JdbcAnswerStore;
import dev.sekisho.control.web.OpenApi;
import dev.sekisho.control.web.RateLimits;
import dev.sekisho.control.web.WebOptions;
import dev.sekisho.control.web.WebServer;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The whole server, from its options to an answering portal and back. One owner thread; [#reload] may be called by
/// others.
///
/// What was started is ended in the opposite order, also when the start fails half way.
public final class Server implements AutoCloseable {
    /// The program's version.
    public static final String VERSION = "0.1.0";

    private static final System.Logger LOG = System.getLogger(Server.class.getName());
    private static final long CHECK_SECONDS = 5;

    private final Deque<AutoCloseable> started;
    private final Supplier<ServerOptions> read;
    private volatile HostNames hosts;

    // Set once by start.
    private List<Runnable> reloads = List.of();
    private List<String> addresses = List.of();
    private String fingerprint = "";
    private List<String> announcements = List.of();
    private int port;

    private Server(Deque<AutoCloseable> started, Supplier<ServerOptions> read, HostNames hosts) {
        this.started = started;
        this.read = read;
        this.hosts = hosts;
    }

    /// Starts everything.
    ///
    /// @param read reads the options, now and when they are read anew; only names are taken over then
    /// @throws RuntimeException with a sentence when something can't start
    public static Server start(Supplier<ServerOptions> read, InstantSource clock) {
        ServerOptions options = read.get();
        Server server = new Server(new ArrayDeque<>(), read, HostNames.of(options.hostNames()));
        boolean done = false;
        try {
            server.start(options, clock);
            done = true;
            return server;
        } finally {
            if (!done) {
                server.close();
            }
        }
    }

    private void start(ServerOptions options, InstantSource clock) {
        StateDirectory state = StateDirectory.claim(options.state());
        started.push(state);
        // Reading keys and opening the database take about as long, and need nothing of each other.
        FutureTask<Certificates> identity =
                beside("certificate", () -> Certificates.open(options.certificatePlace(), clock));
        FutureTask<Places> places = beside(
                "places",
                () -> options.places()
                        .map(given -> Places.open(given, state.path()))
                        .orElseGet(Places::none));
        Path file = state.path().resolve("sekisho.db");
        if (options.database().isEmpty()) {
            started.push(SqliteClaim.of(file));
        }
        Database database = Database.open(options.database(), file);
        started.push(database);
        Certificates certificates = await(identity);
        UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(clock));
        EventStream events = new EventStream(Long.toString(clock.millis(), Character.MAX_RADIX));
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("timer").daemon().factory());
        started.push(timer::shutdownNow);
        var _ = timer.scheduleWithFixedDelay(
                () -> checkSafely(certificates), CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
        String node = NodeIdentity.of(state.path(), clock);
        Core core = new Core(node, options, clock, database, work, events, certificates, await(places), timer);
        Features features = ServerFeatures.wire(core);
        features.reload(certificates::reload);
        started.push(() -> end(features.closeables()));
        // What takes long, such as warming up the packet path, starts while the web server does.
        FutureTask<Boolean> parts = beside("start", () -> {
            features.starts().forEach(Runnable::run);
            return true;
        });
        WebOptions web = WebOptions.plain()
                .withListen(options.listen())
                .withTls(certificates.context(), Certificates.protocols())
                .withHosts(() -> hosts)
                .withLimits(RateLimits.standard(System::nanoTime))
                .withIdempotency(new Idempotency(work, new JdbcAnswerStore(), clock))
                .withEvents(events);
        WebServer server = WebServer.start(
                web, OpenApi.withDocument(features.routes(), VERSION), features.authenticators(), clock);
        started.push(server);
        await(parts);
        // A start leaves more behind than the server then lives on. Nobody waits for a packet yet.
        System.gc();
        reloads = features.reloads();
        announcements = features.announcements();
        port = server.port();
        fingerprint = certificates.current().fingerprint();
        addresses = options.hostNames();
        started.push(new HostSocket(options, port, certificates.file(), features).open());
    }

    /// Begins something on a thread of its own.
    private static <T> FutureTask<T> beside(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().name(name).start(task);
        return task;
    }

    private static <T> T await(FutureTask<T> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("a part of the server did not start", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("the start was interrupted", e);
        }
    }

    /// A periodic task that throws is never run again.
    private static void checkSafely(Certificates certificates) {
        try {
            certificates.check();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the certificate could not be checked", e);
        }
    }

    /// Reads certificate, places and configuration again. What can't be used changes nothing and is logged.
    public void reload() {
        try {
            hosts = HostNames.of(read.get().hostNames());
            reloads.forEach(Runnable::run);
            LOG.log(Level.INFO, "read certificate and configuration again");
        } catch (ServerException | CertificateException e) {
            LOG.log(Level.WARNING, "nothing was taken over: {0}", e.getMessage());
        }
    }

    /// Where the portal is, the best address first.
    public List<String> urls() {
        return addresses.stream()
                .map(name -> "https://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port + "/")
                .toList();
    }

    /// What whoever started it should see, once.
    public List<String> announcements() {
        return announcements;
    }

    /// The port of HTTPS.
    public int port() {
        return port;
    }

    /// SHA-256 of the certificate, to compare with what the browser shows.
    public String fingerprint() {
        return fingerprint;
    }

    /// Ends everything; requests under way have eight seconds.
    @Override
    public void close() {
        end(started);
    }

    private static void end(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "could not end {0}: {1}", part.getClass().getSimpleName(), e.getMessage());
            }
        }
    }
}
