package dev.sekisho.control.server;

import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The server's state, for everybody who is logged in. Thread-safe.
public final class StatusApi {
    private final Instant startedAt;
    private final Map<String, Supplier<Optional<String>>> health;
    private final Map<String, LongSupplier> counts;

    /// @param health by name, what is wrong
    /// @param counts by name
    StatusApi(Instant startedAt, Map<String, Supplier<Optional<String>>> health, Map<String, LongSupplier> counts) {
        this.startedAt = startedAt;
        this.health = health;
        this.counts = counts;
    }

    /// Its routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/status", "How the server is").answers(Status.class).by(this::status));
    }

    /// How the server is.
    ///
    /// @param version the program's
    /// @param nodes servers that share the database
    /// @param health one line per part
    /// @param counts by name
    public record Status(String version, Instant startedAt, int nodes, List<Health> health, Map<String, Long> counts) {}

    /// How a part is.
    ///
    /// @param detail what is wrong and what to do, or `well`
    public record Health(String name, boolean ok, String detail) {}

    private Status status(Request request) {
        List<Health> parts = health.entrySet().stream()
                .map(entry -> health(entry.getKey(), entry.getValue()))
                .toList();
        Map<String, Long> numbers = new TreeMap<>();
        counts.forEach((name, value) -> numbers.put(name, value.getAsLong()));
        return new Status(Server.VERSION, startedAt, 1, parts, numbers);
    }

    private static Health health(String name, Supplier<Optional<String>> check) {
        Optional<String> concern = check.get();
        return new Health(name, concern.isEmpty(), concern.orElse("well"));
    }
}
