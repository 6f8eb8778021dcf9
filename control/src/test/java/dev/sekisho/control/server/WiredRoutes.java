package dev.sekisho.control.server;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.people.JdbcPeople;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.state.StateDirectory;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.tls.Certificates;
import dev.sekisho.control.web.Authenticator;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.WebOptions;
import dev.sekisho.control.web.WebServer;
import dev.sekisho.policy.Permission;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/// All features as the server wires them, behind plain HTTP without limits, where everybody is an administrator with
/// every permission. Nothing is sent: what comes back every few seconds is not started.
final class WiredRoutes implements AutoCloseable {
    private static final InstantSource CLOCK = InstantSource.system();

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Features features;
    private final WebServer web;

    WiredRoutes(Path state, Optional<String> url) {
        ServerOptions options = ServerSite.options(state, url);
        open.push(StateDirectory.claim(state));
        Certificates certificates = Certificates.open(options.certificatePlace(), CLOCK);
        Database database = Database.open(url, state.resolve("sekisho.db"));
        open.push(database);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory());
        open.push(timer::shutdownNow);
        UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(CLOCK));
        Core core = new Core(
                "node", options, CLOCK, database, work, new EventStream("test"), certificates, Places.none(), timer);
        features = ServerFeatures.wire(core);
        open.push(() -> end(features.closeables()));
        String id = work.read(transaction ->
                new JdbcPeople().user(transaction, "admin").orElseThrow().id());
        Authenticator all = shown -> Optional.of(new Authenticator.Authenticated(
                new Principal(
                        Optional.of(id),
                        "admin",
                        Actor.Via.SESSION,
                        "none",
                        EnumSet.allOf(Permission.class),
                        true,
                        Optional.of(CLOCK.instant()),
                        shown.source()),
                Optional.empty()));
        web = WebServer.start(WebOptions.plain(), features.routes(), List.of(all), CLOCK);
        open.push(web);
    }

    List<Route> routes() {
        return features.routes();
    }

    /// Those that the server asks who somebody is.
    List<Authenticator> authenticators() {
        return features.authenticators();
    }

    int port() {
        return web.port();
    }

    @Override
    public void close() {
        end(open);
    }

    private static void end(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
