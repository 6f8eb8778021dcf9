package dev.sekisho.control.node;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.ServerEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Records which nodes fell silent and which are back, for the audit log and those whom alerts reach: once, however
/// many nodes look. Owner: the timer's thread.
///
/// It counts looks at which a node's last sign of life was still the same, so neither clocks that differ nor a database
/// that was away for all make a node look silent.
public final class NodeWatch {
    /// Looks without a new sign of life after which a node is silent: one every five seconds.
    static final int LOOKS = 5;

    private final UnitOfWork work;
    private final NodeStore store;

    /// What was seen at the last look, by node.
    private Map<String, Seen> seen = Map.of();

    /// @param at the node's last sign of life
    /// @param looks at which it was the same before
    /// @param moved whether there was an older one before
    private record Seen(Instant at, int looks, boolean moved) {}

    private record Look(List<Node> nodes, Set<String> told) {}

    public NodeWatch(UnitOfWork work, NodeStore store) {
        this.work = work;
        this.store = store;
    }

    /// Looks. To be called every five seconds.
    ///
    /// @return whether something was recorded
    public boolean look() {
        Look look = work.read(transaction -> new Look(store.all(transaction), store.toldSilent(transaction)));
        Map<String, Seen> next = new HashMap<>();
        List<Node> silent = new ArrayList<>();
        List<Node> back = new ArrayList<>();
        for (Node node : look.nodes()) {
            Seen now = seen(node);
            next.put(node.id(), now);
            boolean told = look.told().contains(node.id());
            if (now.looks() >= LOOKS && !told) {
                silent.add(node);
            } else if (now.moved() && told) {
                back.add(node);
            }
        }
        seen = next;
        return (!silent.isEmpty() || !back.isEmpty())
                && work.change(Actor.SYSTEM, transaction -> record(transaction, silent, back));
    }

    private Seen seen(Node node) {
        Seen before = seen.get(node.id());
        if (before == null) {
            return new Seen(node.seenAt(), 0, false);
        }
        return before.at().equals(node.seenAt())
                ? new Seen(node.seenAt(), before.looks() + 1, false)
                : new Seen(node.seenAt(), 0, true);
    }

    /// Another node may have recorded it meanwhile.
    private Change<Boolean> record(Transaction transaction, List<Node> silent, List<Node> back) {
        Set<String> told = store.toldSilent(transaction);
        List<ControlEvent> events = new ArrayList<>();
        for (Node node : silent) {
            if (!told.contains(node.id())) {
                store.told(transaction, node.id(), true);
                events.add(new ServerEvent.NodeSilent(node.name(), node.seenAt()));
            }
        }
        for (Node node : back) {
            if (told.contains(node.id())) {
                store.told(transaction, node.id(), false);
                events.add(new ServerEvent.NodeBack(node.name()));
            }
        }
        return new Change<>(!events.isEmpty(), events);
    }
}
