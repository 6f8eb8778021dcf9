package dev.sekisho.control.web;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The HTTP server: routes behind the [Gate], errors as problem documents, live events, the portal. Thread-safe; the
/// owner closes it.
public final class WebServer implements AutoCloseable {
    private final Javalin javalin;
    private final EventStream events;

    private WebServer(Javalin javalin, EventStream events) {
        this.javalin = javalin;
        this.events = events;
    }

    /// Starts it.
    ///
    /// @param routes all of them
    /// @param authenticators asked in turn
    /// @throws WebException when it can't listen
    public static WebServer start(
            WebOptions options, List<Route> routes, List<Authenticator> authenticators, InstantSource clock) {
        Site site = new Site(options, new Gate(authenticators, clock));
        return start(routes, site, options.events(), config -> JettySetup.apply(config, options));
    }

    /// Starts a plain one without limits, for tests of what is behind it.
    ///
    /// @param listen sets the address and whatever else a test needs
    public static WebServer start(
            List<Route> routes,
            List<Authenticator> authenticators,
            InstantSource clock,
            Consumer<JavalinConfig> listen) {
        WebOptions options = WebOptions.plain();
        return start(routes, new Site(options, new Gate(authenticators, clock)), options.events(), listen);
    }

    private static WebServer start(List<Route> routes, Site site, EventStream events, Consumer<JavalinConfig> listen) {
        try {
            Javalin javalin = Javalin.start(config -> {
                config.startup.showJavalinBanner = false;
                config.startup.showOldJavalinVersionWarning = false;
                config.startup.startupWatcherEnabled = false;
                config.concurrency.useVirtualThreads = true;
                config.http.maxRequestSize = RequestBody.MAX_BYTES;
                config.http.prefer405over404 = true;
                config.http.generateEtags = false;
                // Compressed answers tell their length, and by it what is in them (BREACH).
                config.http.compressionStrategy = CompressionStrategy.NONE;
                config.routes.before(site::admit);
                for (Route route : routes) {
                    config.routes.addHttpHandler(
                            HandlerType.findOrCreate(route.method()),
                            Route.BASE + route.path(),
                            context -> site.serve(route, context));
                }
                // Javalin has a handler of its own for the first.
                config.routes.exception(HttpResponseException.class, site::failed);
                config.routes.exception(Exception.class, site::failed);
                config.routes.after(site::log);
                listen.accept(config);
            });
            return new WebServer(javalin, events);
        } catch (JavalinBindException e) {
            throw new WebException("can't listen: " + e.getMessage() + "; choose another address with --listen", e);
        }
    }

    /// What happens to one request.
    ///
    /// @param options what the server has
    /// @param gate who may come in
    private record Site(WebOptions options, Gate gate) {
        private static final System.Logger LOG = System.getLogger(WebServer.class.getName());
        private static final SecureRandom RANDOM = new SecureRandom();

        /// Before anything else.
        void admit(Context context) {
            context.attribute("sekisho.start", System.nanoTime());
            context.header("X-Request-Id", HexFormat.of().toHexDigits(RANDOM.nextLong()));
            SecurityHeaders.of(
                            String.valueOf(context.header("Host")),
                            context.req().isSecure())
                    .forEach(context::header);
            if (!options.hosts().get().isOurs(context.header("Host"))) {
                throw Problem.other(
                        421,
                        "foreign-host",
                        "this server does not answer to that name; add it to `names` if it should");
            }
            options.limits().admit(context);
            if (NulCharacters.in(context.req().getRequestURI(), context.req().getQueryString())) {
                throw Problem.other(400, "bad-request", "the address holds a NUL character");
            }
            // Javalin would say yes without asking who it is.
            if (context.method().name().equals("HEAD") && context.path().startsWith(Route.BASE)) {
                context.header("Allow", "GET");
                throw Problems.of(405);
            }
        }

        void serve(Route route, Context context) {
            options.limits().admit(context, route);
            Optional<Principal> principal = gate.admit(route, context);
            principal.ifPresent(who -> options.limits().admit(context, who));
            if (route.answer() instanceof Route.Shape.Events) {
                Authenticator.Credentials credentials = Gate.credentials(context);
                options.events().serve(context, principal.orElseThrow(), () -> gate.readmit(route, credentials));
                return;
            }
            route.upload().ifPresent(upload -> RequestBody.allow(context, upload.maxBytes()));
            JavalinRequest request = new JavalinRequest(route, context, principal);
            Optional<String> key = request.header("Idempotency-Key");
            if (route.answer() instanceof Route.Shape.Raw) {
                raw(route.handler().handle(request), context);
                return;
            }
            if (route.method().equals("POST") && key.isPresent() && principal.isPresent()) {
                options.idempotency()
                        .map(memory -> memory.answer(
                                Idempotency.Keyed.of(
                                        who(principal.get()),
                                        key.get(),
                                        route.method() + " " + context.path(),
                                        RequestBody.of(context)),
                                () -> Reply.of(route.handler().handle(request))))
                        .orElseGet(() -> Reply.of(route.handler().handle(request)))
                        .send(context);
                return;
            }
            Reply.of(route.handler().handle(request)).send(context);
        }

        /// What may be large is not remembered for a repeated request.
        private static void raw(Object result, Context context) {
            Object body = result instanceof Answer answer ? answer.body().orElse("") : "";
            if (body instanceof Download download) {
                download.send((Answer) result, context);
            } else if (body instanceof Streamed streamed) {
                streamed.send((Answer) result, context);
            } else {
                Reply.of(result).send(context);
            }
        }

        private static String who(Principal principal) {
            return principal.userId().orElse(principal.name()) + "/" + principal.credentialId();
        }

        void failed(Exception failure, Context context) {
            if (failure instanceof HttpResponseException known
                    && known.getStatus() == 404
                    && PortalFiles.isFor(context)) {
                try {
                    options.portal().serve(context);
                } catch (Problem problem) {
                    Problems.answer(context, problem);
                }
                return;
            }
            Problems.answer(context, Problems.of(failure));
        }

        /// Without the query, which may hold what nobody should read in a log.
        void log(Context context) {
            if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
                Long start = context.attribute("sekisho.start");
                LOG.log(
                        System.Logger.Level.DEBUG,
                        "{0} {1} {2} {3} us {4} {5}",
                        context.method().name(),
                        context.path(),
                        context.statusCode(),
                        start == null ? 0 : (System.nanoTime() - start) / 1000,
                        Source.of(context),
                        context.res().getHeader("X-Request-Id"));
            }
        }
    }

    /// What is really served, as `GET /api/v1/users/{id}`: to be compared with what the document says.
    Set<String> served() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(handler -> handler.endpoint)
                .filter(endpoint -> endpoint.path.startsWith(Route.BASE))
                .map(endpoint -> endpoint.method.name() + " " + endpoint.path)
                .collect(Collectors.toSet());
    }

    /// The port that it listens on.
    public int port() {
        return javalin.port();
    }

    /// Ends the event streams, takes no more requests, lets the ones under way finish within eight seconds.
    @Override
    public void close() {
        events.close();
        javalin.stop();
    }
}
