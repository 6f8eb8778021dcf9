package dev.sekisho.control.web;

import dev.sekisho.policy.Permission;
import io.javalin.http.Context;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Live news for whoever may know them, as server-sent events (product line C02). Thread-safe; publishing never waits.
///
/// Each stream begins with an event `here`, whose identity says where. The last [#RING] events are kept for those who
/// come back with `Last-Event-ID`, or `since` in the address; whoever missed more gets an event `reset` and reads anew.
/// A client that does not keep up is cut.
public final class EventStream implements AutoCloseable {
    /// Events that can be caught up on.
    static final int RING = 512;

    private static final System.Logger LOG = System.getLogger(EventStream.class.getName());
    private static final int MAX_STREAMS = 1000;
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    private static final int MAX_STREAMS_EACH = 8;

    /// Who is told.
    public sealed interface Audience {
        /// One user, on all their screens.
        record User(String userId) implements Audience {}

        /// Those who have a permission.
        record Holders(Permission permission) implements Audience {}

        /// Everybody who is logged in.
        record Everyone() implements Audience {}

        /// One user, on all their screens.
        static Audience user(String userId) {
            return new User(userId);
        }

        /// Those who have the permission.
        static Audience permission(Permission permission) {
            return new Holders(permission);
        }

        /// Everybody who is logged in.
        static Audience everyone() {
            return new Everyone();
        }

        /// Whether somebody belongs to it.
        default boolean includes(Principal principal) {
            return switch (this) {
                case User user -> principal.userId().equals(Optional.of(user.userId()));
                case Holders holders -> principal.may(holders.permission());
                case Everyone _ -> principal.complete();
            };
        }
    }

    /// Who listens at one moment.
    ///
    /// @param streams how many streams are open
    /// @param people the names of the users behind them, by their identities
    public record Listening(int streams, Map<String, String> people) {
        public Listening {
            people = Map.copyOf(people);
        }
    }

    /// Passes on what is published, to pages that other nodes serve. It must not wait.
    @FunctionalInterface
    public interface Relay {
        /// Called once per event.
        ///
        /// @param data JSON
        void published(String topic, Audience audience, String data);
    }

    /// Is told what this node's pages are told, whichever node it comes from; of flows nothing. It must not wait.
    @FunctionalInterface
    public interface Witness {
        /// Called once per event.
        ///
        /// @param data JSON
        void delivered(String topic, Audience audience, String data);
    }

    /// One event.
    ///
    /// @param number counts up from 1; 0 for what nobody catches up on
    /// @param text as it goes out
    record Event(long number, Audience audience, String text) {}

    /// Marks the events of this run, so that numbers of the last one are not taken for ours.
    private final String run;

    private volatile Relay relay = (_, _, _) -> {};
    private final List<Witness> witnesses = new CopyOnWriteArrayList<>();

    // Guarded by this object's monitor.
    private final Deque<Event> ring = new ArrayDeque<>();
    private final List<EventClient> clients = new ArrayList<>();
    private long last;
    private boolean closed;

    /// @param run tells this run of the server from others
    public EventStream(String run) {
        if (!run.matches("[a-z0-9]{1,32}")) {
            throw new IllegalArgumentException("a run's mark is lower case letters and digits");
        }
        this.run = run;
    }

    /// Says where else to tell what is published here.
    public void relay(Relay next) {
        relay = next;
    }

    /// Adds somebody who is told what pages are told.
    public void witness(Witness next) {
        witnesses.add(next);
    }

    /// Lets all pages of this node read anew, since events may have been missed.
    public void reset() {
        deliver("reset", Audience.everyone(), "{}");
    }

    /// Tells the audience, on all nodes.
    ///
    /// @param topic such as `challenge.opened`
    /// @param payload becomes JSON
    public void publish(String topic, Audience audience, Object payload) {
        checkTopic(topic);
        String data = Json.text(payload);
        deliver(topic, audience, data);
        relay.published(topic, audience, data);
    }

    private static void checkTopic(String topic) {
        if (!topic.matches("[a-z]+(\\.[a-z]+)*")) {
            throw new IllegalArgumentException("a topic is lower case words with dots between: " + topic);
        }
    }

    /// Tells those of the audience who listen to this node what will be outdated in a moment: nobody catches
    /// up on it, no other node hears of it, and who is behind misses it.
    ///
    /// @param topic such as `device.traffic`
    /// @param payload becomes JSON
    public void fleeting(String topic, Audience audience, Object payload) {
        checkTopic(topic);
        pass(topic, audience, Json.text(payload));
    }

    /// Flows come by the hundred, and their log has them: they push nothing out that somebody comes back for.
    private static boolean isOfFlows(String topic) {
        return topic.equals("flow") || topic.startsWith("flow.");
    }

    private void pass(String topic, Audience audience, String data) {
        Event event = new Event(0, audience, "event: " + topic + "\ndata: " + data + "\n\n");
        synchronized (this) {
            clients.forEach(client -> client.offerFleeting(event));
        }
    }

    /// Tells the audience on this node.
    ///
    /// @param data JSON without line ends
    public void deliver(String topic, Audience audience, String data) {
        if (isOfFlows(topic)) {
            pass(topic, audience, data);
            return;
        }
        List<EventClient> slow = new ArrayList<>();
        synchronized (this) {
            last++;
            String text = "id: " + run + "-" + last + "\nevent: " + topic + "\ndata: " + data + "\n\n";
            Event event = new Event(last, audience, text);
            ring.addLast(event);
            if (ring.size() > RING) {
                ring.removeFirst();
            }
            for (EventClient client : clients) {
                if (!client.offer(event)) {
                    slow.add(client);
                }
            }
        }
        slow.forEach(EventClient::cut);
        witnesses.forEach(witness -> tell(witness, topic, audience, data));
    }

    /// What a witness can't take is its own loss: whoever publishes goes on.
    private static void tell(Witness witness, String topic, Audience audience, String data) {
        try {
            witness.delivered(topic, audience, data);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "an event of " + topic + " was not taken", e);
        }
    }

    /// The route, for the list of all routes.
    public Route route() {
        return Route.get("/events", "Live events, as server-sent events")
                .query("since", "identity of the last event that was heard, for those who can't send Last-Event-ID")
                .answers(new Route.Shape.Events())
                .by(_ -> {
                    throw new IllegalStateException("events are served by the stream");
                });
    }

    /// How many listen.
    public synchronized int listeners() {
        return clients.size();
    }

    /// Who listens to this node.
    public synchronized Listening listening() {
        Map<String, String> people = new HashMap<>();
        for (EventClient client : clients) {
            Principal principal = client.principal();
            principal.userId().ifPresent(id -> people.put(id, principal.name()));
        }
        return new Listening(clients.size(), people);
    }

    /// Serves one client until it goes, may not listen any more, or the server stops.
    ///
    /// @param again asks anew who it is; empty when they may not listen any more
    void serve(Context context, Principal principal, Supplier<Optional<Principal>> again) {
        EventClient client = new EventClient(principal, again, Thread.currentThread());
        Optional<String> heard = Optional.ofNullable(context.header("Last-Event-ID"))
                .or(() -> Optional.ofNullable(context.queryParam("since")));
        List<Event> missed = enter(client, heard);
        try {
            context.status(200);
            context.contentType("text/event-stream");
            context.header("X-Accel-Buffering", "no");
            client.run(context, missed);
        } finally {
            synchronized (this) {
                clients.remove(client);
                notifyAll();
            }
        }
    }

    private synchronized List<Event> enter(EventClient client, Optional<String> lastId) {
        if (closed) {
            throw Problem.unavailable("the server is stopping; try again in a moment");
        }
        long mine = clients.stream().filter(other -> other.isOf(client)).count();
        if (mine >= MAX_STREAMS_EACH || clients.size() >= MAX_STREAMS) {
            throw Problem.tooMany("too many pages listen already: close some");
        }
        clients.add(client);
        return lastId.map(this::since).orElseGet(() -> List.of(mark("here", last)));
    }

    /// An event without content.
    private Event mark(String topic, long number) {
        return new Event(
                number, Audience.everyone(), "id: " + run + "-" + number + "\nevent: " + topic + "\ndata: {}\n\n");
    }

    private List<Event> since(String id) {
        long number = id.matches(run + "-[0-9]{1,18}") ? Long.parseLong(id.substring(run.length() + 1)) : -1;
        long oldest = ring.isEmpty() ? last + 1 : ring.getFirst().number();
        if (number > last || number < oldest - 1) {
            return List.of(mark("here", last), mark("reset", last));
        }
        return Stream.concat(Stream.of(mark("here", number)), ring.stream().filter(event -> event.number() > number))
                .toList();
    }

    /// Tells all listeners that the server goes, and ends their streams; nobody can open one any more. Those who take
    /// longer than a second to hear it are cut.
    @Override
    public void close() {
        List<EventClient> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(clients);
        }
        all.forEach(EventClient::dismiss);
        awaitGone().forEach(EventClient::cut);
    }

    /// Those who are still there when they should be gone.
    private synchronized List<EventClient> awaitGone() {
        long end = System.nanoTime() + FAREWELL.toNanos();
        try {
            for (long left = FAREWELL.toMillis(); !clients.isEmpty() && left > 0; ) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.copyOf(clients);
    }

    /// How often it is asked whether a client may still listen.
    static Duration recheck() {
        return Duration.ofSeconds(3);
    }
}
