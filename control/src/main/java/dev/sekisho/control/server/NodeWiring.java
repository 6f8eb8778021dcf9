package dev.sekisho.control.server;

import dev.sekisho.control.node.Follower;
import dev.sekisho.control.node.JdbcNodeStore;
import dev.sekisho.control.node.NewsRelay;
import dev.sekisho.control.node.Node;
import dev.sekisho.control.node.NodeStore;
import dev.sekisho.control.node.NodeWatch;
import dev.sekisho.control.node.Nodes;
import dev.sekisho.control.node.PolicyAlarm;
import dev.sekisho.control.store.Dialect;
import dev.sekisho.control.web.EventStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// This server as one of several on a PostgreSQL database. SQLite has one node, which tells nobody.
///
/// @param core gives the time
/// @param self this node
/// @param nodes who else there is
/// @param features know what this one enforces
record NodeWiring(Core core, Node self, Nodes nodes, Features features) {
    private static final Duration BEAT = Duration.ofSeconds(5);

    /// Nouns of audit records that nothing that is enforced follows from.
    private static final Set<String> OTHER = Set.of(
            "alert.",
            "audit.",
            "challenge.",
            "factor.",
            "flow-log.",
            "login.",
            "secret.",
            "server.",
            "session.",
            "token.");

    /// To be wired first: what is read later is followed.
    static NodeWiring wire(Core core, Features features, Background background) {
        NodeStore store = new JdbcNodeStore();
        Nodes nodes = new Nodes(core.work(), store, core.clock());
        NodeWiring wiring = new NodeWiring(core, self(core), nodes, features);
        PolicyAlarm alarm =
                new PolicyAlarm(core.work(), core.clock(), wiring.self().name());
        background.every(BEAT, "watching what is in force", () -> wiring.tellPages(alarm.look(features.condition())));
        if (core.database().dialect() == Dialect.SQLITE) {
            return wiring;
        }
        features.closeable(() -> nodes.leave(wiring.self()));
        NewsRelay relay =
                new NewsRelay(core.work(), store, core.events(), wiring.self().id());
        features.closeable(relay);
        Follower follower = Follower.of(core.work(), store, wiring.self().id(), relay);
        features.closeable(follower);
        follower.onChange(steps -> {
            features.changedElsewhere(steps.stream().map(NodeStore.Step::action).collect(Collectors.toSet()));
            features.recordedElsewhere(steps.stream().map(NodeStore.Step::seq).toList());
        });
        nodes.beat(wiring.self());
        background.every(BEAT, "giving a sign of life", () -> nodes.beat(wiring.now()));
        NodeWatch watch = new NodeWatch(core.work(), store);
        background.every(BEAT, "watching other nodes", () -> wiring.tellPages(watch.look()));
        features.start(() -> {
            relay.start();
            follower.start();
            features.closeable(core.database().hear(follower));
        });
        return wiring;
    }

    private static Node self(Core core) {
        Instant now = core.clock().instant();
        return new Node(core.node(), name(core), Server.VERSION, now, now, Node.Condition.NEW);
    }

    /// This node as it is.
    private Node now() {
        return self.in(features.condition());
    }

    /// Pages show how the nodes are.
    private void tellPages(boolean changed) {
        if (changed) {
            core.events().publish("server.health", EventStream.Audience.everyone(), Map.of());
        }
    }

    /// This node's name: its host, with the port where it listens.
    static String name(Core core) {
        return ServerOptions.hostName() + ":" + core.options().listen().getPort();
    }

    /// All nodes, this one among them.
    List<Node> all() {
        Node now = now();
        if (core.database().dialect() == Dialect.SQLITE) {
            return List.of(new Node(
                    self.id(),
                    self.name(),
                    self.version(),
                    self.startedAt(),
                    core.clock().instant(),
                    now.condition()));
        }
        return nodes.all().stream()
                .map(node -> node.id().equals(self.id()) ? node.in(now.condition()) : node)
                .toList();
    }

    /// Whether what is enforced may follow from such changes. What is not known here counts.
    static boolean concernsPolicy(Set<String> actions) {
        return actions.stream().anyMatch(action -> !OTHER.contains(action.substring(0, action.indexOf('.') + 1)));
    }
}
