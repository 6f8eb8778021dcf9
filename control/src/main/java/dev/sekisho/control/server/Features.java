package dev.sekisho.control.server;

import dev.sekisho.control.node.Node;
import dev.sekisho.control.settings.NetworkSettings;
import dev.sekisho.control.web.Authenticator;
import dev.sekisho.control.web.Route;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// What the features add to the server, in the order in which they are wired. Owner: the thread that starts the server.
public final class Features {
    private static final System.Logger LOG = System.getLogger(Features.class.getName());

    private final List<Following> followers = new CopyOnWriteArrayList<>();
    private final List<Consumer<List<Long>>> recordFollowers = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final List<Authenticator> authenticators = new ArrayList<>();
    private final Deque<AutoCloseable> closeables = new ArrayDeque<>();
    private final Map<String, Supplier<Optional<String>>> health = new LinkedHashMap<>();
    private final Map<String, LongSupplier> counts = new LinkedHashMap<>();
    private final List<Runnable> starts = new ArrayList<>();
    private final List<Runnable> reloads = new ArrayList<>();
    private final List<String> announcements = new ArrayList<>();
    private Supplier<List<StatusApi.NodeView>> nodes = List::of;
    private Optional<Supplier<NetworkSettings>> network = Optional.empty();
    private volatile Supplier<Node.Condition> condition = () -> Node.Condition.NEW;
    private Supplier<String> rootTokens = () -> {
        throw new IllegalStateException("nothing makes tokens");
    };

    Features() {}

    /// Adds the routes of one `*Api`.
    public Features routes(List<Route> more) {
        routes.addAll(more);
        return this;
    }

    /// Adds a way to find out who is asking; asked in the order of adding.
    public Features authenticator(Authenticator one) {
        authenticators.add(one);
        return this;
    }

    /// Adds something that ends with the server; what was added last ends first.
    public Features closeable(AutoCloseable one) {
        closeables.push(one);
        return this;
    }

    /// Adds something that starts once everything is wired, while the web server starts, such as the data plane; the
    /// server is up when both are. What it opens it closes by a [#closeable] that was added before.
    public Features start(Runnable one) {
        starts.add(one);
        return this;
    }

    /// Adds something to be read anew on SIGHUP.
    public Features reload(Runnable one) {
        reloads.add(one);
        return this;
    }

    /// Adds something to be done when another node has changed something.
    ///
    /// @param concern whether it is of interest, by the actions of audit records
    public Features follow(Predicate<Set<String>> concern, Runnable one) {
        followers.add(new Following(concern, one));
        return this;
    }

    /// Adds somebody who is told the numbers of audit records that other nodes wrote, after what is to be done is under
    /// way.
    public Features followRecords(Consumer<List<Long>> one) {
        recordFollowers.add(one);
        return this;
    }

    /// Tells of audit records that other nodes wrote.
    void recordedElsewhere(List<Long> numbers) {
        recordFollowers.forEach(follower -> follower.accept(numbers));
    }

    private record Following(Predicate<Set<String>> concern, Runnable then) {}

    /// Does what is to be done when another node has changed something. One that fails holds up no other.
    void changedElsewhere(Set<String> actions) {
        for (Following follower : followers) {
            try {
                if (follower.concern().test(actions)) {
                    follower.then().run();
                }
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a change on another node is not followed yet", e);
            }
        }
    }

    /// Adds a check for the status page.
    ///
    /// @param concern what is wrong, in a sentence; empty = all is well. Quick, and without side effects
    public Features health(String name, Supplier<Optional<String>> concern) {
        health.put(name, concern);
        return this;
    }

    /// Adds a number for the status page.
    public Features count(String name, LongSupplier value) {
        counts.put(name, value);
        return this;
    }

    /// What this node enforces, and what keeps it from that.
    public Features condition(Supplier<Node.Condition> now) {
        condition = now;
        return this;
    }

    Node.Condition condition() {
        return condition.get();
    }

    /// Adds a line for whoever starts the server, which is shown and not logged.
    public Features announce(String line) {
        announcements.add(line);
        return this;
    }

    /// What makes tokens of the host's administrator, for the command line on this host.
    public Features rootTokens(Supplier<String> mint) {
        rootTokens = mint;
        return this;
    }

    /// Who shares the database, for the command line on this host.
    public Features nodes(Supplier<List<StatusApi.NodeView>> all) {
        nodes = all;
        return this;
    }

    /// The settings of the network, for the command line on this host.
    public Features network(Supplier<NetworkSettings> current) {
        network = Optional.of(current);
        return this;
    }

    Optional<Supplier<NetworkSettings>> network() {
        return network;
    }

    Supplier<List<StatusApi.NodeView>> nodes() {
        return nodes;
    }

    Supplier<String> rootTokens() {
        return rootTokens;
    }

    List<String> announcements() {
        return List.copyOf(announcements);
    }

    List<Route> routes() {
        return List.copyOf(routes);
    }

    List<Authenticator> authenticators() {
        return List.copyOf(authenticators);
    }

    Deque<AutoCloseable> closeables() {
        return closeables;
    }

    List<Runnable> starts() {
        return List.copyOf(starts);
    }

    List<Runnable> reloads() {
        return List.copyOf(reloads);
    }

    Map<String, Supplier<Optional<String>>> health() {
        return health;
    }

    Map<String, LongSupplier> counts() {
        return counts;
    }
}
