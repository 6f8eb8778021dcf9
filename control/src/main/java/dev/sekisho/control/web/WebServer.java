package dev.sekisho.control.web;

import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.StoreException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The HTTP server: routes behind the [Gate], errors as problem documents. Thread-safe; the owner closes it.
public final class WebServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WebServer.class.getName());
    private static final long MAX_BODY = 1 << 20;

    private final Javalin javalin;

    private WebServer(Javalin javalin) {
        this.javalin = javalin;
    }

    /// Starts it.
    ///
    /// @param routes all of them
    /// @param authenticators asked in turn
    /// @param listen adds connectors and whatever else the server has beside the API
    public static WebServer start(
            List<Route> routes,
            List<Authenticator> authenticators,
            InstantSource clock,
            Consumer<JavalinConfig> listen) {
        Gate gate = new Gate(authenticators, clock);
        return new WebServer(Javalin.start(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.concurrency.useVirtualThreads = true;
            config.http.maxRequestSize = MAX_BODY;
            config.http.prefer405over404 = true;
            config.http.generateEtags = false;
            for (Route route : routes) {
                config.routes.addHttpHandler(
                        HandlerType.findOrCreate(route.method()),
                        Route.BASE + route.path(),
                        ctx -> serve(gate, route, ctx));
            }
            config.routes.exception(Problem.class, (problem, ctx) -> answer(ctx, problem));
            config.routes.exception(StoreException.class, (failure, ctx) -> answer(ctx, problem(failure)));
            config.routes.exception(Exception.class, WebServer::unexpected);
            listen.accept(config);
        }));
    }

    private static void serve(Gate gate, Route route, Context context) {
        Optional<Principal> principal = gate.admit(route, context);
        Object result = route.handler().handle(new JavalinRequest(context, principal));
        Answer answer = result instanceof Answer whole ? whole : Answer.of(body(result));
        context.status(answer.status());
        answer.headers().forEach(context::header);
        if (answer.body().isEmpty()) {
            return;
        }
        if (answer.body().get() instanceof byte[] bytes) {
            context.result(bytes);
            return;
        }
        context.contentType("application/json");
        context.result(Json.bytes(body(answer.body().get())));
    }

    private static Object body(Object result) {
        return switch (result) {
            case Page<?> page -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("items", page.items());
                page.next().ifPresent(next -> json.put("next", JavalinRequest.encode(next)));
                json.put("total", page.total());
                yield json;
            }
            case List<?> list -> Map.of("items", list);
            default -> result;
        };
    }

    private static Problem problem(StoreException failure) {
        return switch (failure.kind()) {
            case CONFLICT -> Problem.conflict(String.valueOf(failure.getMessage()));
            case UNAVAILABLE, NO_SPACE -> {
                LOG.log(Level.WARNING, "{0}", failure.getMessage());
                yield Problem.unavailable(String.valueOf(failure.getMessage()));
            }
            case FAILED -> {
                LOG.log(Level.ERROR, "a request failed in the database", failure);
                yield Problem.other(500, "failed", "the server failed; its log says how");
            }
        };
    }

    private static void unexpected(Exception failure, Context context) {
        if (failure instanceof HttpResponseException known) {
            answer(context, Problem.other(known.getStatus(), "http", String.valueOf(known.getMessage())));
            return;
        }
        LOG.log(Level.ERROR, "a request failed", failure);
        answer(context, Problem.other(500, "failed", "the server failed; its log says how"));
    }

    private static void answer(Context context, Problem problem) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "about:blank");
        json.put("title", problem.code().replace('-', ' '));
        json.put("status", problem.status());
        json.put("detail", problem.detail());
        json.put("code", problem.code());
        if (!problem.fields().isEmpty()) {
            json.put("errors", problem.fields());
        }
        context.status(problem.status());
        context.contentType("application/problem+json");
        context.result(Json.bytes(json));
    }

    /// The port of the first connector.
    public int port() {
        return javalin.port();
    }

    /// Stops taking requests, lets the ones under way finish.
    @Override
    public void close() {
        javalin.stop();
    }
}
