package dev.sekisho.control.server;

import dev.sekisho.control.node.Node;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The server's state, for everybody who is logged in. Thread-safe.
public final class StatusApi {
    private static final System.Logger LOG = System.getLogger(StatusApi.class.getName());

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
    /// @param counts by name; what can't be counted now is not there
    public record Status(
            String version, Instant startedAt, List<NodeView> nodes, List<Health> health, Map<String, Long> counts) {}

    /// A server that shares the database.
    ///
    /// @param name of its host, with the port where it listens
    /// @param seenAt its last sign of life
    /// @param alive whether that is a short while ago
    /// @param answering whether it is the one that answers
    /// @param state `well`, `failing` when the newest changes are not in force there, `silent`
    /// @param policyVersion number of the last audit record that is in force there; 0 = nothing is
    /// @param failingSince since when the newest changes are not in force there
    /// @param lastError why changes were not in force the last time that they weren't
    /// @param lastErrorAt when that was tried last
    public record NodeView(
            String id,
            String name,
            String version,
            Instant startedAt,
            Instant seenAt,
            boolean alive,
            boolean answering,
            String state,
            long policyVersion,
            Optional<Instant> failingSince,
            Optional<String> lastError,
            Optional<Instant> lastErrorAt) {}

    /// How a part is.
    ///
    /// @param detail what is wrong and what to do, or `well`
    public record Health(String name, boolean ok, String detail) {}

    private Status status(Request request) {
        List<Health> parts = health.entrySet().stream()
                .map(entry -> health(entry.getKey(), entry.getValue()))
                .toList();
        Map<String, Long> numbers = new TreeMap<>();
        counts.forEach((name, value) -> count(name, value).ifPresent(number -> numbers.put(name, number)));
        return new Status(Server.VERSION, nodes.self().startedAt(), nodes(), parts, numbers);
    }

    /// This page is for when something is broken, such as a row of what is counted: the rest is told.
    private static OptionalLong count(String name, LongSupplier value) {
        try {
            return OptionalLong.of(value.getAsLong());
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the number of " + name + " is not known", e);
            return OptionalLong.empty();
        }
    }

    /// Servers that share the database, by name.
    List<NodeView> nodes() {
        Instant now = nodes.core().clock().instant();
        return nodes.all().stream().map(node -> view(node, now)).toList();
    }

    private NodeView view(Node node, Instant now) {
        boolean alive = node.isAlive(now);
        Optional<Node.Trouble> current = node.condition().current();
        Optional<Node.Trouble> last = node.condition().trouble();
        return new NodeView(
                node.id(),
                node.name(),
                node.version(),
                node.startedAt(),
                node.seenAt(),
                alive,
                node.id().equals(nodes.self().id()),
                !alive ? "silent" : current.isPresent() ? "failing" : "well",
                node.condition().policyVersion(),
                current.map(Node.Trouble::since),
                last.map(Node.Trouble::error),
                last.map(Node.Trouble::at));
    }

    private static Health health(String name, Supplier<Optional<String>> check) {
        Optional<String> concern;
        try {
            concern = check.get();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "how " + name + " is is not known", e);
            concern = Optional.of("it can't be looked at: " + e.getMessage());
        }
        return new Health(name, concern.isEmpty(), concern.orElse("well"));
    }
}
