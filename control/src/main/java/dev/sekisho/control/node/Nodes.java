package dev.sekisho.control.node;

import dev.sekisho.control.audit.UnitOfWork;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Who shares the database. Thread-safe.
public final class Nodes {
    /// How long a node that gives no sign, and did not end in good order, is shown as silent.
    static final Duration KEPT = Duration.ofDays(7);

    private final UnitOfWork work;
    private final NodeStore store;
    private final InstantSource clock;

    public Nodes(UnitOfWork work, NodeStore store, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.clock = clock;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// A sign of life. To be called every few seconds.
    ///
    /// @param self without the moment
    public void beat(Node self) {
        Instant now = now();
        work.housekeeping(transaction -> {
            store.put(transaction, self.seen(now));
            return store.prune(transaction, now.minus(KEPT));
        });
    }

    /// Takes a node from the list, which ends.
    public void leave(Node self) {
        work.housekeeping(transaction -> {
            store.remove(transaction, self.id());
            return self;
        });
    }

    /// All that did not end in good order, by name, those that were silent for a week left out.
    public List<Node> all() {
        return work.read(store::all);
    }

    /// Those that live.
    public List<Node> alive() {
        Instant now = now();
        return all().stream().filter(node -> node.isAlive(now)).toList();
    }
}
