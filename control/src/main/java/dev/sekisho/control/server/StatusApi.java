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
    private final NodeWiring nodes;
    private final Map<String, Supplier<Optional<String>>> health;
    private final Map<String, LongSupplier> counts;

    /// @param health by name, what is wrong
    /// @param counts by name
    StatusApi(NodeWiring nodes, Map<String, Supplier<Optional<String>>> health, Map<String, LongSupplier> counts) {
        this.nodes = nodes;
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
    /// @param nodes servers that share the database, by name
    /// @param health one line per part
    /// @param counts by name
    public record Status(
            String version, Instant startedAt, List<NodeView> nodes, List<Health> health, Map<String, Long> counts) {}

    /// A server that shares the database.
    ///
    /// @param name of its host, with the port where it listens
    /// @param seenAt its last sign of life
    /// @param alive whether that is a short while ago
    /// @param answering whether it is the one that answers
    public record NodeView(
            String id,
            String name,
            String version,
            Instant startedAt,
            Instant seenAt,
            boolean alive,
            boolean answering) {}

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
        return new Status(Server.VERSION, nodes.self().startedAt(), nodes(), parts, numbers);
    }

    /// Servers that share the database, by name.
    List<NodeView> nodes() {
        Instant now = nodes.core().clock().instant();
        return nodes.all().stream()
                .map(node -> new NodeView(
                        node.id(),
                        node.name(),
                        node.version(),
                        node.startedAt(),
                        node.seenAt(),
                        node.isAlive(now),
                        node.id().equals(nodes.self().id())))
                .toList();
    }

    private static Health health(String name, Supplier<Optional<String>> check) {
        Optional<String> concern = check.get();
        return new Health(name, concern.isEmpty(), concern.orElse("well"));
    }
}
